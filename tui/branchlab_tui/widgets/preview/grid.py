"""Sets texts under and beside each other. Free of Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.table import Table, table_lines
from branchlab.report.width import display_width, shorten
from branchlab.text import safe_text
from branchlab_tui.drawing.piece import Piece

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.report.table import Cell, Column
    from branchlab_tui.drawing.piece import Line

_ROOMY = 1 << 12  # cells; no table is wider


def grid(rows: Sequence[Sequence[Cell]], columns: Sequence[Column], width: int) -> list[Line]:
    """Returns cells below each other as lines of at most `width` cells; no lines for no rows."""
    if not rows:
        return []
    return [[Piece(text, style) for text, style in line] for line in table_lines(Table(columns, rows), width)]


def natural_width(rows: Sequence[Sequence[Cell]], columns: Sequence[Column]) -> int:
    """Returns how many cells `grid` needs so that nothing is shortened or left out."""
    return max((cells_of(line) for line in grid(rows, columns, _ROOMY)), default=0)


def beside(left: Sequence[Line], right: Sequence[Line], width: int, between: str = " │ ") -> list[Line]:
    """Returns two blocks side by side; the left one is filled up, or cut, to `width` cells."""
    lines: list[Line] = []
    for place in range(max(len(left), len(right))):
        line = cut(left[place], width) if place < len(left) else []
        more = right[place] if place < len(right) else []
        lines.append([*line, Piece(" " * (width - cells_of(line))), Piece(between, "dim"), *more])
    return lines


def cut(line: Line, width: int) -> Line:
    """Returns a line of at most `width` cells; what is cut ends in an ellipsis."""
    if cells_of(line) <= width:
        return list(line)
    kept: Line = []
    room = width
    for text, style in line:
        if display_width(text) >= room:
            # A text that ends just there is cut as well: something follows it.
            kept.append(Piece(shorten(f"{text} ", room, "start"), style))
            break
        kept.append(Piece(text, style))
        room -= display_width(text)
    return kept


def cells_of(line: Line) -> int:
    """Returns how many cells a line takes."""
    return sum(display_width(piece.text) for piece in line)


def headline(words: str, more: str, width: int) -> Line:
    """Returns the heading of a section: its word, what it is about, and a rule to the edge."""
    more = safe_text(more)
    if display_width(more) > width - len(words) - 4:
        more = shorten(more, max(width - len(words) - 4, 0), "ends")
    rule = max(width - display_width(words) - display_width(more) - 2 - bool(more), 0)
    return [Piece(words, "head"), Piece(f" {more}" if more else "", "dim"), Piece(" " + "─" * rule, "dim")]
