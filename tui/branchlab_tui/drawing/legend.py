"""The legend of a plot: a mark, a name and a value for each series, never wider than there is room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.width import display_width, pad, shorten
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple
from branchlab_tui.drawing.piece import Line, Piece, cut

if TYPE_CHECKING:
    from collections.abc import Sequence

_BETWEEN = 2
_SHORTEST = 6
_VALUE = 7  # columns of a value, so that entries stand still while the cursor moves


class Entry(NamedTuple):
    """What a legend says of one series."""

    name: str
    mark: str
    style: str
    value: str = ""
    focused: bool = False


def short_names(names: Sequence[str]) -> list[str]:
    """Returns harmless names without the folders that all of them share."""
    safe = [safe_text(name) for name in names]
    if len(set(safe)) < 2:  # noqa: PLR2004 - a single name shares all of itself
        return safe
    # What the first and the last in order share, all of them share.
    first, last = min(safe), max(safe)
    shared = next((place for place, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    folder = first.rfind("/", 0, shared) + 1
    return [name[folder:] or name for name in safe]


def legend(entries: Sequence[Entry], width: int, rows: int = 1, *, keep_values: bool = False) -> list[Line]:
    """Returns at most `rows` lines of at most `width` columns.

    Names are cut until all entries fit, then values left out unless `keep_values`; when they do not fit even
    then, the rest is counted (`+3 more`), and the focused one is among those shown.
    """
    if not entries or width < _SHORTEST or rows < 1:
        return []
    names = short_names([entry.name for entry in entries])
    longest = max(map(display_width, names))
    values = max(_VALUE, *(len(entry.value) for entry in entries)) if any(entry.value for entry in entries) else 0
    if _fixed(values) >= width:
        values = 0
    for size in (values,) if keep_values else (values, 0):
        for used in range(1, rows + 1):
            per_row = -(-len(entries) // used)
            room = (width + _BETWEEN) // per_row - _BETWEEN - _fixed(size)
            # Rather another row, or no values, than names cut to six letters.
            enough = _SHORTEST if used == rows and (keep_values or not size) else 2 * _SHORTEST
            if room >= min(longest, enough):
                return _rows(entries, names, min(room, longest), size, per_row)
    return _some(entries, names, width, rows, values if keep_values else 0, longest)


def values_only(entries: Sequence[Entry], width: int) -> list[Line]:
    """Returns one line of marks and values, for series that are named elsewhere; the focused one is shown."""
    size = max((len(entry.value) for entry in entries), default=0) + 2 + _BETWEEN
    room = max(1, (width + _BETWEEN) // size)
    if len(entries) > room:
        room = max(1, (width - len(f"+{len(entries)}")) // size)
    focused = next((place for place, entry in enumerate(entries) if entry.focused), 0)
    first = max(0, min(focused - room + 1, len(entries) - room))
    line: Line = []
    for entry in entries[first : first + room]:
        style = "name.bright" if entry.focused else "value"
        line += [Piece(f"{entry.mark} ", entry.style), Piece(f"{entry.value:<{size - 2}}", style)]
    if len(entries) > room:
        line.append(Piece(f"+{len(entries) - room}", "dim"))
    return [cut(line, width)] if line else []


def _fixed(values: int) -> int:
    return 2 + (values + 1 if values else 0)


def _some(
    entries: Sequence[Entry], names: Sequence[str], width: int, rows: int, values: int, longest: int
) -> list[Line]:
    """Returns as many entries as fit, and how many more there are."""
    more = len(f"+{len(entries)} more")
    cut = min(longest, _SHORTEST + 2)
    size = cut + _fixed(values) + _BETWEEN
    per_row = max(1, (width + _BETWEEN) // size)
    last_row = (width - more) // size
    shown = max(1, per_row * (rows - 1) + last_row)
    focused = next((place for place, entry in enumerate(entries) if entry.focused), 0)
    first = max(0, min(focused - shown + 1, len(entries) - shown))
    chosen = slice(first, first + shown)
    cut = max(1, min(cut, width - _fixed(values)))
    lines = _rows(entries[chosen], names[chosen], cut, values, per_row)
    rest = f"+{len(entries) - shown} more"
    if sum(display_width(piece.text) for piece in lines[-1]) + _BETWEEN + len(rest) <= width:
        lines[-1].append(Piece(" " * _BETWEEN + rest, "dim"))
    return lines


def _rows(entries: Sequence[Entry], names: Sequence[str], cut: int, values: int, per_row: int) -> list[Line]:
    lines: list[Line] = []
    for start in range(0, len(entries), per_row):
        line: Line = []
        for entry, name in list(zip(entries, names, strict=True))[start : start + per_row]:
            line += [*_entry(entry, shorten(name, cut), cut, values), Piece(" " * _BETWEEN)]
        lines.append(line[:-1])
    return lines


def _entry(entry: Entry, name: str, cut: int, values: int) -> Line:
    named = Piece(pad(name, cut), "name.bright" if entry.focused else "name")
    line = [Piece(f"{entry.mark} ", entry.style), named]
    return [*line, Piece(f" {entry.value:<{values}}", "value")] if values else line
