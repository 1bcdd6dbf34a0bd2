"""One walk through every command of branchlab, as a person might do it in one repository.

Each step either works, or says in one line why not, and then nothing at all has changed. What is the user's own stays
as it was, but for the steps whose purpose is to change it.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import subprocess
from typing import TYPE_CHECKING, NamedTuple

from in_process import call, no_raw, the_error
from kinds_of_repository import trained

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from command_line import Said
    from kinds_of_repository import Kind, Place

SWEEP = """\
[sweep]
name = "tiny"
method = "grid"
metrics = ["accuracy"]
reference = false

[space]
lr = [0.1, 0.2]

[budget]
trials = 2
"""


class Step(NamedTuple):
    """One command line of the walk.

    Attributes:
        name: how the tables of what is refused call it.
        arguments: the command line.
        own: whether it may change what is the user's: files, index, HEAD.
        before: what somebody does first.
        codes: how it may end where it works; a check that finds something is one that works.
        below: a folder in which it is called, made before.
    """

    name: str
    arguments: tuple[str, ...]
    own: bool = False
    before: Callable[[Place], object] | None = None
    codes: tuple[int, ...] = (0,)
    below: str = ""


def _step(name: str, line: str, **more: object) -> Step:
    return Step(name, tuple(line.split()), **more)  # type: ignore[arg-type]


def _write_sweep(place: Place) -> None:
    (place.folder / "sweep.toml").write_text(SWEEP)


def _remove_sweep(place: Place) -> None:
    (place.folder / "sweep.toml").unlink(missing_ok=True)


def _commit_by_hand(place: Place) -> None:
    """Trains and commits as somebody does who has the hooks: the commit takes up the run."""
    trained(place)
    (place.folder / "thoughts.txt").write_text("of the user\n")
    for arguments in (("add", "thoughts.txt"), ("commit", "--quiet", "--message", "with thoughts")):
        done = subprocess.run(
            ["git", *arguments],
            cwd=place.folder,
            env={**os.environ, **place.environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr, done.stderr
    assert "Branchlab-Run: " in ask(place, "log", "-1", "--format=%B"), ask(place, "log", "-1", "--stat")


WALK = (
    _step("ls", "ls --json"),
    _step("show", "show first"),
    _step("diff", "diff first second"),
    _step("diff baseline", "diff first"),
    _step("compare", "compare first second"),
    _step("log", "log --branch exp/model/first"),
    _step("note", "note first"),
    _step("watch", "watch"),
    _step("check", "check", codes=(0, 1, 3)),
    _step("ci", "ci --head exp/model/first --base main", codes=(0, 1)),
    _step("doctor", "doctor", codes=(0, 1)),
    _step("run", "run -q -n third -S lr=0.125"),
    _step("run grid", "run -q -n grid -S lr=0.3,0.4"),
    _step("record", "record -n by-hand", before=trained),
    _step("reproduce", "reproduce first -q -n again"),
    _step("verify", "reproduce first -q --verify"),
    _step("sweep", "sweep run sweep.toml --quiet", before=_write_sweep),
    _step("sweep status", "sweep status tiny"),
    _step("note change", "note first words"),
    _step("rename", "rename third exp/model/renamed"),
    _step("archive", "archive second"),
    _step("restore", "restore second"),
    _step("rm", "rm by-hand"),
    _step("restore removed", "restore by-hand"),
    _step("push", "push first"),
    _step("pull", "pull second --no-data"),
    _step("apply", "apply second", own=True, before=_remove_sweep),
    _step("init", "init --no-hooks", own=True),
    _step("init below", "init --here --no-hooks", own=True, below="src/second"),
    _step("hooks", "hooks install", own=True),
    _step("hooks status", "hooks status", codes=(0, 1)),
    _step("new", "new exp/model/fresh --why because", own=True),
    _step("commit", "ls", own=True, before=_commit_by_hand),
    _step("run here", "run -q --here", own=True),
    _step("checkout", "checkout first", own=True),
    _step("hooks uninstall", "hooks uninstall", own=True),
)


class Walked(NamedTuple):
    """What became of a step."""

    step: Step
    said: Said
    refused: str


def walk(place: Place, kind: Kind, names: Collection[str] = ()) -> list[Walked]:
    """Takes all steps that make sense for a kind, or those of `names`.

    Raises:
        AssertionError: names the step that neither worked nor refused cleanly.
    """
    wanted = names or kind.steps
    steps = [step for step in WALK if step.name in wanted or not wanted]
    unseen = "\n" in str(place.folder)  # a known limit: below such a folder the commit hooks find no run
    if unseen or not kind.usable or "*" in kind.refusals or "new" in kind.refusals:
        steps = [step for step in steps if step.name != "commit"]
    return [_take(place, step, kind.refusals.get(step.name, kind.refusals.get("*", ""))) for step in steps]


def _take(place: Place, step: Step, refusal: str) -> Walked:
    if step.before:
        step.before(place)
    (place.folder / step.below).mkdir(parents=True, exist_ok=True)
    before = everything(place.top) if refusal else own_things(place)
    said = call(place.folder / step.below, *step.arguments)
    where = f"{step.name}: {said.code}: {said.out[-300:]} {said.err[-900:]}"
    assert "Traceback" not in said.out + said.err, where
    assert "a fault of branchlab" not in said.err, where
    no_raw(said.err)
    if refusal:
        line = the_error(said)
        assert said.code in {1, 2, 3, 4, 5}, where
        assert refusal in line, where
        now = everything(place.top)
        changed = sorted(name for name in {*before, *now} if before.get(name) != now.get(name))
        assert not changed, (step.name, changed)
        return Walked(step, said, line)
    assert said.code in step.codes, where
    if not step.own:
        now = own_things(place)
        changed = sorted(name for name in {*before, *now} if before.get(name) != now.get(name))
        assert not changed, (step.name, changed)
    return Walked(step, said, "")


def listed(place: Place) -> dict[str, str]:
    """Returns the status of each experiment by name."""
    said = call(place.folder, "ls", "--json")
    assert said.code == 0, said.err
    return {row["name"]: row["status"] for row in json.loads(said.out)}


def everything(top: Path) -> dict[str, str]:
    """Returns every file below a folder, those of git too; what any reader may write is left out."""
    found: dict[str, str] = {}
    for folder, folders, files in os.walk(top):
        for name in (*files, *(entry for entry in folders if os.path.islink(os.path.join(folder, entry)))):
            path = os.path.join(folder, name)
            if not _may_change(path):
                found[os.path.relpath(path, top)] = _digest(path)
    return found


def _may_change(path: str) -> bool:
    """Leaves out caches, and objects: before something names them they are nothing to anybody."""
    return "/branchlab/index." in path or path.endswith("/branchlab/following.json") or "/.git/objects/" in path


def own_things(place: Place) -> dict[str, str]:
    """Returns what is the user's: files, index, HEAD, stash, and every ref that no experiment is."""
    top = place.repository.path
    seen = {name: ask(place, *words) for name, words in _QUESTIONS.items()}
    git_dir = ask(place, "rev-parse", "--absolute-git-dir").strip()
    index = os.path.join(git_dir, "index")
    seen["index"] = _digest(index) if os.path.exists(index) else ""
    for path, content in everything(top).items():
        parts = path.split("/")
        if ".git" not in parts and parts[:2] != [".dvc", "cache"] and "/.dvc/cache/" not in path:
            seen[f"file {path}"] = content
    return seen


_QUESTIONS = {
    "HEAD": ("rev-parse", "--symbolic-full-name", "HEAD"),
    "stash": ("stash", "list"),
    "refs": ("for-each-ref", "refs/heads/main", "refs/heads/side", "refs/tags", "refs/replace", "refs/bisect"),
    "config": ("config", "--local", "--list"),
}


def ask(place: Place, *arguments: str) -> str:
    """Asks git as the user would, without letting it write."""
    done = subprocess.run(
        ["git", *arguments],
        cwd=place.repository.path,
        env={**os.environ, **place.environment, "GIT_OPTIONAL_LOCKS": "0"},
        capture_output=True,
        check=False,
        timeout=60,
    )
    return os.fsdecode(done.stdout)


def _digest(path: str) -> str:
    status = os.lstat(path)
    if stat.S_ISLNK(status.st_mode):
        return f"link {os.readlink(path)}"
    if not stat.S_ISREG(status.st_mode):
        return f"special {status.st_mode}"
    with open(path, "rb") as file:
        return f"{hashlib.sha256(file.read()).hexdigest()} {status.st_mode} {status.st_mtime_ns}"
