"""Merges parameter files by key; comments, order and spacing stay as the lines of text allow.

The lines of text are merged first, and the result counts where it reads as what the keys should be. Where it does
not, as when neighbouring lines were changed, the values are set one by one. Markers stand around real conflicts only.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from branchlab.errors import BranchlabError, UsageError
from branchlab.git.mergefile import MergedText
from branchlab.parameters.change import ABSENT, change, get, same, with_value
from branchlab.parameters.files import load_parameters
from branchlab.parameters.three_way import differences, merge_tables

if TYPE_CHECKING:
    from branchlab.git.mergefile import Style
    from branchlab.parameters.three_way import Merged
    from branchlab_hooks.versions import Versions

_STYLES: tuple[Style, ...] = ("markers", "union", "ours")


def merge_parameters(versions: Versions) -> MergedText:
    """Merges a parameter file; the result has conflict markers when both sides changed a value differently.

    Raises:
        BranchlabError: when a version cannot be read, so that only its lines can be merged.
    """
    whole = versions.unchanged()
    if whole is not None:
        return MergedText(whole, clean=True)
    merged = _merge_values(versions)
    if merged.conflicts and (text := _lists_by_line(versions, merged)) is not None:
        return MergedText(text, clean=True)
    text = _written(versions, merged.table)
    if not merged.conflicts:
        return MergedText(text, clean=True)
    path = versions.path
    sides = [_settled(path, text, merged, side) for side in ("base", "theirs")]
    shown = versions._replace(base=sides[0], ours=text, theirs=sides[1]).as_text()
    return shown if not shown.clean else versions.as_text()


def merge_ancestors(versions: Versions) -> bytes:
    """Merges two common ancestors into what both sides come from; what they disagree about stays as it was before.

    Markers would make a base that cannot be read, and every value a conflict.
    """
    whole = versions.unchanged()
    if whole is not None:
        return whole
    try:
        merged = _merge_values(versions)
        text = _written(versions, merged.table)
        return _settled(versions.path, text, merged, "base")
    except BranchlabError:
        return versions.base


def _merge_values(versions: Versions) -> Merged:
    return merge_tables(*(_load(versions.path, text) for text in (versions.base, versions.ours, versions.theirs)))


def _load(path: str, text: bytes) -> dict[str, Any]:
    return load_parameters(path, text) if text else {}


def _written(versions: Versions, wanted: dict[str, Any]) -> bytes:
    """Returns a text that reads as `wanted`: the lines of both sides where they do, else with values set in it."""
    start = versions.ours
    for style in _STYLES:
        text = versions.as_text(style).text
        with suppress(BranchlabError):
            if same(_load(versions.path, text), wanted):
                return text
            if style == "ours":
                start = text  # it has their comments elsewhere
    return _reach(versions.path, start, wanted)


def _reach(path: str, text: bytes, wanted: dict[str, Any]) -> bytes:
    table = _load(path, text)
    for place, value in differences(table, wanted):
        try:
            text = change(path, text, table, place, value)
        except UsageError:
            if value is ABSENT or get(table, place[:-1]).get(place[-1], ABSENT) is ABSENT:
                raise
            # A value in the place of a table, or the other way round, stands elsewhere in the text.
            text = change(path, text, table, place, ABSENT)
            text = change(path, text, with_value(table, place, ABSENT), place, value)
        table = with_value(table, place, value)
    return text


def _settled(path: str, text: bytes, merged: Merged, side: str) -> bytes:
    """Returns the text with one side's values in the places of the conflicts."""
    wanted = merged.table
    for conflict in merged.conflicts:
        wanted = with_value(wanted, conflict.path, getattr(conflict, side))
    return _reach(path, text, wanted)


def _lists_by_line(versions: Versions, merged: Merged) -> bytes | None:
    """Returns the merged lines when all conflicts are lists of many lines, changed in different places."""
    if not all(isinstance(value, list) for conflict in merged.conflicts for value in conflict[1:]):
        return None
    text, clean = versions.as_text()
    if not clean:
        return None
    with suppress(BranchlabError):
        table = _load(versions.path, text)
        wanted = merged.table
        for conflict in merged.conflicts:
            wanted = with_value(wanted, conflict.path, get(table, conflict.path))
        return text if same(table, wanted) else None
    return None
