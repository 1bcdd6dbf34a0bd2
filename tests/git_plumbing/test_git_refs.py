"""Refs are made once, moved only from where they were, and hostile names stay names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchlab.errors import BusyError, NotFoundError, UsageError
from branchlab.git.process import GitError
from branchlab.git.refs import (
    ARCHIVE,
    BRANCHES,
    REMOTES,
    RUNS,
    Ref,
    checked_out,
    create_ref,
    current_branch,
    delete_ref,
    find_ref,
    list_refs,
    move_ref,
    put_ref,
    read_ref,
)
from branchlab.git.repository import find_repository

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import MakeRepository
    from scratch_repository import ScratchRepository

HOSTILE = [
    "-f",
    "--delete",
    "$(id)",
    ";rm",
    "`id`",
    "a\u202eb",
    "\udcff",
    "exp/\x85x",
    "exp/x\u00a0",
    "a'\"b",
    "exp/(x)",
]


@pytest.fixture
def commits(repository: ScratchRepository) -> tuple[str, str]:
    """Two commits on `main`."""
    return repository.commit("one"), repository.commit("two")


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_made_listed_read_moved_and_deleted(
    repository: ScratchRepository, commits: tuple[str, str], name: str
) -> None:
    opened = find_repository(str(repository.path))
    old, new = commits
    create_ref(opened, BRANCHES + name, old, reason="test")
    assert Ref(BRANCHES + name, old) in list_refs(opened, BRANCHES)
    move_ref(opened, BRANCHES + name, new, old, reason="test")
    assert read_ref(opened, BRANCHES + name) == new
    delete_ref(opened, BRANCHES + name, new, reason="test")
    assert list_refs(opened, BRANCHES) == [Ref("refs/heads/main", new)]


def test_only_the_asked_prefixes_are_listed_sorted_by_name(
    repository: ScratchRepository, commits: tuple[str, str]
) -> None:
    opened = find_repository(str(repository.path))
    for name in ("refs/heads/b", "refs/heads/a", f"{RUNS}1", "refs/tags/t"):
        create_ref(opened, name, commits[0], reason="test")
    assert [ref.name for ref in list_refs(opened, BRANCHES, RUNS)] == [
        f"{RUNS}1",
        "refs/heads/a",
        "refs/heads/b",
        "refs/heads/main",
    ]


def test_a_name_is_read_whole(repository: ScratchRepository, commits: tuple[str, str]) -> None:
    opened = find_repository(str(repository.path))
    create_ref(opened, "refs/heads/exp/x", commits[0], reason="test")
    assert read_ref(opened, "refs/heads/exp") is None
    assert read_ref(opened, "refs/heads/exp/x") == commits[0]
    assert read_ref(opened, "refs/heads/exp/*") is None


def test_an_existing_ref_is_not_made_again(repository: ScratchRepository, commits: tuple[str, str]) -> None:
    opened = find_repository(str(repository.path))
    with pytest.raises(UsageError, match=r"^main exists already$"):
        create_ref(opened, "refs/heads/main", commits[0], reason="test")
    assert read_ref(opened, "refs/heads/main") == commits[1]


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(("there", "wanted"), [("exp", "exp/x"), ("exp/x", "exp"), ("exp/x", "exp/x/y")])
def test_a_ref_in_the_way_is_told(
    repository: ScratchRepository, commits: tuple[str, str], there: str, wanted: str, *, packed: bool
) -> None:
    opened = find_repository(str(repository.path))
    create_ref(opened, BRANCHES + there, commits[0], reason="test")
    if packed:
        repository.git("pack-refs", "--all")
    with pytest.raises(UsageError, match=rf"^{wanted} cannot stand beside a branch of the same beginning$"):
        create_ref(opened, BRANCHES + wanted, commits[0], reason="test")


def test_a_ref_moves_only_from_where_it_was_seen(repository: ScratchRepository, commits: tuple[str, str]) -> None:
    opened = find_repository(str(repository.path))
    old, new = commits
    words = r"^main is being changed by another process$"
    with pytest.raises(BusyError, match=words):
        move_ref(opened, "refs/heads/main", old, old, reason="test")
    with pytest.raises(BusyError, match=words):
        delete_ref(opened, "refs/heads/main", old, reason="test")
    assert read_ref(opened, "refs/heads/main") == new


def test_a_ref_that_vanished_is_told(repository: ScratchRepository, commits: tuple[str, str]) -> None:
    opened = find_repository(str(repository.path))
    old, new = commits
    with pytest.raises(NotFoundError, match=r"^gone does not exist any more$"):
        move_ref(opened, "refs/heads/gone", new, old, reason="test")
    with pytest.raises(NotFoundError, match=r"^gone does not exist any more$"):
        delete_ref(opened, "refs/heads/gone", old, reason="test")


def test_a_held_lock_is_busy(repository: ScratchRepository, commits: tuple[str, str]) -> None:
    opened = find_repository(str(repository.path))
    repository.write(".git/refs/heads/x.lock", "")
    with pytest.raises(BusyError):
        create_ref(opened, "refs/heads/x", commits[0], reason="test")


def test_a_name_cannot_smuggle_a_second_command(repository: ScratchRepository, commits: tuple[str, str]) -> None:
    opened = find_repository(str(repository.path))
    forged = f"x\0{commits[0]}\0delete refs/heads/main\0{commits[1]}"
    with pytest.raises(UsageError, match=r"x\\x00.* is no name for a branch$"):
        create_ref(opened, BRANCHES + forged, commits[0], reason="test")
    assert read_ref(opened, "refs/heads/main") == commits[1]
    assert read_ref(opened, "refs/heads/x") is None


@pytest.mark.parametrize("name", ["a..b", "x.lock", "sp ace", "a\nb"])
def test_a_name_git_refuses_keeps_gits_words(
    repository: ScratchRepository, commits: tuple[str, str], name: str
) -> None:
    with pytest.raises(GitError, match="invalid ref"):
        create_ref(find_repository(str(repository.path)), BRANCHES + name, commits[0], reason="test")


def test_the_reason_stands_in_the_log_of_the_ref(repository: ScratchRepository, commits: tuple[str, str]) -> None:
    create_ref(find_repository(str(repository.path)), "refs/heads/x", commits[0], reason="-m branchlab: run\nrecorded")
    assert repository.git("reflog", "show", "--format=%gs", "x") == "-m branchlab: run recorded"


def test_branches_that_are_checked_out_are_found_with_their_folders(
    repository: ScratchRepository, commits: tuple[str, str], tmp_path: Path
) -> None:
    create_ref(find_repository(str(repository.path)), "refs/heads/exp/x", commits[0], reason="test")
    linked = tmp_path / "line\nfeed"
    repository.git("worktree", "add", "--quiet", str(linked), "exp/x")
    repository.git("worktree", "add", "--quiet", "--detach", str(tmp_path / "detached"))
    assert checked_out(find_repository(str(linked))) == {
        "refs/heads/main": str(repository.path),
        "refs/heads/exp/x": str(linked),
    }


def test_the_current_branch_is_known_also_before_the_first_commit(make_repository: MakeRepository) -> None:
    opened = find_repository(str(make_repository(commit=False).path))
    assert current_branch(opened) == "refs/heads/main"


@pytest.mark.parametrize("name", ["-f", "exp/x\u00a0", "\udcff"])
def test_a_hostile_current_branch_is_read_whole(repository: ScratchRepository, name: str) -> None:
    repository.git("symbolic-ref", "HEAD", BRANCHES + name)
    assert current_branch(find_repository(str(repository.path))) == BRANCHES + name


def test_a_detached_head_is_no_branch(repository: ScratchRepository) -> None:
    repository.git("checkout", "--quiet", "--detach")
    assert current_branch(find_repository(str(repository.path))) is None


def test_a_last_part_finds_the_only_ref_of_the_first_place(
    repository: ScratchRepository, commits: tuple[str, str]
) -> None:
    opened = find_repository(str(repository.path))
    names = (f"{BRANCHES}exp/a", f"{REMOTES}origin/exp/a", f"{REMOTES}origin/b", f"{ARCHIVE}b", f"{ARCHIVE}old/b")
    for name in names:
        repository.git("update-ref", name, commits[0])
    everywhere = (BRANCHES, REMOTES, ARCHIVE)

    def found(name: str, *places: str) -> str:
        ref = find_ref(opened, name, *places)
        return ref.name if ref else ""

    assert found("a", *everywhere) == names[0]
    assert found("a", REMOTES, ARCHIVE) == names[1]
    assert found("b", *everywhere) == names[2]
    assert found("b", ARCHIVE) == names[3], "the whole name counts before a last part"
    assert found("c", *everywhere) == ""
    repository.git("update-ref", f"{BRANCHES}other/a", commits[0])
    with pytest.raises(UsageError, match="a could be exp/a, other/a"):
        found("a", *everywhere)


def test_a_ref_is_put_whether_it_is_there_or_not(repository: ScratchRepository, commits: tuple[str, str]) -> None:
    opened = find_repository(str(repository.path))
    for oid in (*commits, commits[1]):
        put_ref(opened, f"{RUNS}x", oid, reason="test")
        assert read_ref(opened, f"{RUNS}x") == oid
