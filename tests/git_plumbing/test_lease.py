"""Refs on a remote move only from where they were seen last."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from branchlab.git.lease import drop_refs, push_ref
from branchlab.git.process import GitError
from branchlab.git.refs import Ref
from branchlab.git.remote import fetch_refs, remote_refs
from branchlab.git.repository import find_repository

if TYPE_CHECKING:
    from branchlab.git.repository import Repository
    from conftest import MakeRepository
    from scratch_repository import ScratchRepository

NAME = "refs/heads/exp/tune/x"


class Pair(NamedTuple):
    """A repository and its remote."""

    mine: ScratchRepository
    remote: ScratchRepository

    @property
    def repository(self) -> Repository:
        return find_repository(str(self.mine.path))

    def stands(self) -> str:
        return self.remote.git("for-each-ref", "--format=%(objectname)", NAME)


@pytest.fixture
def pair(make_repository: MakeRepository) -> Pair:
    remote = make_repository("remote.git", bare=True)
    mine = make_repository("mine")
    mine.git("remote", "add", "origin", "../remote.git")
    return Pair(mine, remote)


def test_a_new_ref_is_made_and_moved_on(pair: Pair) -> None:
    first, second = pair.mine.commit("first"), pair.mine.commit("second")
    assert push_ref(pair.repository, "origin", NAME, first) == first
    assert push_ref(pair.repository, "origin", NAME, second, first) == second
    assert pair.stands() == second


def test_a_ref_that_somebody_made_first_stays_and_is_told(pair: Pair) -> None:
    theirs, ours = pair.mine.commit("theirs"), pair.mine.commit("ours")
    push_ref(pair.repository, "origin", NAME, theirs)
    assert push_ref(pair.repository, "origin", NAME, ours) == theirs
    assert push_ref(pair.repository, "origin", NAME, ours, ours) == theirs
    assert pair.stands() == theirs


def test_to_push_the_same_twice_is_fine(pair: Pair) -> None:
    commit = pair.mine.commit("one")
    assert push_ref(pair.repository, "origin", NAME, commit) == commit
    assert push_ref(pair.repository, "origin", NAME, commit) == commit


def test_a_ref_is_deleted_only_where_it_stands(pair: Pair) -> None:
    first, second = pair.mine.commit("first"), pair.mine.commit("second")
    push_ref(pair.repository, "origin", NAME, first)
    assert push_ref(pair.repository, "origin", NAME, "", second) == first
    assert push_ref(pair.repository, "origin", NAME, "", first) == ""
    assert pair.stands() == ""


def test_refs_are_dropped_together_also_those_that_are_gone(pair: Pair) -> None:
    commit = pair.mine.commit("one")
    push_ref(pair.repository, "origin", NAME, commit)
    drop_refs(pair.repository, "origin", [NAME, "refs/heads/never"])
    drop_refs(pair.repository, "origin", [])
    assert pair.stands() == ""


def test_a_remote_that_is_gone_is_an_error(pair: Pair) -> None:
    commit = pair.mine.commit("one")
    pair.remote.path.rename(pair.remote.path.with_name("away"))
    with pytest.raises(GitError):
        push_ref(pair.repository, "origin", NAME, commit)


def test_a_remote_that_refuses_is_an_error(pair: Pair) -> None:
    commit = pair.mine.commit("one")
    hook = pair.remote.path / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    with pytest.raises(GitError):
        push_ref(pair.repository, "origin", NAME, commit)


def test_refs_are_listed_by_pattern_and_fetched_by_refspec(pair: Pair) -> None:
    commit = pair.mine.commit("one")
    push_ref(pair.repository, "origin", NAME, commit)
    push_ref(pair.repository, "origin", "refs/heads/other", commit)
    assert remote_refs(pair.repository, "origin", "refs/heads/exp/*") == [Ref(NAME, commit)]
    fetch_refs(pair.repository, "origin", [f"{NAME}:refs/kept/x"])
    assert pair.mine.git("rev-parse", "refs/kept/x") == commit
