"""Several clouds of the same dots as small plots."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from branchlab_tui.drawing.cloud import Cloud, Placed, draw_placed, place_cloud, side_by_side
from branchlab_tui.drawing.piece import Line, Piece
from branchlab_tui.widgets.cloud.keys import GRID_KEYS
from branchlab_tui.widgets.cloud.readable import Readable
from branchlab_tui.widgets.drawn.bindings import bindings
from branchlab_tui.widgets.lines.signs import CURSOR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.binding import BindingType

    from branchlab_tui.drawing.line_plot import Drawing

_LEAST_WIDTH, _LEAST_HEIGHT = 22, 8
_GAP = 2
_HERE = f"{CURSOR} "


class CloudGrid(Readable):
    """As many small plots as stay readable, those around the current one."""

    DEFAULT_CSS = ""  # the sheet of drawings applies
    BINDINGS: ClassVar[list[BindingType]] = bindings(GRID_KEYS)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._clouds: Sequence[Cloud] = ()
        self._nothing = ""
        self._current = 0
        self._places = 1  # plots in sight
        self._placed: dict[tuple[int, int, int], Placed] = {}  # by place, width and height
        self._drawn: list[tuple[Placed, int, int]] = []  # with column and row of their beginnings

    def show(self, clouds: Sequence[Cloud], nothing: str = "") -> None:
        """Shows other plots; `nothing` is said where there are none."""
        if (clouds, nothing) != (self._clouds, self._nothing):
            self._clouds, self._nothing = clouds, nothing
            self._current = max(0, min(self._current, len(clouds) - 1))
            self._placed.clear()
            self.redraw()

    def placed_here(self) -> Placed | None:
        """Returns the current cloud as it was drawn."""
        here = self._clouds[self._current] if self._clouds else None
        return next((placed for placed, _, _ in self._drawn if placed.cloud is here), None)

    def placed_at(self, column: int, row: int) -> tuple[Placed, int, int] | None:
        """Returns what stands at a cell."""
        return next(
            (
                (placed, left, top)
                for placed, left, top in self._drawn
                if left <= column < left + placed.width
                and placed.frame
                and placed.frame.holds(column - left, row - top)
            ),
            None,
        )

    def action_other(self, step: int) -> None:
        """Makes another plot current, round the end."""
        if self._clouds:
            self._current = (self._current + step) % len(self._clouds)
            self.redraw()

    def action_page(self, step: int) -> None:
        """Goes on by as many plots as are in sight, not round the end."""
        self._current = max(0, min(len(self._clouds) - 1, self._current + step * self._places))
        self.redraw()

    def draw_lines(self, width: int, height: int) -> list[Line]:
        """Returns the lines of the plots in sight."""
        self._drawn = []
        if min(width, height) < 1:
            return []
        if not self._clouds:
            blank = [Piece(" " * width)]
            text = [Piece(self._nothing[:width].center(width), "dim")]
            return [text if row == (height - 1) // 2 else blank for row in range(height)]
        columns, rows = self._arranged(width, height)
        self._places = columns * rows
        first = min(self._current // columns, max(0, -(-len(self._clouds) // columns) - rows)) * columns
        widths = _shares(width - _GAP * (columns - 1), columns)
        lines: list[Line] = []
        for line_height in _shares(height, rows):
            lines += self._row(first, widths, line_height, len(lines))
            first += columns
        return lines

    def _arranged(self, width: int, height: int) -> tuple[int, int]:
        """Returns columns and rows: rows first share the height, so that plots stay wide."""
        count = len(self._clouds)
        most = max(1, (width + _GAP) // (_LEAST_WIDTH + _GAP))
        rows = max(1, min(height // _LEAST_HEIGHT, -(-count // most)))
        return min(most, -(-count // rows)), rows

    def _row(self, first: int, widths: Sequence[int], height: int, top: int) -> list[Line]:
        drawings: list[Drawing] = []
        left = 0
        for place, width in enumerate(widths, first):
            if place >= len(self._clouds):
                break
            placed = self._place(place, width, height)
            self._drawn.append((placed, left, top))
            drawings.append(self._draw_one(placed, here=place == self._current))
            left += width + _GAP
        lines = side_by_side(drawings, widths[: len(drawings)], _GAP)
        missing = sum(widths[len(drawings) :]) + _GAP * (len(widths) - len(drawings))
        return [[*line, Piece(" " * missing)] for line in lines] if missing else lines

    def _place(self, place: int, width: int, height: int) -> Placed:
        key = (place, width, height)
        if key not in self._placed:
            self._placed = {known: one for known, one in self._placed.items() if known[0] != place}
            self._placed[key] = place_cloud(self._clouds[place], (width, height))
        return self._placed[key]

    def _draw_one(self, placed: Placed, *, here: bool) -> Drawing:
        """Returns a small plot; the title of the current one is marked."""
        several = len(self._clouds) > 1
        drawing = draw_placed(placed, self.focused_dot, _HERE + placed.cloud.title if here and several else "")
        if here or not drawing.lines:
            return drawing
        head = [piece._replace(style="name.bright") if piece.style == "title" else piece for piece in drawing.lines[0]]
        return drawing._replace(lines=[head, *drawing.lines[1:]])


def _shares(total: int, count: int) -> list[int]:
    """Returns a total in parts that differ by one at most."""
    return [total // count + (place < total % count) for place in range(count)]
