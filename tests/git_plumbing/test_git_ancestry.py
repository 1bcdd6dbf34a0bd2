"""How commits descend from each other, in full and shallow clones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchlab.git.ancestry import (
    changes,
    cut_commits,
    first_parent_changes,
    merge_base,
    names_at,
    oldest_first_parent,
    parents_of,
)
from branchlab.git.process import GitError
from branchlab.git.repository import find_repository
from scratch_repository import ScratchRepository

if TYPE_CHECKING:
    from branchlab.git.repository import Repository


@pytest.fixture
def merged(repository: ScratchRepository) -> ScratchRepository:
    """A side branch that changed a file, merged into main."""
    repository.commit("one", **{"a.txt": "1"})
    repository.git("switch", "-q", "-c", "side")
    repository.commit("two", **{"a.txt": "2", "odd [name].txt": "x"})
    repository.git("switch", "-q", "main")
    repository.commit("three", **{"b.txt": "3"})
    repository.git("merge", "-q", "--no-ff", "--no-edit", "side")
    return repository


def opened(repository: ScratchRepository) -> Repository:
    return find_repository(str(repository.path))


def test_two_branches_parted_where_git_says(merged: ScratchRepository) -> None:
    ids = merged.git("rev-parse", "main~1", "side", "main~2").split()
    assert merge_base(opened(merged), ids[0], ids[1]) == ids[2]


def test_histories_that_never_met_have_no_common_commit(merged: ScratchRepository) -> None:
    merged.git("switch", "-q", "--orphan", "other")
    merged.commit("alone")
    assert merge_base(opened(merged), *merged.git("rev-parse", "main", "other").split()) is None


def test_a_commit_that_is_not_there_is_an_error(merged: ScratchRepository) -> None:
    with pytest.raises(GitError):
        merge_base(opened(merged), "1" * 40, "2" * 40)


def test_parents_are_those_that_the_clone_has(merged: ScratchRepository) -> None:
    assert list(parents_of(opened(merged), "main")) == merged.git("rev-parse", "main^1", "main^2").split()
    path = merged.path.parent / "clone"
    merged.git("clone", "-q", "--depth=1", f"file://{merged.path}", str(path))
    shallow = opened(ScratchRepository(path))
    assert parents_of(shallow, "HEAD") == ()
    assert cut_commits(shallow) == {oldest_first_parent(shallow, "HEAD")} == {merged.git("rev-parse", "main")}
    assert cut_commits(opened(merged)) == frozenset()


def test_what_a_merge_brought_counts_as_the_change_of_the_merge(merged: ScratchRepository) -> None:
    assert first_parent_changes(opened(merged), "main", "a.txt") == merged.git("rev-parse", "main", "main~2").split()


def test_changes_are_found_in_all_of_the_history_with_the_time_of_their_author(merged: ScratchRepository) -> None:
    found = changes(opened(merged), "main", ["a.txt"])
    assert [change.commit for change in found] == merged.git("rev-parse", "side", "main~2").split()
    assert found[0].seconds == int(merged.git("log", "-1", "--format=%at", "side"))


def test_a_name_is_no_pattern(merged: ScratchRepository) -> None:
    assert len(changes(opened(merged), "main", ["odd [name].txt"])) == 1
    assert changes(opened(merged), "main", ["*.txt"]) == []


def test_names_of_a_commit_are_local_and_remote_branches(merged: ScratchRepository) -> None:
    merged.git("tag", "v1", "side")
    merged.git("update-ref", "refs/remotes/origin/side", "side")
    commit = merged.git("rev-parse", "side")
    assert names_at(opened(merged), commit) == ["refs/heads/side", "refs/remotes/origin/side"]
    assert names_at(opened(merged), merged.git("rev-parse", "main~1")) == []
