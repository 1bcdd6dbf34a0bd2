"""Merges tables key by key: what one side changed counts, and a conflict is a value that both changed differently."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from branchlab.parameters.change import ABSENT, Path, same
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Conflict(NamedTuple):
    """A place where both sides changed a value differently; a value that is not there is `ABSENT`."""

    path: Path
    base: Any
    ours: Any
    theirs: Any


class Merged(NamedTuple):
    """Merged tables: `table` holds our value in each place of a conflict."""

    table: dict[str, Any]
    conflicts: tuple[Conflict, ...]


def merge_tables(base: Mapping[str, Any], ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Merged:
    """Merges two tables that come from the same one. Lists are values: two lists are never mixed."""
    conflicts: list[Conflict] = []
    return Merged(_merge(base, ours, theirs, (), conflicts), tuple(conflicts))


def _merge(
    base: Mapping[str, Any], ours: Mapping[str, Any], theirs: Mapping[str, Any], path: Path, conflicts: list[Conflict]
) -> dict[str, Any]:
    merged = {}
    # Ours first, so that a merge adds to our order and moves nothing.
    for key in dict.fromkeys(chain(ours, theirs)):
        versions = base.get(key, ABSENT), ours.get(key, ABSENT), theirs.get(key, ABSENT)
        value = _merge_value(*versions, (*path, key), conflicts)
        if value is not ABSENT:
            merged[key] = value
    return merged


def _merge_value(base: Any, ours: Any, theirs: Any, path: Path, conflicts: list[Conflict]) -> Any:
    if same(ours, theirs) or same(base, theirs):
        return ours
    if same(base, ours):
        return theirs
    if isinstance(ours, dict) and isinstance(theirs, dict):
        # Two tables that both sides added, or made of a value: they are merged as from an empty one.
        return _merge(base if isinstance(base, dict) else {}, ours, theirs, path, conflicts)
    # Ours for now: the merge driver has git put its markers around the line afterwards (design 0008).
    conflicts.append(Conflict(path, base, ours, theirs))
    return ours


def differences(table: Mapping[str, Any], wanted: Mapping[str, Any], path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yields what to change in a table so that it becomes another: paths and values, `ABSENT` for what goes.

    What goes comes first: a new table may need the place.
    """
    for key in table:
        if key not in wanted:
            yield (*path, key), ABSENT
    for key, value in wanted.items():
        there = table.get(key, ABSENT)
        if isinstance(there, dict) and isinstance(value, dict):
            yield from differences(there, value, (*path, key))
        elif not same(there, value):
            yield (*path, key), value
