"""A run sees the submodules that the user sees, as linked worktrees and without a clone."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from branchlab.errors import EnvironmentProblemError
from branchlab.git.repository import find_repository
from branchlab.git.worktree import take_worktree
from scratch_repository import ScratchRepository

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with the submodule `lib`, which has the submodule `deep/er` itself; all are initialised."""
    folder = tmp_path_factory.mktemp("submodules")
    below = ""
    for name, place in (("leaf", ""), ("library", "deep/er"), ("project", "lib")):
        scratch = ScratchRepository(folder / name)
        scratch.path.mkdir()
        scratch.git("init", "--quiet", "--template=")
        if below:
            scratch.git("submodule", "--quiet", "add", below, place)
        scratch.commit("base", **{name: "1"})
        below = str(scratch.path)
    scratch.git("submodule", "--quiet", "update", "--init", "--recursive")
    return folder


@pytest.fixture
def project(template: Path, tmp_path: Path) -> ScratchRepository:
    """A copy of the project; the addresses of its submodules are the template's."""
    return ScratchRepository(shutil.copytree(template / "project", tmp_path / "project", symlinks=True))


@contextmanager
def _taken(project: ScratchRepository, commit: str = "") -> Iterator[Path]:
    opened = find_repository(str(project.path))
    worktree = take_worktree(opened, "run", commit or project.git("rev-parse", "HEAD"), lambda _: False)
    try:
        yield Path(worktree.path)
    finally:
        os.close(worktree.lock)


def _files(path: Path) -> list[str]:
    return sorted(str(file.relative_to(path)) for file in path.rglob("*") if file.is_file() and file.name[:4] != ".git")


ALL = ["lib/deep/er/leaf", "lib/library", "project"]


def test_submodules_are_there_with_theirs_and_the_users_stay_as_they_are(project: ScratchRepository) -> None:
    project.git("config", "submodule.recurse", "true")
    before = project.git("submodule", "status", "--recursive")
    for _ in range(2):
        with _taken(project) as slot:
            assert _files(slot) == ALL
            assert ScratchRepository(slot).git("submodule", "status", "--recursive") == before
            assert ScratchRepository(slot).git("status", "--short") == ""
    assert project.git("submodule", "status", "--recursive") == before


def test_what_a_run_left_in_a_submodule_is_gone_in_the_next(project: ScratchRepository) -> None:
    with _taken(project) as slot:
        (slot / "lib/library").write_text("changed")
        (slot / "lib/new").write_text("untracked")
        (slot / "lib/deep/er/new").write_text("untracked")
        ScratchRepository(slot / "lib").commit("the run's own")
    with _taken(project) as slot:
        assert _files(slot) == ALL
        assert (slot / "lib/library").read_text() == "1"


def test_a_submodule_that_is_not_initialised_stays_empty_whatever_ran_there(project: ScratchRepository) -> None:
    project.git("submodule", "--quiet", "deinit", "--force", "--all")
    with _taken(project) as slot:
        assert _files(slot) == ["project"]
        (slot / "lib/left").write_text("by the run")
    with _taken(project) as slot:
        assert _files(slot) == ["project"]
        (slot / "lib/left").write_text("by the run")
    project.git("submodule", "--quiet", "update", "--init")
    with _taken(project) as slot:
        assert _files(slot) == ["lib/library", "project"]
        assert (slot / "lib/deep/er").is_dir()


def test_each_commit_gets_the_submodules_it_names(project: ScratchRepository) -> None:
    first = project.git("rev-parse", "HEAD")
    ScratchRepository(project.path / "lib").commit("newer", newer="2")
    second = project.commit("newer lib")
    project.git("rm", "--quiet", "lib")
    third = project.commit("no lib", lib="a file")
    project.git("checkout", "--quiet", first)
    project.git("submodule", "--quiet", "update", "--init", "--recursive")
    newer = sorted([*ALL, "lib/newer"])
    for commit, files in ((first, ALL), (second, newer), (third, ["lib", "project"]), (second, newer), (first, ALL)):
        with _taken(project, commit) as slot:
            assert _files(slot) == files


def test_a_commit_that_the_submodule_lacks_is_told(project: ScratchRepository, template: Path) -> None:
    elsewhere = ScratchRepository(shutil.copytree(template / "library", project.path.parent / "elsewhere"))
    unknown = elsewhere.commit("nobody has this")
    project.git("update-index", "--cacheinfo", f"160000,{unknown},lib")
    project.git("commit", "--quiet", "--message", "dangling")
    with (
        pytest.raises(EnvironmentProblemError, match=r"submodule .*/lib cannot be checked out: .*") as caught,
        _taken(project),
    ):
        pass
    assert caught.value.hint == "git submodule update, then try again"
