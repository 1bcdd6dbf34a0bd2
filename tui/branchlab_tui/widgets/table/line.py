"""How one line of a table is put together: pieces of text with the name of a style, exactly as wide as the line.

Free of Textual. Neighbours of one style are one piece, because each piece costs some forty bytes of colour on its
way to the terminal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.width import display_width, pad, shorten
from branchlab.text import safe_text
from branchlab_tui.widgets.lines.signs import CURSOR
from branchlab_tui.widgets.table.column import STYLES
from branchlab_tui.widgets.table.layout import GAP, GUTTER

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from branchlab_tui.widgets.table.column import Align, Cell
    from branchlab_tui.widgets.table.layout import Layout

MARK = "●"
DESCENDING = "▼"
ASCENDING = "▲"
BEFORE = "\u2039"  # single angle quotation marks: columns are out of sight
BEHIND = "\u203a"
BLANK = " " * GUTTER
HERE = "@"  # behind the name of a style: the cell under both cursors

Piece = tuple[str, str]

# All other styles change letters only, so blanks beside a piece may belong to it.
_SHOWS_ON_BLANKS = frozenset(("title", *(style + HERE for style in ("", *STYLES))))


def cut(text: str, width: int, align: Align, *, name: bool = False) -> str:
    """Returns harmless text of at most `width` cells; the middle of a name gives way, and the end of all else."""
    text = safe_text(text)
    if len(text) <= width and text.isascii():  # no width has to be looked up
        return text
    return shorten(text, width, "ends" if name and align == "left" else "start")


def fit(text: str, width: int, align: Align, *, name: bool = False) -> str:
    """Returns harmless text of exactly `width` cells."""
    text = cut(text, width, align, name=name)
    if text.isascii():
        return text.rjust(width) if align == "right" else text.ljust(width)
    return pad(text, width, right=align == "right")


def gutter(*, cursor: bool, marked: bool) -> str:
    """Returns the two cells before a row: each mark stands first unless both do."""
    if cursor:
        return CURSOR + (MARK if marked else " ")
    return f"{MARK} " if marked else BLANK


def row_line(layout: Layout, start: str, cell: Callable[[str], Cell], here: str | None = None) -> list[Piece]:
    """Returns the line of a row, `layout.width` cells wide.

    Args:
        layout: the columns in sight.
        start: what stands in the gutter.
        cell: what a column shows, asked for columns in sight only.
        here: the column under the cursor, whose whole cell has a style of its own; None on other rows.
    """
    if layout.width < GUTTER:
        return [(start[: layout.width], "")] if layout.width else []
    line = _Line(layout.width)
    line.add(start, "mark" if start != BLANK else "", GUTTER)
    for place, (column, x, width) in enumerate(layout.slots):
        text, style = cell(column.key)
        text = fit(text, width, column.align, name=place == 0)
        if column.key == here:
            style = (style or column.style) + HERE
        line.add_cell(x, text, style or column.style, width)
    return line.finish()


def heading_line(layout: Layout, sorted_by: Sequence[tuple[str, bool]], here: str | None) -> list[Piece]:
    """Returns the line of headings, with marks of what sorts and of columns out of sight to the left."""
    line = _Line(layout.width)
    for place, slot in enumerate(layout.slots):
        if place == layout.frozen and layout.first:
            line.move_to(slot.x - GAP)
            line.add(BEFORE, "")
        line.move_to(slot.x)
        key, right = slot.column.key, slot.column.align == "right"
        mark = sort_mark(key, sorted_by)
        # The mark stands in the gap, so that it costs a heading none of its letters.
        beside = 1 if mark and slot.x + slot.width < layout.width else 0
        title = cut(slot.column.title, slot.width + beside - len(mark), "left", name=True)
        text = pad(title, slot.width + beside - len(mark), right=True) + mark if right else title + mark
        line.add(pad(text, slot.width), HERE if key == here else "")
    return line.finish()


def group_line(layout: Layout, start: str, text: str, style: str) -> list[Piece]:
    """Returns the line of a group's heading, whose text may span the whole line."""
    line = _Line(layout.width)
    line.add(start, "mark" if start != BLANK else "")
    line.add(cut(text, layout.width - GUTTER, "left"), style)
    return line.finish()


def sort_mark(key: str, sorted_by: Sequence[tuple[str, bool]]) -> str:
    """Returns how a column sorts: nothing, ▼ from large to small, ▲ from small to large, with its rank of several."""
    for rank, (column, descending) in enumerate(sorted_by, 1):
        if column == key:
            return (DESCENDING if descending else ASCENDING) + (str(rank) if len(sorted_by) > 1 else "")
    return ""


class _Line:
    """Joins pieces from left to right, cut at the right edge."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._x = 0
        self._pieces: list[Piece] = []

    def add(self, text: str, style: str, taken: int | None = None) -> None:
        """Adds text, as much as there is room for; `taken` is its width where that is known."""
        taken = display_width(text) if taken is None else taken
        if taken > (room := self._width - self._x):
            text = pad(shorten(text, room, "start"), room)  # half of a wide character at the edge is a blank
            taken = room
        if not taken:
            return
        self._x += taken
        if self._pieces:
            last = self._pieces[-1][1]
            if last == style or (last not in _SHOWS_ON_BLANKS and style not in _SHOWS_ON_BLANKS and text.isspace()):
                text, style = self._pieces.pop()[0] + text, last
        self._pieces.append((text, style))

    def add_cell(self, x: int, text: str, style: str, width: int) -> None:
        """Adds a cell and the gap before it, which is a piece of its own only where a style shows on blanks."""
        gap = x - self._x
        if style in _SHOWS_ON_BLANKS:
            self.move_to(x)
            self.add(text, style, width)
        else:
            self.add(" " * gap + text, style, gap + width)

    def move_to(self, x: int) -> None:
        """Adds blanks up to a cell."""
        if x > self._x:
            self.add(" " * (x - self._x), "", x - self._x)

    def finish(self) -> list[Piece]:
        """Returns the pieces of a line that is filled up with blanks."""
        self.move_to(self._width)
        return self._pieces
