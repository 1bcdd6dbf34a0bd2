"""Draws one row of a patch: a heading, a line in one column, or both sides of it beside each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.strip import Strip

from branchlab_tui.widgets.diff_view.line import Look, code_pieces, file_pieces, find_marks, hunk_pieces
from branchlab_tui.widgets.diff_view.words import changed_words
from branchlab_tui.widgets.lines.signs import CURSOR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from branchlab_tui.widgets.diff_view.halves import Half
    from branchlab_tui.widgets.diff_view.line import Mark, Piece, Side
    from branchlab_tui.widgets.diff_view.painter import Painter
    from branchlab_tui.widgets.diff_view.rows import Layout, Row

BETWEEN = "│"

_SIGN_STYLES: dict[Side, str] = {"added": "plus", "removed": "minus", "context": "context"}
_SIGNS: dict[Side, str] = {"added": "+", "removed": "-", "context": " "}


class RowDrawing:
    """How rows are drawn: how wide, how far scrolled sideways, and what is highlighted.

    Args:
        painter: knows the styles.
        layout: where the rows come from.
        width: cells of a row.
        skipped: cells of code that are scrolled out of sight to the left.
        words: highlight the words that changed in a line.
        needle: text to highlight.
        found: line of the patch whose hit is the one the search stands on.
        focused: whether keys come here.
    """

    def __init__(
        self,
        painter: Painter,
        layout: Layout,
        width: int,
        *,
        skipped: int = 0,
        words: bool = True,
        needle: str = "",
        found: int = -1,
        focused: bool = True,
    ) -> None:
        self._painter = painter
        self._layout = layout
        self._lines = layout.patch.lines
        self._width = width
        self._skipped = skipped
        self._words = words
        self._needle = needle
        self._found = found
        self._focused = focused
        self._digits = layout.digits

    def draw(self, row: Row, *, here: bool) -> Strip:
        """Returns a row as a strip; `here` puts the cursor on it."""
        if row.block.kind != "part":
            return self._heading(row, here=here)
        two = self._layout.split and self._layout.file_of(row.block).status == "M"  # else one half would stay empty
        return self._split(row, here=here) if two else self._unified(row, here=here)

    def _heading(self, row: Row, *, here: bool) -> Strip:
        kind = row.block.kind
        ground = "note" if kind in ("note", "end") else kind
        pieces = [(CURSOR if here else " ", ground), *self._words_of_heading(row)]
        return self._painter.fitted(
            pieces, self._width, f"{kind}-here" if here and kind in ("file", "hunk") else ground
        )

    def _words_of_heading(self, row: Row) -> list[Piece]:
        block, patch = row.block, self._layout.patch
        file = self._layout.file_of(block)
        if block.kind == "file":
            return file_pieces(file, folded=self._layout.is_folded(block))
        if block.kind == "hunk":
            hunks = file.hunks
            folded = self._layout.is_folded(block)
            return hunk_pieces(hunks[block.hunk], folded=folded, place=block.hunk, of=len(hunks))
        if block.kind == "note":
            return [(f"    {file.notes[block.at]}", "note")]
        return [(f"{patch.left_out:,} more lines are not shown here; branchlab diff --code prints them all", "note")]

    def _unified(self, row: Row, *, here: bool) -> Strip:
        half = row.new or row.old
        if half is None:
            return Strip([])
        side: Side = "context" if row.old and row.new else "added" if row.new else "removed"
        numbers = (row.old.number if row.old else None, row.new.number if row.new else None)
        before = [(CURSOR if here else " ", self._number(here=here))]
        before += [(f"{_shown(number, self._digits)} ", self._number(here=here)) for number in numbers]
        return self._line(before, half, side, self._width)

    def _split(self, row: Row, *, here: bool) -> Strip:
        left = (self._width - len(BETWEEN)) // 2
        start = [(CURSOR if here else " ", self._number(here=here))]
        # A line that did not change is the same line of the patch on both sides.
        changed = row.old is None or row.new is None or row.old.line != row.new.line
        return Strip.join(
            [
                self._half(start, row.old, "removed" if changed else "context", left, here=here),
                self._painter.strip([(BETWEEN, "number")]),
                self._half([], row.new, "added" if changed else "context", self._width - left - 1, here=here),
            ]
        )

    def _half(self, start: list[Piece], half: Half | None, side: Side, width: int, *, here: bool) -> Strip:
        style = self._number(here=here)
        if half is None:
            return self._painter.fitted([*start, (" " * (self._digits + 1), style)], width, "filler")
        return self._line([*start, (f"{_shown(half.number, self._digits)} ", style)], half, side, width)

    def _line(self, before: list[Piece], half: Half, side: Side, width: int) -> Strip:
        """Returns a line of code behind its numbers."""
        numbers = self._painter.strip(before)
        sign = self._painter.strip([(f"{_SIGNS[side]} ", _SIGN_STYLES[side])], side)
        pieces = code_pieces(self._lines[half.line][1:], self._look(half, side))
        room = max(width - numbers.cell_length - sign.cell_length, 0)
        code = self._painter.fitted(pieces, room, side, self._skipped)
        return Strip.join([numbers, sign, code])

    def _look(self, half: Half, side: Side) -> Look:
        # git's `\ No newline at end of file` stands behind the line that it is about.
        behind = half.line + 1
        unended = behind < len(self._lines) and self._lines[behind].startswith("\\")
        return Look(side, tuple(self._marks(half, side)), unended=unended)

    def _marks(self, half: Half, side: Side) -> Iterator[Mark]:
        text = self._lines[half.line][1:]  # without git's sign
        if self._words and half.facing >= 0:
            other = self._lines[half.facing][1:]
            spans = changed_words(text, other)[0] if side == "removed" else changed_words(other, text)[1]
            yield from ((start, stop, f"{side}-word") for start, stop in spans)
        yield from find_marks(text, self._needle, "hit-here" if half.line == self._found else "hit")

    def _number(self, *, here: bool) -> str:
        return "number-here" if here and self._focused else "number"


def _shown(number: int | None, digits: int) -> str:
    return " " * digits if number is None else str(number).rjust(digits)
