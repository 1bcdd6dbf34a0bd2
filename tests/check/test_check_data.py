"""Data that pointers name: in the cache, on the remote, or nowhere."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from experiments_in_hand import check

if TYPE_CHECKING:
    from pathlib import Path

    from scratch_repository import ScratchRepository

NAME = "exp/data/rows"
POINTER = "outs:\n- md5: {md5}\n  size: 5\n  hash: md5\n  path: {path}\n"
MD5 = "5d41402abc4b2a76b9719d911017c592"  # of "hello"


@pytest.fixture
def tracked(project: ScratchRepository) -> ScratchRepository:
    """A branch with a pointer whose content is in the cache."""
    project.commit("dvc", **{".dvc/config": "[core]\n", ".dvc/.gitignore": "/cache\n"})
    project.git("switch", "-q", "-c", NAME)
    project.commit("data", **{"data/rows.csv.dvc": POINTER.format(md5=MD5, path="rows.csv")})
    project.write(f".dvc/cache/files/md5/{MD5[:2]}/{MD5[2:]}", "hello")
    return project


def lose(project: ScratchRepository) -> None:
    shutil.rmtree(project.path / ".dvc" / "cache")


def add_remote(project: ScratchRepository, folder: Path) -> None:
    folder.mkdir()
    project.write(".dvc/config", f"[core]\n    remote = shelf\n['remote \"shelf\"']\n    url = {folder}\n")


def test_data_in_the_cache_is_there(tracked: ScratchRepository) -> None:
    found = check(tracked)
    assert found.findings == []
    assert "1 data file" in found.words


def test_data_that_the_cache_lacks_is_counted_and_no_error(tracked: ScratchRepository) -> None:
    lose(tracked)
    found = check(tracked)
    assert (found.code, found.kinds) == (0, [("warning", "data", "")])
    assert f"data of {NAME} is not in the DVC cache" in found.said


def test_data_on_the_remote_is_there(tracked: ScratchRepository, tmp_path: Path) -> None:
    add_remote(tracked, tmp_path / "shelf")
    shutil.copytree(tracked.path / ".dvc/cache/files", tmp_path / "shelf/files")
    lose(tracked)
    assert check(tracked, "--remote").findings == []


def test_data_that_is_nowhere_is_an_error(tracked: ScratchRepository, tmp_path: Path) -> None:
    add_remote(tracked, tmp_path / "shelf")
    lose(tracked)
    found = check(tracked, "--remote")
    assert (found.code, found.kinds) == (1, [("error", "data", NAME)])
    assert "data/rows.csv (5d41402a) is neither in the DVC cache nor on the remote" in found.said


def test_a_remote_that_cannot_be_asked_is_no_answer(tracked: ScratchRepository) -> None:
    lose(tracked)
    found = check(tracked, "--remote")
    assert (found.code, found.kinds) == (3, [("unknown", "data", "")])


def test_a_range_asks_for_the_data_of_its_tip(tracked: ScratchRepository, tmp_path: Path) -> None:
    add_remote(tracked, tmp_path / "shelf")
    lose(tracked)
    tracked.git("branch", "-m", "release/1")
    found = check(tracked, "--remote", "main..HEAD")
    assert (found.code, found.kinds) == (1, [("error", "data", "release/1")])


@pytest.mark.parametrize("content", ["outs: 1\n", "<<<<<<< ours\n", POINTER.format(md5=MD5, path="../../../x")])
def test_a_damaged_pointer_is_an_error(project: ScratchRepository, content: str) -> None:
    project.git("switch", "-q", "-c", NAME)
    project.commit("data", **{"data/rows.csv.dvc": content})
    found = check(project)
    assert (found.code, found.kinds) == (1, [("error", "data", NAME)])
    assert "data/rows.csv.dvc" in found.said


def test_a_link_with_the_name_of_a_pointer_is_none(tracked: ScratchRepository) -> None:
    (tracked.path / "linked.dvc").symlink_to("/etc/hostname")
    tracked.commit("a link")
    assert check(tracked).findings == []
