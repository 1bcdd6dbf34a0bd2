"""Fetches as much history as a comparison needs: until two commits meet, in growing steps, and no more.

A CI job checks out one commit without its past. Only a caller that was given a remote by the user comes here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from branchlab.errors import EnvironmentProblemError
from branchlab.git.ancestry import merge_base
from branchlab.git.objects import read_object
from branchlab.git.process import GitError, run_git
from branchlab.git.refs import BRANCHES, REMOTES
from branchlab.git.remote import fetch_refs
from branchlab.naming import ref_problem
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from branchlab.git.repository import Repository

_COMMIT_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_GROWTH = 4
_STEPS = 6  # then 1,365 times the first step is here, and all of the rest is asked for at once


class Span(NamedTuple):
    """Two commits that are here and whose history is here up to where they meet."""

    base: str
    head: str


def fetch_history(repository: Repository, remote: str, base: str, head: str, history: int) -> Span:
    """Makes sure that two commits and their common history are in this clone.

    Args:
        repository: a clone, shallow or not.
        remote: name of the remote to ask.
        base: a branch of the remote, which is fetched anew, or a commit id.
        head: a ref or commit id; a commit that is not here is fetched.
        history: how many commits of the base a shallow clone gets at once; each further step is four times as long.

    Raises:
        EnvironmentProblemError: when the remote has no such branch or commit, cannot be asked, or they never meet.
    """
    goal, tip = _base(repository, remote, base, history), _head(repository, remote, head, history)
    step = history
    for _ in range(_STEPS):
        if merge_base(repository, goal, tip) or not _is_shallow(repository):
            break
        try:
            fetch_refs(repository, remote, [goal, tip], f"--deepen={step}")
        except GitError as error:
            if not _lacks(error):
                raise
            break  # a commit that was made here: the remote cannot count from it, so all is asked for
        step *= _GROWTH
    if not merge_base(repository, goal, tip) and _is_shallow(repository):
        fetch_refs(repository, remote, [], "--unshallow")
    if not merge_base(repository, goal, tip):
        raise EnvironmentProblemError(
            f"{safe_text(base)} and {safe_text(head)} have no common history", "compare branches of one repository"
        )
    return Span(goal, tip)


def _base(repository: Repository, remote: str, base: str, history: int) -> str:
    if _COMMIT_ID.fullmatch(base):
        return _commit(repository, base) or _fetch_commit(repository, remote, base, history)
    name = base.removeprefix(BRANCHES).removeprefix(f"{REMOTES}{remote}/").removeprefix(f"{remote}/")
    if ref_problem(name):  # a line feed or colon in it would be another refspec
        raise _nothing(remote, f"branch {name}")
    tracking = f"{REMOTES}{remote}/{name}"
    try:
        fetch_refs(repository, remote, [f"+{BRANCHES}{name}:{tracking}"], *_depth(repository, history))
    except GitError as error:
        if "couldn't find remote ref" not in error.stderr:
            raise
        raise _nothing(remote, f"branch {name}") from None
    found = _commit(repository, tracking)
    if found is None:
        raise _nothing(remote, f"branch {name}")
    return found


def _head(repository: Repository, remote: str, head: str, history: int) -> str:
    here = _commit(repository, head) or _commit(repository, BRANCHES + head)
    if here or not _COMMIT_ID.fullmatch(head):
        return here or _base(repository, remote, head, history)
    return _fetch_commit(repository, remote, head, history)


def _fetch_commit(repository: Repository, remote: str, oid: str, history: int) -> str:
    try:
        fetch_refs(repository, remote, [oid], *_depth(repository, history))
    except GitError as error:
        # A server may give only what its refs point at (uploadpack.allowReachableSHA1InWant).
        if not _lacks(error):
            raise
    found = _commit(repository, oid)
    if found is None:
        raise _nothing(remote, f"commit {oid[:12]}")
    return found


def _lacks(error: GitError) -> bool:
    # The last is what git says before it asks a server of protocol v0, or one that speaks of no other.
    words = ("not our ref", "no such remote ref", "not allow request for unadvertised object")
    return any(said in error.stderr for said in words)


def _nothing(remote: str, what: str) -> EnvironmentProblemError:
    return EnvironmentProblemError(f"{safe_text(remote)} has no {safe_text(what)}", "git ls-remote lists what it has")


def _depth(repository: Repository, history: int) -> list[str]:
    return [f"--depth={history}"] if _is_shallow(repository) else []


def _is_shallow(repository: Repository) -> bool:
    # Asked each time: `repository.shallow` is from before the fetches.
    return run_git(["rev-parse", "--is-shallow-repository"], cwd=repository.top).strip() == b"true"


def _commit(repository: Repository, name: str) -> str | None:
    found = read_object(repository, f"{name}^{{commit}}")
    return found.oid if found and found.kind == "commit" else None
