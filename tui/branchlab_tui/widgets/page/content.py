"""What a page holds, and its rows at a width. Free of Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.page import Facts, Line, text_lines
from branchlab.report.table import Table, has_heading, table_lines
from branchlab.report.width import display_width, shorten
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple
from branchlab_tui.drawing.piece import Piece

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.report.table import Cell

_LEAST = 4  # cells of a rule behind a heading


class Heading(NamedTuple):
    """The title of a part, with a remark beside it."""

    text: str
    remark: str = ""


class Links(NamedTuple):
    """A table whose rows lead somewhere: `keys` has as many as it has rows, empty for rows that do not."""

    table: Table
    keys: Sequence[str]


Part = Heading | Line | Facts | Table | Links


class Row(NamedTuple):
    """A row of a page: its pieces, and what it leads to, empty for nowhere."""

    pieces: Sequence[Piece]
    key: str = ""

    @property
    def text(self) -> str:
        """The row without its styles."""
        return "".join(piece.text for piece in self.pieces)


def page_rows(parts: Sequence[Part], width: int) -> list[Row]:
    """Returns the rows of a page, a blank one between parts; no heading stands apart from what it is about."""
    rows: list[Row] = []
    for place, part in enumerate(parts):
        before = parts[place - 1] if place else None
        if before is not None and not isinstance(before, Heading) and not _belongs(part, before):
            rows.append(Row(()))
        rows += _rows(part, width)
    return rows


def _belongs(part: Part, before: Part) -> bool:
    return isinstance(part, Line) and isinstance(before, Line)


def _rows(part: Part, width: int) -> list[Row]:
    if isinstance(part, Heading):
        return [Row(_heading(part, width))]
    if isinstance(part, (Line, Facts)):
        return [Row(_pieces(line)) for line in text_lines(part, width)]
    table, keys = (part.table, part.keys) if isinstance(part, Links) else (part, ())
    lines = [_pieces(line) for line in table_lines(table, width)]
    titles = int(has_heading(table))
    linked = [*[""] * titles, *keys, *[""] * (len(lines) - titles - len(keys))]
    return [Row(line, key) for line, key in zip(lines, linked, strict=True)]


def _heading(heading: Heading, width: int) -> list[Piece]:
    text = shorten(safe_text(heading.text), width)
    remark = shorten(
        f" {safe_text(heading.remark)}" if heading.remark else "", max(width - display_width(text), 0), "start"
    )
    rule = width - display_width(text) - display_width(remark) - 1
    line = [Piece(text, "heading"), Piece(remark, "dim")]
    return [*line, Piece(" " + "─" * rule, "rule")] if rule >= _LEAST else line


def _pieces(cells: Sequence[Cell]) -> list[Piece]:
    return [Piece(cell.text, cell.style) for cell in cells]
