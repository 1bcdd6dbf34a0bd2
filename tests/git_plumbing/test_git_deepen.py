"""A shallow clone gets as much history as two commits need to meet, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchlab.errors import EnvironmentProblemError
from branchlab.git.ancestry import merge_base
from branchlab.git.deepen import fetch_history
from branchlab.git.repository import find_repository
from scratch_repository import ScratchRepository

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import MakeRepository

AHEAD = 12


@pytest.fixture
def origin(make_repository: MakeRepository) -> ScratchRepository:
    """A remote with 30 commits on main, of which 12 came after the experiment left it."""
    origin = make_repository("origin")
    for number in range(30 - AHEAD - 1):
        origin.git("commit", "-q", "--allow-empty", "-m", str(number))
    origin.git("switch", "-q", "-c", "exp/model/wider")
    for number in range(6):
        origin.git("commit", "-q", "--allow-empty", "-m", f"wider {number}")
    origin.git("switch", "-q", "main")
    for number in range(AHEAD):
        origin.git("commit", "-q", "--allow-empty", "-m", f"ahead {number}")
    return origin


def clone(origin: ScratchRepository, tmp_path: Path, *options: str) -> ScratchRepository:
    found = ScratchRepository(tmp_path / "clone")
    origin.git("clone", "-q", *options, f"file://{origin.path}", str(found.path))
    return found


def test_history_comes_in_steps_until_the_commits_meet(origin: ScratchRepository, tmp_path: Path) -> None:
    shallow = clone(origin, tmp_path, "--depth=1", "--branch=exp/model/wider")
    span = fetch_history(find_repository(str(shallow.path)), "origin", "main", "HEAD", 4)
    assert span == (origin.git("rev-parse", "main"), origin.git("rev-parse", "exp/model/wider"))
    assert shallow.git("merge-base", *span) == origin.git("merge-base", *span)
    assert shallow.git("rev-parse", "--is-shallow-repository") == "true"


@pytest.mark.parametrize("history", [1, 200])
def test_a_detached_head_and_a_base_that_is_a_commit_will_do(
    origin: ScratchRepository, tmp_path: Path, history: int
) -> None:
    shallow = clone(origin, tmp_path, "--depth=1", "--branch=main")
    shallow.git("switch", "-q", "--detach")
    base, head = origin.git("rev-parse", "main~3"), origin.git("rev-parse", "exp/model/wider~1")
    assert fetch_history(find_repository(str(shallow.path)), "origin", base, head, history) == (base, head)
    assert shallow.git("merge-base", base, head) == origin.git("merge-base", base, head)


def test_a_whole_clone_is_only_asked_for_the_base(origin: ScratchRepository, tmp_path: Path) -> None:
    whole = clone(origin, tmp_path, "--single-branch", "--branch=exp/model/wider")
    assert fetch_history(find_repository(str(whole.path)), "origin", "origin/main", "exp/model/wider", 1).base
    assert whole.git("rev-parse", "origin/main") == origin.git("rev-parse", "main")
    assert whole.git("rev-list", "--count", "origin/main") == origin.git("rev-list", "--count", "main")


def test_a_base_that_is_here_is_asked_for_anew(origin: ScratchRepository, tmp_path: Path) -> None:
    whole = clone(origin, tmp_path)
    moved = origin.commit("later")
    assert fetch_history(find_repository(str(whole.path)), "origin", "main", "HEAD", 1).base == moved


def test_a_commit_that_was_made_in_a_shallow_clone_needs_no_remote_that_knows_it(
    origin: ScratchRepository, tmp_path: Path
) -> None:
    left = origin.git("merge-base", "main", "exp/model/wider")
    shallow = clone(origin, tmp_path, "--depth=1", "--branch=exp/model/wider")
    made = shallow.commit("here")
    opened = find_repository(str(shallow.path))
    assert fetch_history(opened, "origin", "main", "HEAD", 1).head == made
    assert merge_base(opened, "origin/main", made) == left


def test_histories_that_never_meet_are_said_to(origin: ScratchRepository, tmp_path: Path) -> None:
    origin.git("switch", "-q", "--orphan", "other")
    origin.git("commit", "-q", "--allow-empty", "-m", "another beginning")
    shallow = clone(origin, tmp_path, "--depth=1", "--branch=other")
    with pytest.raises(EnvironmentProblemError, match="main and HEAD have no common history"):
        fetch_history(find_repository(str(shallow.path)), "origin", "main", "HEAD", 2)


@pytest.mark.parametrize(
    ("base", "head", "words"),
    [
        ("nowhere", "HEAD", "origin has no branch nowhere"),
        ("--upload-pack=touch x", "HEAD", "origin has no branch --upload-pack=touch x"),
        ("main\n+refs/heads/main:refs/heads/planted", "HEAD", "origin has no branch"),
        ("main:refs/heads/planted", "HEAD", "origin has no branch"),
        ("main", "f" * 40, "origin has no commit ffffffffffff"),
        ("f" * 40, "HEAD", "origin has no commit ffffffffffff"),
        ("main", "", "origin has no branch"),
    ],
)
def test_what_the_remote_does_not_have_is_named(
    origin: ScratchRepository, tmp_path: Path, base: str, head: str, words: str
) -> None:
    whole = clone(origin, tmp_path)
    with pytest.raises(EnvironmentProblemError, match=words):
        fetch_history(find_repository(str(whole.path)), "origin", base, head, 5)
    assert not (whole.path / "x").exists()
    assert whole.git("branch", "--format=%(refname:short)") == "main"


def test_a_server_of_the_first_protocol_that_lacks_a_commit_is_understood(
    origin: ScratchRepository, tmp_path: Path
) -> None:
    shallow = clone(origin, tmp_path, "--depth=1", "--branch=exp/model/wider")
    shallow.git("config", "protocol.version", "0")
    opened = find_repository(str(shallow.path))
    with pytest.raises(EnvironmentProblemError, match="origin has no commit ffffffffffff"):
        fetch_history(opened, "origin", "main", "f" * 40, 5)
    made = shallow.commit("here")
    assert fetch_history(opened, "origin", "main", "HEAD", 1).head == made
