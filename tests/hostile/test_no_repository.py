"""Every command where there is no repository it could work in, or one that lacks something."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from branchlab.cli.main import COMMANDS
from in_process import call, the_error

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import MakeRepository
    from scratch_repository import ScratchRepository

ARGUMENTS: dict[str, tuple[str, ...]] = {
    "new": ("fresh", "--why", "x"),
    "run": ("-q", "--", "true"),
    "show": ("one",),
    "diff": ("one", "two"),
    "compare": ("one", "two"),
    "log": ("--branch", "exp/model/one"),
    "apply": ("one",),
    "checkout": ("one",),
    "reproduce": ("one",),
    "archive": ("one",),
    "restore": ("one",),
    "rm": ("one",),
    "rename": ("one", "uno"),
    "note": ("one", "a remark"),
    "stop": ("one",),
    "hooks": ("install",),
    "sweep": ("run",),
}
IN_A_REPOSITORY = [name for name in COMMANDS if name not in ("demo", "completion", "merge-record", "textconv")]


@pytest.mark.parametrize("name", IN_A_REPOSITORY)
def test_outside_a_repository_and_in_a_bare_one_each_command_says_so(
    name: str, tmp_path: Path, make_repository: MakeRepository
) -> None:
    line = (name, *ARGUMENTS.get(name, ()))
    folder = tmp_path / "plain"
    folder.mkdir()
    said = call(folder, *line)
    assert (said.code, "is not in a git repository" in the_error(said)) == (3, True)
    said = call(make_repository("bare", bare=True).path, *line)
    assert (said.code, "is a bare repository" in the_error(said)) == (3, True)
    said = call(tmp_path / "gone", *line)
    assert (said.code, "is not there" in the_error(said)) == (3, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bare", "plain"]


@pytest.mark.parametrize("name", IN_A_REPOSITORY)
def test_before_the_first_commit_each_command_works_or_says_so(name: str, make_repository: MakeRepository) -> None:
    repository = make_repository(commit=False)
    repository.write("params.toml", "lr = 1\n")
    said = call(repository.path, name, *ARGUMENTS.get(name, ("--no-dvc",) if name == "init" else ()))
    if name in ("new", "run"):
        assert (said.code, "no commit yet" in the_error(said)) == (3, True)
    elif name in ("push", "pull"):
        assert (said.code, "no git remote" in the_error(said)) == (3, True)
    elif name == "ci":
        assert (said.code, "there are no gates" in the_error(said)) == (3, True)
    elif name == "tui":
        assert (said.code, "needs a terminal" in the_error(said)) == (3, True)
    elif name in ("init", "ls", "doctor", "hooks", "check", "watch"):
        assert said.code == (1 if name == "doctor" else 0), said.err
    else:
        assert said.code == 2, said.err
        the_error(said)
    assert repository.git("for-each-ref") == ""


def test_a_shallow_clone_lists_and_shows_and_says_what_it_cannot_do(hostile: ScratchRepository, tmp_path: Path) -> None:
    hostile.git("branch", "-f", "work", "exp/model/one")
    clone = type(hostile)(tmp_path / "clone")
    hostile.git("clone", "-q", "--depth", "1", "--no-single-branch", f"file://{hostile.path}", str(clone.path))
    for name in ("one", "two"):
        clone.git("branch", f"exp/model/{name}", f"origin/exp/model/{name}")
    for line in (("ls",), ("show", "one"), ("compare", "one", "two"), ("log", "--branch", "exp/model/one")):
        assert call(clone.path, *line).code == 0, line
    said = call(clone.path, "diff", "one")
    assert (said.code, "git fetch --unshallow" in the_error(said)) == (3, True)
    said = call(clone.path, "reproduce", "two", "-q")
    assert (said.code, "is not in this repository" in the_error(said)) == (5, True)
    said = call(clone.path, "apply", "one", "--outputs")
    assert (said.code, "branchlab pull" in the_error(said)) == (3, True)


def test_the_code_of_a_shallow_clone_can_be_run_again_when_it_is_there(
    hostile: ScratchRepository, tmp_path: Path
) -> None:
    clone = type(hostile)(tmp_path / "clone")
    hostile.git("clone", "-q", "--depth", "2", "--no-single-branch", f"file://{hostile.path}", str(clone.path))
    clone.git("branch", "exp/model/one", "origin/exp/model/one")
    said = call(clone.path, "reproduce", "one", "-q")
    assert said.code == 0, said.err


def test_without_dvc_everything_works_but_what_needs_the_cache(hostile: ScratchRepository) -> None:
    shutil.rmtree(hostile.path / ".dvc")
    hostile.commit("no dvc")
    for line in (("ls",), ("show", "one"), ("diff", "one"), ("log", "--branch", "exp/model/one")):
        assert call(hostile.path, *line).code == 0, line
    said = call(hostile.path, "apply", "one", "--outputs")
    assert (said.code, "branchlab init" in the_error(said)) == (3, True)
    said = call(hostile.path, "checkout", "one")  # its branch has DVC, but the cache went with the folder
    assert (said.code, "switched to exp/model/one" in the_error(said)) == (3, True)
