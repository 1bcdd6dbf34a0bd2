"""The list of entries as lines of styled text, as a column or as a single line. Free of Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.width import display_width, pad, shorten
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple
from branchlab_tui.drawing.piece import Line, Piece

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab_tui.screens.plots.entries import Entry


class ListText(NamedTuple):
    """Lines, and the place of the entry that each of them names; None for a heading."""

    lines: list[Line]
    places: list[int | None]


def draw_column(entries: Sequence[Entry], current: int, of: int, width: int, height: int) -> ListText:
    """Returns the entries below each other with their sections, the part around the current one.

    `of` is the number of experiments: where not all of them have an entry, it says how many do.
    """
    lines: list[Line] = []
    places: list[int | None] = []
    section = ""
    for place, entry in enumerate(entries):
        if entry.section != section:
            section = entry.section
            lines.append([Piece(pad(f" {section.upper()}", width), "dim")])
            places.append(None)
        lines.append(_entry_line(entry, of, width, current=place == current))
        places.append(place)
    at = places.index(current) if current in places else 0
    # The current one in the middle, where there is enough above and below it.
    first = max(0, min(at - height // 2, len(lines) - height))
    if at == 1:  # the first entry: its heading, one line above, is shown with it
        first = 0
    return ListText(lines[first : first + height], places[first : first + height])


def _entry_line(entry: Entry, of: int, width: int, *, current: bool) -> Line:
    held = f" {len(entry.holders)}/{of}" if len(entry.holders) < of else ""
    room = max(1, width - 3 - len(held) - 1)
    name = pad(shorten(safe_text(entry.name), room), room)
    style = "name.bright" if current else "name"
    return [Piece(" ▸ " if current else "   ", style), Piece(name, style), Piece(f"{held} ", "dim")]


def draw_switcher(entries: Sequence[Entry], current: int, of: int, width: int) -> Line:
    """Returns the current entry between those it can be changed for, in one line."""
    if not entries:
        return [Piece(" " * width)]
    entry = entries[current]
    held = f" · {len(entry.holders)} of {of} have it" if len(entry.holders) < of else ""
    place = f"{entry.section} · {current + 1} of {len(entries)}{held} "
    room = max(1, width - 6 - len(place))
    name = shorten(safe_text(entry.name), room)
    blanks = " " * max(0, width - 5 - display_width(name) - len(place))
    return [Piece(" ◂ ", "dim"), Piece(name, "name.bright"), Piece(" ▸", "dim"), Piece(blanks), Piece(place, "dim")]
