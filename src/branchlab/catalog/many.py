"""Many experiments to the archive and back with few gits, in an order that leaves a copy too many after a crash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.git.refs import ARCHIVE, BRANCHES, Ref, checked_out, create_refs, delete_refs, list_refs
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection

    from branchlab.git.repository import Repository


class Moved(NamedTuple):
    """Names of branches that were moved, and those that stayed with the reason why."""

    names: tuple[str, ...]
    left: tuple[tuple[str, str], ...] = ()


def archive_all(repository: Repository, names: Collection[str]) -> Moved:
    """Moves branches to `refs/archive/`; one that is checked out stays, and one whose name is taken there.

    Raises:
        BusyError: when another process holds or moved one of them; then all may have a copy in the archive.
    """
    used = checked_out(repository)
    why = {name.removeprefix(BRANCHES): f"is checked out in {folder}" for name, folder in used.items()}
    return _move(repository, BRANCHES, ARCHIVE, names, why, "branchlab: archive")


def restore_all(repository: Repository, names: Collection[str]) -> Moved:
    """Makes branches again of what was archived; one whose name is taken by another stays in the archive.

    Raises:
        BusyError: when another process holds or moved one of them.
    """
    return _move(repository, ARCHIVE, BRANCHES, names, {}, "branchlab: restore")


def _move(
    repository: Repository, source: str, target: str, names: Collection[str], why: dict[str, str], reason: str
) -> Moved:
    places = {ref.name: ref.oid for ref in list_refs(repository, source, target)}
    left: list[tuple[str, str]] = []
    moving: list[str] = []
    for name in names:
        if source + name not in places:
            continue
        # The same commit there is no namesake: a crash came between copy and deletion, and this goes on.
        taken = places.get(target + name, places[source + name]) != places[source + name]
        if name in why or taken:
            left.append((name, why.get(name, "has a namesake there")))
        else:
            moving.append(name)
    if new := [Ref(target + name, places[source + name]) for name in moving if target + name not in places]:
        create_refs(repository, new, reason=reason)
    if moving:
        delete_refs(repository, [Ref(source + name, places[source + name]) for name in moving], reason=reason)
    return Moved(tuple(moving), tuple(left))
