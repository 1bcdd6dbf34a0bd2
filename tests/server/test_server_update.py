"""The one-file hook for a server: real pushes to a bare repository, and the same rule as everywhere."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib import util
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchlab import naming, project, table_reader
from branchlab.errors import UsageError
from branchlab.naming import compile_rule
from branchlab.project import Naming, Settings
from command_line import Said

if TYPE_CHECKING:
    from conftest import MakeRepository
    from scratch_repository import ScratchRepository

SCRIPT = Path(__file__).parents[2] / "hooks" / "server" / "update.py"


def load() -> Any:
    spec = util.spec_from_file_location("server_update", SCRIPT)
    assert spec
    assert spec.loader
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SERVER = load()


@pytest.fixture
def clone(make_repository: MakeRepository) -> ScratchRepository:
    """A clone whose remote has settings on its default branch."""
    clone, server = make_repository("clone"), make_repository("server.git", bare=True)
    clone.git("remote", "add", "origin", str(server.path))
    clone.commit("project", **{"branchlab.toml": '[naming]\ntypes = ["model"]\n'})
    clone.git("push", "-q", "origin", "main")
    return clone


def install(clone: ScratchRepository, name: str) -> None:
    target = clone.path.parent / "server.git" / "hooks" / name
    target.parent.mkdir(exist_ok=True)
    shutil.copy(SCRIPT, target)


def push(clone: ScratchRepository, *refs: str) -> Said:
    command = ["git", "push", "--no-verify", "origin", *refs]
    done = subprocess.run(command, cwd=clone.path, capture_output=True, text=True, check=False, timeout=60)
    return Said(done.returncode, done.stdout, done.stderr)


def there(clone: ScratchRepository) -> set[str]:
    return {line.split("\t")[1] for line in clone.git("ls-remote", "origin", "refs/*").splitlines()}


def test_update_refuses_the_bad_branches_of_a_push(clone: ScratchRepository) -> None:
    install(clone, "update")
    said = push(clone, "HEAD:refs/heads/wider", "HEAD:refs/heads/exp/model/wider", "HEAD:refs/heads/release/1")
    assert said.code == 1
    assert "wider is no name for an experiment: names follow exp/{type}/{slug}, where type is one of model" in said.err
    assert "git branch -m wider NEW-NAME" in said.err
    assert there(clone) == {"refs/heads/main", "refs/heads/exp/model/wider", "refs/heads/release/1"}


def test_pre_receive_refuses_the_whole_push(clone: ScratchRepository) -> None:
    install(clone, "pre-receive")
    assert push(clone, "HEAD:refs/heads/wider", "HEAD:refs/heads/exp/model/wider").code == 1
    assert there(clone) == {"refs/heads/main"}
    assert push(clone, "HEAD:refs/heads/exp/model/wider").code == 0


@pytest.mark.parametrize("hook", ["update", "pre-receive"])
def test_only_new_branches_are_judged(clone: ScratchRepository, hook: str) -> None:
    assert push(clone, "HEAD:refs/heads/old", "HEAD:refs/heads/older").code == 0
    install(clone, hook)
    clone.commit("more")
    assert (
        push(clone, "HEAD:refs/heads/old", ":refs/heads/older", "HEAD:refs/tags/Any", "HEAD:refs/archive/x").code == 0
    )
    assert there(clone) == {"refs/heads/main", "refs/heads/old", "refs/tags/Any", "refs/archive/x"}


def test_without_settings_everything_passes(make_repository: MakeRepository) -> None:
    clone, server = make_repository("clone"), make_repository("server.git", bare=True)
    clone.git("remote", "add", "origin", str(server.path))
    install(clone, "update")
    assert push(clone, "HEAD:refs/heads/anything").code == 0


@pytest.mark.parametrize(
    "text", ["[naming\n", "[naming]\npattern = 'exp'\n", "[naming]\npattern = '{slug}{no}'\n", "naming = 1"]
)
def test_settings_that_cannot_be_used_are_mended_by_a_push_to_the_default_branch(
    clone: ScratchRepository, text: str
) -> None:
    clone.commit("broken", **{"branchlab.toml": text})
    push(clone, "main")
    install(clone, "update")
    said = push(clone, "HEAD:refs/heads/exp/model/wider")
    assert said.code == 1
    assert "branchlab.toml of the default branch cannot be used" in said.err
    assert "Traceback" not in said.err
    clone.commit("mended", **{"branchlab.toml": ""})
    assert push(clone, "main").code == 0
    assert push(clone, "HEAD:refs/heads/exp/model/wider").code == 0


@pytest.mark.parametrize("hook", ["update", "pre-receive"])
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a = 1\n<<<<<<< ours\n", "has conflict markers"),
        ("schema = \n", "is not valid TOML"),
        ("\xff", "is not valid TOML"),
        (f'a = "{"x" * (1 << 20)}"', "is larger than 1 MiB"),
    ],
)
def test_a_record_that_cannot_be_read_is_refused(clone: ScratchRepository, hook: str, text: str, words: str) -> None:
    install(clone, hook)
    clone.git("switch", "-q", "-c", "exp/model/wider")
    (clone.path / "metrics.toml").write_text(text, encoding="latin-1")
    clone.commit("broken")
    said = push(clone, "exp/model/wider", "HEAD:refs/tags/v1")
    assert said.code == 1
    assert f"metrics.toml of exp/model/wider {words}" in said.err
    assert "Traceback" not in said.err
    clone.commit("mended", **{"metrics.toml": "schema = 1\n"})
    assert push(clone, "exp/model/wider").code == 0


def test_a_record_that_would_cost_seconds_is_left_to_readers(clone: ScratchRepository) -> None:
    install(clone, "update")
    clone.commit("hostile", **{"metrics.toml": ".".join("a" * 30_000) + " = 1\n"})
    assert push(clone, "HEAD:refs/heads/exp/model/wider").code == 0


def test_a_name_reaches_the_terminal_as_plain_text(clone: ScratchRepository) -> None:
    install(clone, "update")
    said = push(clone, "HEAD:refs/heads/a\u202eb\x85c")
    assert said.code == 1
    assert "a\\u202eb\\x85c is no name" in said.err


def test_it_needs_nothing_but_the_standard_library(clone: ScratchRepository) -> None:
    zero, oid = "0" * 40, clone.git("rev-parse", "HEAD")
    command = [sys.executable, "-I", "-S", str(SCRIPT), "refs/heads/wider", zero, oid]
    done = subprocess.run(command, cwd=clone.path, capture_output=True, check=False)
    assert done.returncode == 1


def test_its_defaults_are_those_of_branchlab() -> None:
    ours = Settings()
    assert (SERVER.PATTERN, tuple(SERVER.TYPES), tuple(SERVER.EXEMPT), SERVER.BASELINE) == (
        ours.naming.pattern,
        ours.naming.types,
        ours.naming.exempt,
        ours.baseline,
    )
    assert (SERVER.NAME_LENGTH, SERVER.SETTINGS_BYTES) == (naming.NAME_LENGTH, project.SETTINGS_BYTES)
    assert SERVER.SETTINGS_LINE_BYTES == table_reader.LINE_BYTES


FIELDS = [f"{{{field}}}" for field in naming._FIELDS]
PATTERNS = st.lists(st.sampled_from([*FIELDS, "/", "exp", "-", ".", "x."]), max_size=6).map("".join)
TYPES = st.lists(st.sampled_from(["model", "data", "da", "a.b", "fix-x"]), min_size=1, max_size=4)
EXEMPT = st.lists(st.sampled_from(["main", "release/*", "?", "[ab]*", "*.lock"]), max_size=3)
PIECES = ["exp", "/", "model", "data", "da", "-", ".", "..", ".lock", "a", "7", "AB-12", "2026-01-31", "É", "_", "\n"]
NAMES = st.lists(st.sampled_from(PIECES), max_size=5).map("".join)
VALUES = {
    "type": st.sampled_from(["model", "da", "a.b", "other"]),
    "slug": st.sampled_from(["a", "a-1", "1.b", "a.", "a.lock", "A", "n" * 300]) | NAMES,
    "user": st.sampled_from(["ada", "ada.b"]) | NAMES,
    "date": st.sampled_from(["2026-01-31", "26-1-1"]),
    "issue": st.sampled_from(["7", "AB-12", "A-1", "ab-12", "#7"]),
}


@given(
    PATTERNS.map("exp/{slug}".__add__) | PATTERNS,
    TYPES,
    EXEMPT,
    st.lists(st.fixed_dictionaries(VALUES), min_size=5, max_size=20),
    st.lists(NAMES),
)
def test_it_accepts_what_branchlab_accepts(
    pattern: str, types: list[str], exempt: list[str], values: list[dict[str, str]], names: list[str]
) -> None:
    try:
        rule = compile_rule(Naming(pattern, tuple(types), tuple(exempt)))
    except UsageError:
        return  # branchlab refuses these settings, so nobody has them
    theirs = SERVER.rule_of({"naming": {"pattern": pattern, "types": types, "exempt": exempt}})
    for name in [*names, *(naming._fill(pattern, value) for value in values), "main"]:
        assert theirs.accepts(name) == (rule.accepts(name) or rule.exempt(name) or name == "main"), name


GOOD = {"type": "a.b", "slug": "a", "user": "ada", "date": "2026-01-31", "issue": "AB-12"}
BAD = {
    "type": ["axb", "other", ""],
    "slug": ["a_b", ".a", "a.", "a..b", "a.lock", "-a", "A", ""],
    "user": ["a_b", ".a", "a.", "Ada", ""],
    "date": ["26-1-1", "2026-01-31-", ""],
    "issue": ["A-1", "ab-12", "#7", "AB-", "-7", ""],
}


@pytest.mark.parametrize("field", sorted(naming._FIELDS))
def test_each_field_takes_what_it_takes_at_branchlab(field: str) -> None:
    pattern = "exp/" + "/".join(f"{{{name}}}" for name in GOOD)
    rule = compile_rule(Naming(pattern, ("a.b",), ()))
    theirs = SERVER.rule_of({"naming": {"pattern": pattern, "types": ["a.b"], "exempt": []}})
    names = {value: naming._fill(pattern, {**GOOD, field: value}) for value in [GOOD[field], *BAD[field]]}
    for value, name in names.items():
        assert theirs.accepts(name) == rule.accepts(name), name
        assert rule.accepts(name) == (value == GOOD[field]), name
