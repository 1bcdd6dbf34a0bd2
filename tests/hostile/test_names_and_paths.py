"""Names and paths that would be options, ways out of the project or commands, through every command that takes one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from foreign_repository import Wire, make_wire
from in_process import call, no_raw

if TYPE_CHECKING:
    from pathlib import Path

    from scratch_repository import ScratchRepository

NAMES = (
    "--output={trip}",
    "-O{trip}",
    "-n",
    "--",
    "--upload-pack=touch {trip}",
    "--exec=touch {trip}",
    "-c core.sshCommand=touch {trip}",
    "ext::sh -c touch% {trip}",
    "$(touch {trip})",
    "`touch {trip}`",
    ";touch {trip};",
    "|touch {trip}",
    "../../{trip}",
    "../outside",
    "{outside}",
    "/etc/passwd",
    ".git/config",
    ".git/hooks/pre-commit",
    ".GIT/hooks/post-checkout",
    "HEAD",
    "@",
    "@{-1}",
    "HEAD@{0}",
    "HEAD:params.toml",
    "main^{/x}",
    ":/x",
    ":(top)params.toml",
    ":!params.toml",
    "refs/heads/main",
    "refs/heads/x",
    "exp/model/x..y",
    "a:b",
    "*",
    "exp/**",
    "?",
    "[a]",
    "~",
    "~root/x",
    "a\nb",
    "a\tb",
    " ",
    "",
    "a\\b",
    "exp/model/one.lock",
    "exp//x",
    "%s%n",
    "\udcff",
    "x" * 5000,
    "CON",
    "nul.txt",
)
LINES: tuple[tuple[str, ...], ...] = (
    *((word, "{}") for word in ("show", "diff", "compare", "apply", "checkout", "archive", "restore", "rm", "note")),
    *((word, "{}") for word in ("reproduce", "push", "pull", "new", "stop", "record", "watch", "ls", "check", "log")),
    ("rename", "one", "{}"),
    ("diff", "one", "{}"),
    ("run", "-q", "-n", "{}", "--", "true"),
    ("run", "-q", "-S", "{}=1", "--", "true"),
    ("run", "-q", "-S", "{}:lr=1", "--", "true"),
    ("run", "-q", "-S", "../../etc/{}.toml:lr=1", "--", "true"),
    ("run", "-q", "--note", "{}", "--", "true"),
    ("run", "-q", "--", "{}"),
    ("new", "x", "--from", "{}"),
    ("new", "x", "--issue", "{}"),
    ("ls", "--columns={}"),
    ("ls", "--sort={}"),
    ("ls", "--view={}"),
    ("log", "--branch={}"),
    ("ci", "--base={}", "--gate", "accuracy >= 0"),
    ("ci", "--head={}", "--gate", "accuracy >= 0"),
    ("ci", "--fetch={}", "--gate", "accuracy >= 0"),
    ("ci", "--gate={}"),
    ("check", "--branch={}", "HEAD"),
    ("push", "--remote={}"),
    ("push", "--data-remote={}"),
    ("pull", "--remote={}"),
    ("hooks", "exec", "{}"),
    ("textconv", "{}"),
    ("completion", "{}"),
    *(("sweep", word, "{}") for word in ("run", "status", "resume", "stop", "best", "show", "importance", "report")),
    ("sweep", "new", "{}"),
    ("sweep", "keep", "{}"),
)
SETTINGS = (
    *(f'[project]\n{key} = ["{{}}"]' for key in ("params", "artifacts", "collect", "link", "data", "not_code")),
    *(f'[project]\n{key} = "{{}}"' for key in ("baseline", "command")),
    *(f'[record]\n{key} = "{{}}"' for key in ("metrics", "directory")),
    '[naming]\npattern = "{}"',
    '[naming]\ntypes = ["{}"]',
    '[naming]\nexempt = ["{}"]',
    '[ci]\nmax_age = {{ "{}" = "30d" }}',
    '[metrics.accuracy]\ngoal = "maximize"\nmeasured_on = ["{}"]',
)
AFTER = (("ls",), ("run", "-q", "-n", "again"), ("run", "-q", "--here"), ("apply", "one"), ("check",), ("doctor",))


@pytest.fixture
def wire(tmp_path: Path) -> Wire:
    """Where a command that was run would leave a file."""
    return make_wire(tmp_path / "wire")


def spelled(name: str, wire: Wire) -> str:
    """Returns a name with the places that it means to reach."""
    return name.replace("{trip}", str(wire.folder / "trip")).replace("{outside}", str(wire.folder.parent / "outside"))


def beside(repository: ScratchRepository) -> dict[str, bytes]:
    """Returns what lies around a project and in the places of its repository that git executes or believes."""
    parent = repository.path.parent
    places = [path for path in parent.rglob("*") if repository.path not in (path, *path.parents)]
    inside = repository.path / ".git"
    places += [inside / "config", *(inside / "hooks").rglob("*"), *(inside / "info").rglob("*")]
    return {str(path): path.read_bytes() if path.is_file() else b"" for path in sorted(places)}


def hold(repository: ScratchRepository, wire: Wire, line: tuple[str, ...], before: dict[str, bytes]) -> None:
    """Runs a command line; it must end with a code of ours, say nothing raw, and reach no place outside."""
    said = call(repository.path, *line)
    assert said.code in (0, 1, 2, 3, 4, 5, 130), (line, said.code)
    no_raw(said.err)
    assert "Traceback" not in said.err, line
    assert "a fault of branchlab" not in said.err, (line, said.err)
    assert wire.tripped() == [], line
    assert beside(repository) == before, line


def put_back(repository: ScratchRepository) -> None:
    """Goes back to main, which a command may have left."""
    repository.git("symbolic-ref", "HEAD", "refs/heads/main")
    repository.git("reset", "--quiet", "--hard")


def try_names(repository: ScratchRepository, wire: Wire, lines: tuple[tuple[str, ...], ...], step: int) -> int:
    """Runs each command with every `step`-th name, each at least once; returns how many lines were run."""
    before, count = beside(repository), 0
    for number, line in enumerate(lines):
        for name in NAMES[number % step :: step]:
            given = spelled(name, wire)
            hold(repository, wire, tuple(word.replace("{}", given) for word in line), before)
            count += 1
        put_back(repository)
    return count


def test_no_name_is_an_option_a_command_or_a_way_out(hostile: ScratchRepository, wire: Wire) -> None:
    assert try_names(hostile, wire, LINES, 20) > 100


@pytest.mark.prove
@pytest.mark.parametrize("part", range(4))
def test_no_name_in_any_place_of_a_command_is_one(hostile: ScratchRepository, wire: Wire, part: int) -> None:
    assert try_names(hostile, wire, LINES[part::4], 3) > 150


def try_settings(repository: ScratchRepository, wire: Wire, step: int) -> int:
    """Puts names into the settings and runs what reads them; returns how many settings were tried."""
    count = 0
    before = beside(repository)
    for number, template in enumerate(SETTINGS):
        for name in NAMES[number % step :: step]:
            if "\udcff" in name or len(name) > 1000:
                continue
            given = spelled(name, wire).replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")
            repository.write(
                "branchlab.toml", f"{template.replace('{{', '{').replace('}}', '}').replace('{}', given)}\n"
            )
            for line in AFTER[number % 2 :: 2] if step > 1 else AFTER:
                hold(repository, wire, line, before)
            put_back(repository)
            count += 1
    return count


def test_no_path_of_the_settings_leads_out(hostile: ScratchRepository, wire: Wire) -> None:
    assert try_settings(hostile, wire, 24) > 20


@pytest.mark.prove
def test_no_path_of_any_setting_leads_out(hostile: ScratchRepository, wire: Wire) -> None:
    assert try_settings(hostile, wire, 4) > 150


@pytest.mark.parametrize("place", ["data", "out/model.bin", "metrics", "metrics/plots"])
def test_no_link_of_a_branch_leads_a_record_out(hostile: ScratchRepository, wire: Wire, place: str) -> None:
    outside = wire.folder.parent / "outside"
    (outside / "plots").mkdir(parents=True)
    (outside / "mine").write_text("mine")
    path = hostile.path / place
    path.parent.mkdir(parents=True, exist_ok=True)
    os.symlink(outside, path.parent if place.count("/") and not path.parent.exists() else path)
    hostile.commit("a link")
    before = beside(hostile)
    for line in (
        ("run", "-q", "-n", "again"),
        ("run", "-q", "--here"),
        ("apply", "one"),
        ("checkout", "one"),
        ("init", "--no-hooks"),
    ):
        hold(hostile, wire, line, before)
        put_back(hostile)


POINTERS = (
    "outs:\n- md5: {md5}\n  size: 3\n  path: ../outside\n",
    "outs:\n- md5: {md5}\n  size: 3\n  path: /etc/x\n",
    "outs:\n- md5: {md5}\n  size: 3\n  path: .git/hooks/pre-commit\n",
    "outs:\n- md5: {md5}\n  size: 3\n  path: .GIT/config\n",
    "outs:\n- md5: {md5}\n  size: 3\n  path: .dvc/config.local\n",
    "outs:\n- md5: ../../../../etc/passwd\n  size: 3\n  path: x\n",
    "wdir: ../..\nouts:\n- md5: {md5}\n  size: 3\n  path: outside\n",
    "outs:\n- md5: {md5}\n  size: 3\n  path: sub/../../outside\n",
    'outs:\n- md5: {md5}\n  size: 3\n  path: "a\\0b"\n',
)


@pytest.mark.parametrize("text", POINTERS)
def test_no_pointer_leads_out(hostile: ScratchRepository, wire: Wire, text: str) -> None:
    md5 = "acbd18db4cc2f85cedef654fccc4a4d8"
    hostile.write(f".dvc/cache/files/md5/{md5[:2]}/{md5[2:]}", "foo")
    hostile.git("switch", "--quiet", "-c", "exp/model/evil", "exp/model/one")
    hostile.write("model.bin.dvc", text.replace("{md5}", md5))
    hostile.commit("evil")
    hostile.git("switch", "--quiet", "main")
    before = beside(hostile)
    for line in (
        *(("show", "evil"), ("apply", "evil"), ("apply", "evil", "--outputs"), ("checkout", "evil"), ("check",)),
        *(("reproduce", "evil", "-q"), ("run", "-q", "-n", "x"), ("doctor", "--data"), ("push", "evil"), ("pull",)),
    ):
        hold(hostile, wire, line, before)
    put_back(hostile)
    assert not (hostile.path / ".dvc" / "config.local").exists()
