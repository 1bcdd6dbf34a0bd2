"""One curve as dots: a column of dots for each bin, and lines over the columns between them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from branchlab.tuples import NamedTuple
from branchlab_tui.drawing.canvas import DOTS_HIGH, DOTS_WIDE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab_tui.drawing.canvas import Canvas, Stroke
    from branchlab_tui.drawing.points import Points
    from branchlab_tui.drawing.scale import Scale
    from branchlab_tui.drawing.thin import Bins

_FAR = 1e6  # dots: further out no line has a slope that one could see
_SHIFT = 1 << 21  # makes rows positive, so that `int` cuts down as `floor` does, in half the time
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
        scale, rows = self.y, self.canvas.height * DOTS_HIGH
        reach = rows - _JUST_BELOW
        lowest = rows - 1 + _SHIFT
        try:
            if scale.log or math.isinf(scale.high - scale.low):
                return [lowest - int(place * reach + _SHIFT) for place in scale.fractions(values)]
            low, factor = scale.low, reach / (scale.high - scale.low)
            return [lowest - int((value - low) * factor + _SHIFT) for value in values]
        except (OverflowError, ValueError):  # so far outside that no float tells how far
            return [lowest - int(_near(place * reach) + _SHIFT) for place in scale.fractions(values)]

    def cell(self, x: float, y: float) -> tuple[int, int]:
        """Returns the column and row of the cell of a point; outside of the canvas for one that is not in view."""
        across = _near(self.x.fraction(x) * (self.canvas.width - _JUST_BELOW))
        return int(across // 1), self.dot_rows((y,))[0] // DOTS_HIGH


def _near(place: float) -> float:
    return min(max(place, -_FAR), _FAR) if place == place else _FAR  # noqa: PLR0124 - NaN of infinity by infinity


def trace(field: Field, points: Points, bins: Bins, stroke: Stroke) -> None:
    """Draws a curve from its bins."""
    gaps, dots = points.gaps, stroke.dots
    columns, starts = bins.columns, bins.starts
    tops, bottoms = field.dot_rows(bins.highs), field.dot_rows(bins.lows)
    inside, lowest = field.columns, field.canvas.height * DOTS_HIGH - 1
    before, last_top, last_bottom = -2, 0, 0  # column and rows of the bin before
    for place, (column, top, bottom) in enumerate(zip(columns, tops, bottoms, strict=True)):
        if place and starts[place] not in gaps:
            if column - before > 1 or column in (0, inside):
                _line(field, points, bins, place, stroke)
            elif last_bottom < top:
                top = last_bottom + 1  # noqa: PLW2901 - the dots of this column reach up to the column before
            elif last_top > bottom:
                bottom = last_top - 1  # noqa: PLW2901 - or down to it
        if 0 <= column < inside and top <= lowest and bottom >= 0:
            dots[column] |= (2 << min(bottom, lowest)) - (1 << max(top, 0))
        before, last_top, last_bottom = column, tops[place], bottoms[place]


def _line(field: Field, points: Points, bins: Bins, place: int, stroke: Stroke) -> None:
    """Draws a straight line from the last point of the bin before to the first one of a bin, both ends left out."""
    last, first = bins.ends[place - 1] - 1, bins.starts[place]
    from_row, to_row = field.dot_rows((points.y[last], points.y[first]))
    inside, span = field.columns, field.canvas.span
    from_column: float = bins.columns[place - 1]
    to_column: float = bins.columns[place]
    if from_column < 0 or to_column >= inside:
        from_exact, to_exact = (_near(at * inside) for at in field.x.fractions((points.x[last], points.x[first])))
        from_column = min(from_exact, -1.0) if from_column < 0 else from_column
        to_column = max(to_exact, float(inside)) if to_column >= inside else to_column
    slope = (to_row - from_row) / (to_column - from_column)
    row = round(from_row - slope * (from_column + 1)) if from_column < 0 else from_row
    for column in range(max(0, int(from_column) + 1), min(inside, int(to_column) + 1)):
        next_row = round(from_row + slope * (column - from_column))
        if next_row > row:
            span(stroke, column, row + 1, next_row)
        elif next_row < row:
            span(stroke, column, next_row, row - 1)
        else:
            span(stroke, column, row, row)
        row = next_row
