"""One curve as dots: a column of dots for each bin, and lines over the columns between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.tuples import NamedTuple
from branchlab_tui.drawing.canvas import DOTS_HIGH, DOTS_WIDE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab_tui.drawing.canvas import Canvas
    from branchlab_tui.drawing.points import Points
    from branchlab_tui.drawing.scale import Scale
    from branchlab_tui.drawing.thin import Bin

_FAR = 1e6  # dots: further out no line has a slope that one could see
_JUST_BELOW = 1e-6  # so that the upper end of a scale falls into the last dot


class Field(NamedTuple):
    """A canvas with its axes."""

    canvas: Canvas
    x: Scale
    y: Scale

    @property
    def columns(self) -> int:
        """Columns of dots."""
        return self.canvas.width * DOTS_WIDE

    def dot_rows(self, values: Sequence[float]) -> list[int]:
        """Returns the rows of dots of values, from the top; what lies outside gets a row outside."""
        rows = self.canvas.height * DOTS_HIGH
        reach = rows - _JUST_BELOW
        try:
            return [rows - 1 - int(place * reach // 1) for place in self.y.fractions(values)]
        except (OverflowError, ValueError):  # so far outside that no float tells how far
            return [rows - 1 - int(_near(place * reach)) for place in self.y.fractions(values)]

    def cell(self, x: float, y: float) -> tuple[int, int]:
        """Returns the column and row of the cell of a point; outside of the canvas for one that is not in view."""
        across = _near(self.x.fraction(x) * (self.canvas.width - _JUST_BELOW))
        return int(across // 1), self.dot_rows((y,))[0] // DOTS_HIGH


def _near(place: float) -> float:
    return min(max(place, -_FAR), _FAR) if place == place else _FAR  # noqa: PLR0124 - NaN of infinity by infinity


def trace(field: Field, points: Points, bins: Sequence[Bin], style: str, layer: int) -> None:
    """Draws a curve from its bins."""
    if not bins:
        return
    y, gaps, span = points.y, points.gaps, field.canvas.span
    tops = field.dot_rows([each.high for each in bins])
    bottoms = field.dot_rows([each.low for each in bins])
    firsts = field.dot_rows([y[each.start] for each in bins])
    lasts = field.dot_rows([y[each.end - 1] for each in bins])
    columns = [each.column for each in bins]
    inside = field.columns
    before = -1  # place of the bin before
    for place, (column, top, bottom) in enumerate(zip(columns, tops, bottoms, strict=True)):
        start = bins[place].start
        if before >= 0 and start not in gaps:
            came_from = lasts[before]
            if column - columns[before] > 1 or column in (0, inside):
                _line(field, points, (bins[before], came_from), (bins[place], firsts[place]), style, layer)
            elif came_from < top:
                top = came_from + 1  # noqa: PLW2901 - the dots of this column reach up to the column before
            elif came_from > bottom:
                bottom = came_from - 1  # noqa: PLW2901 - or down to it
        if 0 <= column < inside:
            span(column, top, bottom, style, layer)
        before = place


def _line(field: Field, points: Points, begin: tuple[Bin, int], end: tuple[Bin, int], style: str, layer: int) -> None:
    """Draws a straight line from the last point of a bin to the first one of another, both ends left out."""
    (from_bin, from_row), (to_bin, to_row) = begin, end
    inside = field.columns
    from_column: float = from_bin.column
    to_column: float = to_bin.column
    if from_bin.column < 0 or to_bin.column >= inside:
        ends = points.x[from_bin.end - 1], points.x[to_bin.start]
        from_exact, to_exact = (_near(place * inside) for place in _fractions(field.x, ends))
        from_column = min(from_exact, -1.0) if from_bin.column < 0 else from_column
        to_column = max(to_exact, float(inside)) if to_bin.column >= inside else to_column
    slope = (to_row - from_row) / (to_column - from_column)
    row = from_row
    if from_column < 0:
        row = round(from_row - slope * (from_column + 1))
    for column in range(max(0, int(from_column) + 1), min(inside, int(to_column) + 1)):
        next_row = round(from_row + slope * (column - from_column))
        if next_row > row:
            field.canvas.span(column, row + 1, next_row, style, layer)
        elif next_row < row:
            field.canvas.span(column, next_row, row - 1, style, layer)
        else:
            field.canvas.span(column, row, row, style, layer)
        row = next_row


def _fractions(scale: Scale, values: tuple[float, float]) -> list[float]:
    return [scale.fraction(value) for value in values]
