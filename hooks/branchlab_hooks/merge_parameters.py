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
from branchlab.text import safe_text

if TYPE_CHECKING:
    from branchlab.git.mergefile import Style
    from branchlab.parameters.change import Path
    from branchlab.parameters.three_way import Merged
    from branchlab_hooks.versions import Versions

_BY_HAND = "settle it by hand"
# From the one that keeps most of both sides; a text with markers in it never reads as `wanted`.
_STYLES: tuple[Style, ...] = ("markers", "union", "ours")


def merge_parameters(versions: Versions) -> MergedText:
    """Merges a parameter file; the result has conflict markers when both sides changed a value differently.

    Raises:
        DamagedError: when a version cannot be read, so that only its lines can be merged.
        UsageError: when no text can be written that says what the keys do.
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
    base, theirs = (_settled(versions.path, text, merged, side) for side in ("base", "theirs"))
    # Three texts that differ in the conflicts alone: git puts its markers there and nowhere else.
    narrow = versions._replace(base=base, ours=text, theirs=theirs)
    # Either side of the markers must give what this side says: a table in the place of a value is added elsewhere.
    sides: dict[Style, bytes] = {"ours": text, "theirs": theirs}
    if any(narrow.as_text(side).text != whole for side, whole in sides.items()):
        keys = ", ".join(safe_text(".".join(map(str, conflict.path))) for conflict in merged.conflicts)
        raise UsageError(f"{safe_text(versions.path)}: both sides changed {keys}", _BY_HAND)
    return narrow.as_text()


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
    """Sets value after value until the text reads as `wanted`; what YAML takes from elsewhere follows by itself."""
    table = _load(path, text)
    # No more steps than differences: values that undo each other would go on for ever.
    for _ in list(differences(table, wanted)):
        left = next(differences(table, wanted), None)
        if left:
            text = _changed(path, text, table, *left)
            table = _load(path, text)
    if same(table, wanted):
        return text
    raise UsageError(f"{safe_text(path)}: values that stand in several places changed differently", _BY_HAND)


def _changed(path: str, text: bytes, table: dict[str, Any], place: Path, value: Any) -> bytes:
    try:
        return change(path, text, table, place, value)
    except UsageError:
        if value is ABSENT or get(table, place[:-1]).get(place[-1], ABSENT) is ABSENT:
            raise
    # A value in the place of a table, or the other way round, stands elsewhere in the text.
    text = change(path, text, table, place, ABSENT)
    return change(path, text, with_value(table, place, ABSENT), place, value)


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
