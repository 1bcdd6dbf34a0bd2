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

_FEW = 128  # points of a bin that are looked at one by one


class Bins(NamedTuple):
    """The points of each column that has some, from the left; lists of the same length.

    Attributes:
        columns: which ones, from 0; -1 holds the last point before all columns, their number the first one behind.
        starts: places of the first points.
        ends: places behind the last points.
        lows: the lowest values.
        highs: the highest values.
    """

    columns: list[int]
    starts: list[int]
    ends: list[int]
    lows: list[float]
    highs: list[float]

    def joined(self, count: int, more: Bins) -> Bins:
        """Returns the first `count` bins and more behind them."""
        return Bins(
            self.columns[:count] + more.columns,
            self.starts[:count] + more.starts,
            self.ends[:count] + more.ends,
            self.lows[:count] + more.lows,
            self.highs[:count] + more.highs,
        )


class Thinner:
    """Keeps the bins of growing points, so that a repaint costs nothing and an appended point one bin."""

    def __init__(self, points: Points) -> None:
        self._points = points
        self._of: tuple[Scale, int] | None = None
        self._length = 0
        self._bins = Bins([], [], [], [], [])

    def bins(self, scale: Scale, columns: int) -> Bins:
        """Returns the bins of `columns` equal pieces of a scale."""
        points, bins = self._points, self._bins
        edges = _edges(scale, columns)
        if self._of != (scale, columns):
            self._of = (scale, columns)
            self._bins = bins = thin(points, edges)
        elif self._length != len(points):
            # Points were appended: the last columns may have grown, the others are what they were.
            grown = 2 if bins.columns and bins.columns[-1] >= columns else 1
            kept = len(bins.columns) - grown
            new = thin(points, edges, bins.ends[kept - 1] if kept > 0 else 0)
            self._bins = bins = bins.joined(max(0, kept), new)
        self._length = len(points)
        return bins


@lru_cache(maxsize=64)
def _edges(scale: Scale, columns: int) -> list[float]:
    """Returns the ends of the columns, once for all curves of a plot."""
    return scale.edges(columns)


def thin(points: Points, edges: Sequence[float], done: int = 0) -> Bins:
    """Returns the bins of the columns that have points, from the left, without the first `done` points.

    `edges` are the ends of the columns, ascending, one more than columns; a point on an edge belongs to the
    column on its right, one on the last edge to the last column. A gap inside a bin does not show.
    """
    x = points.x
    start = max(done, bisect_left(x, edges[0]))
    end_of_all = bisect_right(x, edges[-1], start)
    columns, starts, ends = ([-1], [start - 1], [start]) if start and not done else ([], [], [])
    column, last_column = 0, len(edges) - 2
    while start < end_of_all:
        if x[start] >= edges[column + 1]:  # no point in this column: go to that of the next point
            column = min(bisect_right(edges, x[start], column) - 1, last_column)
        end = end_of_all if column == last_column else bisect_left(x, edges[column + 1], start, end_of_all)
        columns.append(column)
        starts.append(start)
        ends.append(end)
        start = end
        column += 1
    if start < len(x):
        columns.append(last_column + 1)
        starts.append(start)
        ends.append(start + 1)
    return Bins(columns, starts, ends, *_extremes(points, starts, ends))


def _extremes(points: Points, starts: list[int], ends: list[int]) -> tuple[list[float], list[float]]:
    lows, highs = [], []
    values = points.y
    for start, end in zip(starts, ends, strict=True):
        if end - start < _FEW:
            piece = values[start:end]
            lows.append(min(piece))
            highs.append(max(piece))
        else:
            low, high = points.extremes(start, end)
            lows.append(low)
            highs.append(high)
    return lows, highs
