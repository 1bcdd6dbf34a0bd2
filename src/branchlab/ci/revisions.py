"""Finds what CI compares: the commit under test, and the one on the baseline that it grew from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.errors import EnvironmentProblemError, NotFoundError
from branchlab.git.ancestry import cut_commits, merge_base, names_at, parents_of
from branchlab.git.objects import read_objects
from branchlab.git.refs import BRANCHES, REMOTES, SHORT_ID, current_branch, find_ref
from branchlab.naming import compile_rule
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from branchlab.git.objects import GitObject
    from branchlab.git.repository import Repository
    from branchlab.workspace import Workspace

_TWO = 2
_DEEPEN = "branchlab ci --fetch origin, or git fetch --unshallow"


class Revision(NamedTuple):
    """A commit: how people call it, its full id, and its raw text."""

    name: str
    commit: str
    text: bytes


class Revisions(NamedTuple):
    """What is compared.

    Attributes:
        head: the commit under test; of the merge that a CI service makes, the side that is under test.
        base: what it is judged against; None when it is the first commit there is.
        baseline: the tip of the baseline, whose history has the best values; `head` itself when that is on it.
        how: what `base` is to `head`, in words.
        merge: the commit of the CI service that merged `head` into the baseline, else empty.
    """

    head: Revision
    base: Revision | None
    baseline: Revision
    how: str
    merge: str = ""


def find_revisions(workspace: Workspace, base: str | None = None, head: str | None = None) -> Revisions:
    """Finds the commits to compare; `base` is a branch or commit (the project's baseline), `head` too (HEAD).

    Raises:
        NotFoundError: when one of them is not there.
        UsageError: when several branches end in the name of `head`.
        EnvironmentProblemError: when they have no common history here.
    """
    repository = workspace.repository
    tested = _head(workspace, head)
    tip = _find(repository, base or workspace.settings.baseline)
    if tip and tip.commit.startswith(tip.name):
        tip = _named(workspace, tip, baseline=True)
    merged = _merged_by_ci(repository, tested, tip) if head is None else None
    merge = ""
    if merged:
        merge = tested.commit
        into, tested = merged
        tip = tip or _named(workspace, into, baseline=True)
        # The baseline as the service merged into it: it may have gone on since.
        tip = tip._replace(commit=into.commit, text=into.text)
        tested = _named(workspace, tested)
    if tip is None:
        raise _no_baseline(workspace, base)
    return _parted(repository, tested, tip)._replace(merge=merge)


def is_known(repository: Repository, name: str) -> bool:
    """Says whether a name leads to a commit that is here; a branch of `origin` counts."""
    return _find(repository, name) is not None


def _parted(repository: Repository, head: Revision, tip: Revision) -> Revisions:
    parted = merge_base(repository, tip.commit, head.commit)
    if parted is None:
        raise _no_common_history(repository, head, tip)
    if parted != head.commit:
        return Revisions(head, _commit(repository, tip.name, parted), tip, "where it left")
    # Here the shallow clone ends: that nothing came before would be a guess.
    if head.commit in cut_commits(repository):
        raise _no_common_history(repository, head, tip)
    before = parents_of(repository, head.commit)[:1]
    if not before:
        return Revisions(head, None, head, "nothing came before")
    base = _commit(repository, before[0][:SHORT_ID], before[0])
    return Revisions(head, base, base, "the commit before")


def _head(workspace: Workspace, name: str | None) -> Revision:
    if name is not None:
        there = _find(workspace.repository, name) or _by_last_part(workspace.repository, name)
        return _named(workspace, there) if there.commit.startswith(there.name) else there
    found = _find(workspace.repository, "HEAD")
    if found is None:
        raise NotFoundError("this repository has no commit yet", "git commit first, then branchlab run")
    branch = current_branch(workspace.repository)
    return found._replace(name=branch.removeprefix(BRANCHES)) if branch else _named(workspace, found)


def _find(repository: Repository, name: str) -> Revision | None:
    """Returns the commit of a local branch, of anything else that git knows by this name, or of a branch of origin.

    That of origin comes last: `HEAD` is not the branch that origin has checked out.
    """
    # `@{upstream}` is no part of a name: git dies of the question where it follows the name of no branch.
    places = (name,) if "@{" in name else (f"{BRANCHES}{name}", name, f"{REMOTES}origin/{name}")
    for found in read_objects(repository, [f"{place}^{{commit}}" for place in places]):
        if found:
            return Revision(found.oid[:SHORT_ID] if found.oid.startswith(name) else _shown(name), found.oid, found.body)
    return None


def _by_last_part(repository: Repository, name: str) -> Revision:
    """Returns the branch whose name ends in `/name`, as every other command takes it.

    Raises:
        NotFoundError: when there is none.
        UsageError: when there are several.
    """
    ref = find_ref(repository, name, BRANCHES)
    if ref is None:
        from branchlab.catalog.shelf import nearest_branch

        raise NotFoundError(f"{safe_text(name)} is no branch, tag or commit", nearest_branch(repository, name))
    return _commit(repository, _shown(ref.name), ref.oid)


def _commit(repository: Repository, name: str, commit: str) -> Revision:
    found = next(read_objects(repository, [commit]))
    if found is None:
        raise EnvironmentProblemError(f"the commit {commit[:SHORT_ID]} is not in this clone", _DEEPEN)
    return Revision(name, found.oid, found.body)


def _named(workspace: Workspace, revision: Revision, *, baseline: bool = False) -> Revision:
    """Gives a commit the name of a branch that points at it, an experiment or the baseline first; else its short id."""
    rule = compile_rule(workspace.settings.naming)
    # `origin/HEAD` only says which branch a clone checks out.
    names = [_shown(ref) for ref in names_at(workspace.repository, revision.commit) if not ref.endswith("/HEAD")]
    # False sorts first: names that the rule accepts for a head, and all others for the baseline.
    names.sort(key=lambda name: (rule.accepts(name) == baseline, name != workspace.settings.baseline, name))
    return revision._replace(name=names[0] if names else revision.commit[:SHORT_ID])


def _shown(ref: str) -> str:
    return ref.removeprefix(BRANCHES).removeprefix(f"{REMOTES}origin/").removeprefix(REMOTES)


def _merged_by_ci(repository: Repository, head: Revision, tip: Revision | None) -> tuple[Revision, Revision] | None:
    """Returns both sides of a merge that a CI service made to test it: the baseline, and what is under test.

    Such a commit is checked out without a branch, it is on no branch, and its first parent is on the baseline; GitHub
    also writes both ids into the subject. Its own record would be that of no run.
    """
    parents = parents_of(repository, head.commit)
    if len(parents) != _TWO or current_branch(repository) is not None:
        return None
    into, tested = read_objects(repository, parents)
    if into is None or tested is None:
        return None
    sides = _revision(into), _revision(tested)
    if f"\n\nMerge {tested.oid} into {into.oid}".encode() in head.text:
        return sides
    if tip is None or merge_base(repository, head.commit, tip.commit) == head.commit:
        return None
    return sides if merge_base(repository, into.oid, tip.commit) == into.oid else None


def _revision(found: GitObject) -> Revision:
    return Revision(found.oid[:SHORT_ID], found.oid, found.body)


def _no_baseline(workspace: Workspace, base: str | None) -> NotFoundError:
    name = safe_text(base or workspace.settings.baseline)
    what = f"{name} is no branch, tag or commit here" if base else f"the baseline {name} does not exist here"
    if workspace.repository.shallow:
        return NotFoundError(f"{what}: this clone is shallow", _DEEPEN)
    return NotFoundError(what, f"git fetch origin {name}, give --base, or set project.baseline in branchlab.toml")


def _no_common_history(repository: Repository, head: Revision, tip: Revision) -> EnvironmentProblemError:
    names = f"{safe_text(head.name)} and {safe_text(tip.name)}"
    if repository.shallow:
        return EnvironmentProblemError(f"this clone is shallow: it lacks where {names} parted", _DEEPEN)
    return EnvironmentProblemError(f"{names} have no common history", "give --base")
