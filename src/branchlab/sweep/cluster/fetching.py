"""Brings the branches of trials from the git remote into the engine's repository."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from branchlab.errors import UsageError
from branchlab.git.refs import BRANCHES, Ref, create_ref, list_refs, move_ref
from branchlab.git.remote import fetch_objects, is_ancestor, remote_refs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.git.repository import Repository
    from branchlab.sweep.cluster.site import Site

# kind, issue or user come before the name of the sweep by the naming rule, `-2` may come behind it
_BEFORE, _TAIL = r"(?:.*[/._-])?", r"-\d{4,}-[0-9a-f]{4}(?:[/._-].*)?"


def fetch_trials(repository: Repository, site: Site) -> int:
    """Brings what workers delivered while no engine was there; returns how many branches are new or moved.

    Raises:
        GitError: when the remote cannot be reached.
    """
    ours = re.compile(_BEFORE + re.escape(site.sweep) + _TAIL)
    # coarse, so that the remote does not list every branch; `ours` is exact
    found = remote_refs(repository, site.remote, f"{BRANCHES}*{site.sweep}-*")
    trials = [ref for ref in found if ours.fullmatch(ref.name.removeprefix(BRANCHES))]
    return fetch_branches(repository, site, trials)


def fetch_branches(repository: Repository, site: Site, refs: Sequence[Ref]) -> int:
    """Brings branches and makes or moves forward the local ones; one that has other commits here is left alone.

    Raises:
        GitError: when the remote cannot be reached or lacks one.
    """
    if not refs:
        return 0
    local = {ref.name: ref.oid for ref in list_refs(repository, *(ref.name for ref in refs))}
    lacking = [ref for ref in refs if local.get(ref.name) != ref.oid]
    fetch_objects(repository, site.remote, lacking)
    return sum(_move(repository, ref, local.get(ref.name)) for ref in lacking)


def _move(repository: Repository, ref: Ref, old: str | None) -> bool:
    if old is None:
        try:
            create_ref(repository, ref.name, ref.oid, reason="branchlab: trial of a worker")
        except UsageError:  # a branch of the user's has the name: git's remote-tracking ref holds the trial
            return False
        return True
    if not is_ancestor(repository, old, ref.oid):
        return False
    move_ref(repository, ref.name, ref.oid, old, reason="branchlab: trial of a worker")
    return True
