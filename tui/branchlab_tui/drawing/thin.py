"""As many bins as there are columns of dots, each with the extremes of its points: no peak is lost, no gap closed."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING

from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab_tui.drawing.points import Points
    from branchlab_tui.drawing.scale import Scale


class Bin(NamedTuple):
    """The points of one column.

    Attributes:
        column: which one, from 0; -1 for the last point before all columns, their number for the first one behind.
        start: place of the first point.
        end: place behind the last point.
        low: the lowest value.
        high: the highest value.
    """

    column: int
    start: int
    end: int
    low: float
    high: float


class Thinner:
    """Keeps the bins of growing points, so that a repaint costs nothing and an appended point one bin."""

    def __init__(self, points: Points) -> None:
        self._points = points
        self._of: tuple[Scale, int] | None = None
        self._length = 0
        self._edges: list[float] = []
        self._bins: list[Bin] = []

    def bins(self, scale: Scale, columns: int) -> list[Bin]:
        """Returns the bins of `columns` equal pieces of a scale."""
        points = self._points
        if self._of != (scale, columns):
            self._of, self._edges = (scale, columns), _edges(scale, columns)
            self._bins = thin(points, self._edges)
        elif self._length != len(points):
            # Points were appended: the last columns may have grown, the others are what they were.
            while self._bins and self._bins.pop().column >= columns:
                pass
            done = self._bins[-1].end if self._bins else 0
            self._bins += thin(points, self._edges, done)
        self._length = len(points)
        return self._bins


@lru_cache(maxsize=64)
def _edges(scale: Scale, columns: int) -> list[float]:
    """Returns the ends of the columns, once for all curves of a plot."""
    return scale.edges(columns)


def thin(points: Points, edges: Sequence[float], done: int = 0) -> list[Bin]:
    """Returns the bins of the columns that have points, from the left, without the first `done` points.

    `edges` are the ends of the columns, ascending, one more than columns; a point on an edge belongs to the
    column on its right, one on the last edge to the last column. A gap inside a bin does not show.
    """
    x = points.x
    start = max(done, bisect_left(x, edges[0]))
    end_of_all = bisect_right(x, edges[-1], start)
    bins = [_bin(points, -1, start - 1, start)] if start and not done else []
    column, last_column = 0, len(edges) - 2
    while start < end_of_all:
        if x[start] >= edges[column + 1]:  # no point in this column: go to that of the next point
            column = min(bisect_right(edges, x[start], column) - 1, last_column)
        end = end_of_all if column == last_column else bisect_left(x, edges[column + 1], start, end_of_all)
        bins.append(_bin(points, column, start, end))
        start = end
        column += 1
    if start < len(x):
        bins.append(_bin(points, last_column + 1, start, start + 1))
    return bins


def _bin(points: Points, column: int, start: int, end: int) -> Bin:
    if end - start == 1:
        value = points.y[start]
        return Bin(column, start, end, value, value)
    low, high = points.extremes(start, end)
    return Bin(column, start, end, low, high)
