"""Branches travel under their own full names; what was not asked for stays where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from branchlab.errors import EnvironmentProblemError
from branchlab.git.process import GitError
from branchlab.git.refs import Ref, list_refs
from branchlab.git.remote import choose_remote, fetch_objects, is_ancestor, push_branches, remote_branches
from branchlab.git.repository import Repository, find_repository

if TYPE_CHECKING:
    from conftest import MakeRepository
    from scratch_repository import ScratchRepository

HOSTILE = ["-f", "$(id)", "exp/\x85x", "exp/\u2028y", "\udcff"]


class Pair(NamedTuple):
    """A repository and the bare one it calls `origin`."""

    here: ScratchRepository
    there: ScratchRepository
    opened: Repository


@pytest.fixture
def pair(repository: ScratchRepository, make_repository: MakeRepository) -> Pair:
    """A repository with a remote."""
    there = make_repository("there", bare=True)
    repository.git("remote", "add", "origin", str(there.path))
    return Pair(repository, there, find_repository(str(repository.path)))


def test_named_branches_and_no_others_are_sent(pair: Pair) -> None:
    head = pair.here.commit("work")
    for name in (*HOSTILE, "kept"):
        pair.here.git("update-ref", f"refs/heads/{name}", head)
    push_branches(pair.opened, "origin", HOSTILE)
    assert sorted(pair.there.git("for-each-ref", "--format=%(refname:lstrip=2)").split("\n")) == sorted(HOSTILE)
    assert remote_branches(pair.opened, "origin") == list_refs(find_repository_of_bare(pair), "refs/heads/")


def find_repository_of_bare(pair: Pair) -> Repository:
    """Opens a bare repository, which `find_repository` refuses for good reason."""
    return Repository(str(pair.there.path), str(pair.there.path), str(pair.there.path))


def test_nothing_to_send_or_fetch_does_nothing(pair: Pair) -> None:
    pair.here.git("config", "push.default", "current")
    push_branches(pair.opened, "origin", [])
    assert remote_branches(pair.opened, "origin") == []
    pair.here.git("push", "--quiet", "origin", "main")
    pair.here.git("update-ref", "-d", "refs/remotes/origin/main")
    fetch_objects(pair.opened, "origin", [])
    assert list_refs(pair.opened, "refs/remotes/") == []


def test_fetched_branches_become_remote_tracking_refs_only(pair: Pair) -> None:
    head = pair.here.commit("work")
    for name in HOSTILE:
        pair.there.git("fetch", "--quiet", str(pair.here.path), f"main:refs/heads/{name}")
    before = list_refs(pair.opened, "refs/heads/")
    fetch_objects(pair.opened, "origin", remote_branches(pair.opened, "origin"))
    assert [ref.name for ref in list_refs(pair.opened, "refs/remotes/")] == [
        f"refs/remotes/origin/{ref.name.removeprefix('refs/heads/')}"
        for ref in list_refs(find_repository_of_bare(pair), "refs/heads/")
    ]
    assert list_refs(pair.opened, "refs/heads/") == before == [Ref("refs/heads/main", head)]
    assert not (pair.here.path / ".git/FETCH_HEAD").exists()


def test_a_push_that_would_lose_a_commit_is_refused(pair: Pair) -> None:
    first = pair.here.git("rev-parse", "HEAD")
    second = pair.here.commit("work")
    push_branches(pair.opened, "origin", ["main"])
    pair.here.git("update-ref", "refs/heads/main", first)
    with pytest.raises(GitError):
        push_branches(pair.opened, "origin", ["main"])
    assert remote_branches(pair.opened, "origin") == [Ref("refs/heads/main", second)]
    assert is_ancestor(pair.opened, first, second)
    assert not is_ancestor(pair.opened, second, first)


def test_a_remote_that_is_gone_gets_the_remedy(pair: Pair) -> None:
    pair.here.git("remote", "set-url", "origin", "/nowhere")
    with pytest.raises(GitError) as caught:
        remote_branches(pair.opened, "origin")
    assert caught.value.hint.endswith("git remote -v")


def test_the_remote_is_origin_or_the_only_one_or_the_one_asked_for(pair: Pair) -> None:
    assert choose_remote(pair.opened, "") == "origin"
    pair.here.git("remote", "add", "second", "/nowhere")
    assert choose_remote(pair.opened, "") == "origin"
    assert choose_remote(pair.opened, "second") == "second"
    pair.here.git("remote", "remove", "origin")
    assert choose_remote(pair.opened, "") == "second"


@pytest.mark.parametrize(
    ("remotes", "asked", "message", "hint"),
    [
        ([], "", "this repository has no git remote", "git remote add origin ADDRESS"),
        ([], "x\x1b", "there is no git remote x\\x1b", "known: none"),
        (["a", "b"], "--all", "there is no git remote --all", "known: a, b"),
        (["a", "b"], "", "there are several git remotes", "--remote a, or another"),
    ],
)
def test_an_unclear_remote_is_told(
    repository: ScratchRepository, remotes: list[str], asked: str, message: str, hint: str
) -> None:
    for name in remotes:
        repository.git("remote", "add", name, "/nowhere")
    with pytest.raises(EnvironmentProblemError) as caught:
        choose_remote(find_repository(str(repository.path)), asked)
    assert (caught.value.message, caught.value.hint) == (message, hint)
