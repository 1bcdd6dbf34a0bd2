"""An index is read and written as git itself does, the user's own or the one of a commit that is being made."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from branchlab.errors import BusyError
from branchlab.git.index import (
    Entry,
    changed_paths,
    check_unlocked,
    index_lines,
    read_entries,
    update_index,
    write_blobs,
    write_tree,
)
from branchlab.git.process import GitError
from branchlab.git.repository import find_repository

if TYPE_CHECKING:
    from pathlib import Path

    from branchlab.git.repository import Repository
    from scratch_repository import ScratchRepository


@pytest.fixture
def opened(repository: ScratchRepository) -> Repository:
    repository.commit("base", **{"a": "1", "d/b": "2", "d/data.dvc": "3", "e/f/more.dvc": "4", "*": "5"})
    return find_repository(str(repository.path))


def test_entries_are_found_by_literal_paths_below_folders_and_by_their_names(
    repository: ScratchRepository, opened: Repository
) -> None:
    assert set(read_entries(opened, ["*"], {})) == {"*"}
    assert set(read_entries(opened, ["d"], {})) == {"d/b", "d/data.dvc"}
    found = read_entries(opened, ["a", "none"], {}, ["*.dvc"])
    assert set(found) == {"a", "d/data.dvc", "e/f/more.dvc"}
    assert found["a"] == Entry("a", repository.git("rev-parse", "HEAD:a"))


def test_another_index_is_written_and_the_users_own_stays(
    repository: ScratchRepository, opened: Repository, tmp_path: Path
) -> None:
    env = {"GIT_INDEX_FILE": str(tmp_path / "index")}
    file = tmp_path / "content"
    file.write_bytes(b"new\r\n")
    (blob,) = write_blobs(opened, [str(file)])
    assert repository.git("cat-file", "blob", blob) == "new\r"  # as it is, whatever core.autocrlf says
    update_index(opened, [Entry("new/ü", blob), Entry("run", blob, "100755")], env)
    assert set(read_entries(opened, ["new", "run"], env)) == {"new/ü", "run"}
    update_index(opened, [Entry("run", "")], env)
    tree = write_tree(opened, env)
    assert repository.git("ls-tree", "-r", "-z", tree) == f"100644 blob {blob}\tnew/ü\0"
    assert repository.git("status", "--porcelain") == ""
    assert write_tree(opened, {}) == repository.git("rev-parse", "HEAD^{tree}")


def test_a_removal_has_an_id_of_zeros_as_long_as_the_format_wants() -> None:
    assert index_lines([Entry("a", "")]) == b"0 " + b"0" * 40 + b"\ta\0"
    assert index_lines([Entry("a", "")], 64) == b"0 " + b"0" * 64 + b"\ta\0"


def test_an_index_with_conflicts_is_no_tree(repository: ScratchRepository, opened: Repository) -> None:
    one, two = repository.git("rev-parse", "HEAD:a"), repository.git("rev-parse", "HEAD:d/b")
    repository.git("update-index", "--index-info", stdin=f"100644 {one} 2\ta\n100644 {two} 3\ta\n")
    with pytest.raises(GitError):
        write_tree(opened, {})


@pytest.mark.parametrize("broken", [False, True])
def test_a_lock_is_noticed_before_anything_is_done(opened: Repository, *, broken: bool) -> None:
    check_unlocked(opened)
    lock = os.path.join(opened.git_dir, "index.lock")
    if broken:
        os.symlink("nowhere", lock)
    else:
        open(lock, "x", encoding="utf-8").close()
    with pytest.raises(BusyError, match=r"index\.lock is there"):
        check_unlocked(opened)


def test_the_paths_that_two_commits_do_not_share_are_listed_without_renames(
    repository: ScratchRepository, opened: Repository
) -> None:
    repository.git("mv", "a", "moved é")
    after = repository.commit("moved")
    assert changed_paths(opened, f"{after}^", after) == ["a", "moved é"]
    assert changed_paths(opened, after, f"{after}^{{tree}}") == []
