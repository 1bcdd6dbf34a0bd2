"""Brings to the remotes what a worker made: data first, then the branch.

A branch of a worker's clone is deleted there once it is delivered. So those that are left in `refs/heads/` are what the
clone owes, whatever was killed in between.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from branchlab.data.pointer import is_pointer, parse_pointer
from branchlab.errors import BranchlabError
from branchlab.git.lease import push_ref
from branchlab.git.refs import ARCHIVE, BRANCHES, create_ref, delete_ref, list_refs
from branchlab.git.remote import is_ancestor, remote_refs
from branchlab.running.source import outputs_at
from branchlab.sweep.cluster.clone import busy_branches

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from branchlab.data.pointer import Output
    from branchlab.data.store import Store
    from branchlab.git.repository import Repository
    from branchlab.sweep.cluster.clone import Clone
    from branchlab.sweep.cluster.site import Site


def deliver(clone: Clone, site: Site, branch: str, new: str, old: str, base: str) -> str:
    """Sends the data and the branch of one trial; returns where the branch stands on the remote then.

    That is not `new` when another worker delivered the same trial first; what was made here is archived in the clone.

    Args:
        clone: where it was made.
        site: names the remotes.
        branch: its short name.
        new: full id of its tip.
        old: where it stood on the remote before; empty when it was not there.
        base: a commit whose data the remote has.

    Raises:
        EnvironmentProblemError: when a remote cannot be reached or refuses; `branch` stays in the clone.
        DamagedError: when an object of the cache is damaged.
    """
    repository = clone.workspace.repository
    if clone.store:
        known = set(outputs_at(clone.workspace, base))
        send_data(clone.store, site, [output for output in outputs_at(clone.workspace, new) if output not in known])
    # data before the branch: whoever sees the branch can fetch what it points at
    stands = push_ref(repository, site.remote, BRANCHES + branch, new, old)
    if stands != new:
        create_ref(repository, f"{ARCHIVE}{branch}-{new[:8]}", new, reason="branchlab: delivered by another worker")
    with suppress(BranchlabError):  # another worker of this machine may have done it
        delete_ref(repository, BRANCHES + branch, new, reason="branchlab: delivered")
    return stands


def made_by(clone: Clone, files: Mapping[str, bytes]) -> list[Output]:
    """Returns what DVC keeps of a job that is on no branch, by the pointers among its files."""
    prefix = clone.workspace.prefix
    pointers = {path: content for path, content in files.items() if is_pointer(path) and path.startswith(prefix)}
    return [output for path, text in pointers.items() for output in parse_pointer(path.removeprefix(prefix), text)]


def has_data_remote(store: Store | None, site: Site) -> bool:
    """Tells whether data can leave this machine."""
    return store is not None and bool(site.data_remote or store.config.get("core", {}).get("remote"))


def send_data(store: Store | None, site: Site, outputs: Iterable[Output]) -> None:
    """Sends objects that the DVC remote lacks; where there is no remote, nothing. Raises as `push_objects` does."""
    wanted = list(outputs)
    if store is None or not wanted or not has_data_remote(store, site):
        return
    from branchlab.data.remote import push_objects

    push_objects(store, wanted, remote=site.data_remote)


def bring_data(store: Store | None, site: Site, outputs: Iterable[Output]) -> None:
    """Brings objects that the cache lacks. Raises as `pull_objects` does."""
    from branchlab.data.store import missing_objects

    lacking = missing_objects(store, outputs) if store else []
    if store is None or not lacking:
        return
    from branchlab.data.remote import pull_objects

    pull_objects(store, lacking, remote=site.data_remote)


def deliver_owed(clone: Clone, site: Site) -> list[str]:
    """Sends the branches that could not be sent before; returns their names.

    Args:
        clone: where they are.
        site: names the remotes.

    Raises:
        EnvironmentProblemError: as `deliver` does.
    """
    repository = clone.workspace.repository
    owed = list_refs(repository, BRANCHES)
    busy = busy_branches(clone) if owed else set()
    owed = [ref for ref in owed if ref.name.removeprefix(BRANCHES) not in busy]
    if not owed:
        return []
    there = {ref.name: ref.oid for ref in remote_refs(repository, site.remote, *(ref.name for ref in owed))}
    sent = []
    for ref in owed:
        old = there.get(ref.name, "")
        branch = ref.name.removeprefix(BRANCHES)
        # one that stands there already may be a rung that is about to go on (`clone._put`)
        if old != ref.oid and (not old or _goes_on(repository, old, ref.oid)):
            # the commit below a record is that of its code, whose data came from there
            deliver(clone, site, branch, ref.oid, old, f"{ref.oid}^")
            sent.append(branch)
    return sent


def _goes_on(repository: Repository, old: str, new: str) -> bool:
    try:
        return is_ancestor(repository, old, new)
    except BranchlabError:  # the remote's commit is not here
        return False
