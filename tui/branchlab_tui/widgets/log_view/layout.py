"""Which rows of a log are in sight: a window that begins at a row of a line, whatever the lines around it hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from branchlab.report.width import display_width
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator


class Lines(Protocol):
    """Lines by number, from `first` up to, not including, `end`; a line that is not at hand is None."""

    @property
    def first(self) -> int:
        """The number of the oldest line."""

    @property
    def end(self) -> int:
        """One more than the number of the last line."""

    def line(self, number: int) -> str | None:
        """Returns a line."""


class Place(NamedTuple):
    """A row of a line, counted from 0."""

    line: int
    row: int = 0


class Row(NamedTuple):
    """A row as it is drawn: which line it is of, where in the line it begins, and its text; None while not at hand."""

    line: int
    start: int
    text: str | None


class Layout(NamedTuple):
    """How lines become rows.

    Attributes:
        lines: of the log.
        width: cells of a row.
        height: rows in sight.
        wrap: whether a long line goes on in the next row; else it is cut.
    """

    lines: Lines
    width: int
    height: int
    wrap: bool = True

    def starts(self, number: int) -> list[int]:
        """Returns where in the line each of its rows begins."""
        text = self.lines.line(number)
        if text is None or not self.wrap:
            return [0]
        return row_starts(text, self.width)

    def rows(self, top: Place) -> list[Row]:
        """Returns the rows in sight, fewer at the end of the log."""
        found: list[Row] = []
        number, skip = max(top.line, self.lines.first), top.row if top.line >= self.lines.first else 0
        while number < self.lines.end and len(found) < self.height:
            found += list(self._rows_of(number))[skip:]
            number, skip = number + 1, 0
        return found[: self.height]

    def _rows_of(self, number: int) -> Iterator[Row]:
        text = self.lines.line(number)
        if text is None:
            yield Row(number, 0, None)
            return
        starts = self.starts(number)
        for start, stop in zip(starts, [*starts[1:], len(text)], strict=True):
            yield Row(number, start, text[start:stop])

    def bottom(self) -> Place:
        """Returns the top at which the last row stands at the bottom."""
        return self.above(Place(self.lines.end), self.height)

    def above(self, place: Place, rows: int) -> Place:
        """Returns the row so many rows above another one, at most the first one of all."""
        number, row = place
        # Line by line, not by arithmetic: only lines in between are measured, however long the log.
        while rows > row and number > self.lines.first:
            rows -= row + 1
            number -= 1
            row = len(self.starts(number)) - 1
        return Place(number, max(row - rows, 0))

    def below(self, place: Place, rows: int) -> Place:
        """Returns the row so many rows below another one; never so far that rows at the bottom would be empty."""
        number, row = place
        while number < self.lines.end:
            count = len(self.starts(number))
            if row + rows < count:
                return min(Place(number, row + rows), self.bottom())
            rows -= count - row
            number, row = number + 1, 0
        return self.bottom()

    def centred(self, number: int) -> Place:
        """Returns the top at which a line stands in the middle."""
        top = self.above(Place(number), self.height // 2)
        return min(top, self.bottom())


def row_starts(text: str, width: int) -> list[int]:
    """Returns where each row of a text begins when a row holds `width` cells; an empty text has one row."""
    width = max(width, 2)  # a wide character needs two
    if text.isascii():  # `shown_lines` leaves no control character in it: each takes one cell
        return list(range(0, len(text), width)) or [0]
    starts, taken = [0], 0
    for position, character in enumerate(text):
        cells = display_width(character)
        if taken + cells > width:
            starts.append(position)
            taken = 0
        taken += cells
    return starts
