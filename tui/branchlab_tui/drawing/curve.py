"""A series made ready to be drawn again and again, also while it grows."""

from __future__ import annotations

import math
from array import array
from itertools import compress, islice
from operator import le
from typing import TYPE_CHECKING

from branchlab_tui.drawing.points import Points, nearest_place
from branchlab_tui.drawing.smooth import Average

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab_tui.drawing.series import Series

    Column = list[float] | array[float]


class Lens:
    """The points of a curve as one pair of axes shows them: on a logarithmic one only what is positive."""

    def __init__(self, *, log_x: bool, log_y: bool) -> None:
        self.raw = Points()
        self.hidden = 0  # points at or below zero that a logarithmic axis cannot show
        self._log_x, self._log_y = log_x, log_y
        self._open = False  # whether a gap stands behind the last point
        self._averages: dict[float, tuple[Average, Points]] = {}

    def extend(self, x: Sequence[float], y: Sequence[float]) -> None:
        """Takes the next points; x is finite, y may be anything."""
        shown = list(map(math.isfinite, y))
        # min() of a list with NaN may be anything, but then not all are shown. x ascends: its first value tells.
        if (self._log_y and min(y) <= 0) or not all(shown) or (self._log_x and x[0] <= 0):
            self._extend_with_gaps(x, y, shown)
        else:
            gaps = [len(self.raw)] if self._open and self.raw else []
            self.raw.extend(x, y, gaps)
            self._open = False

    def _extend_with_gaps(self, x: Sequence[float], y: Sequence[float], finite: list[bool]) -> None:
        no_log_x, no_log_y = not self._log_x, not self._log_y
        shown = [
            is_finite and (no_log_x or at > 0) and (no_log_y or value > 0)
            for at, value, is_finite in zip(x, y, finite, strict=True)
        ]
        self.hidden += sum(finite) - sum(shown)
        gaps = []
        place = len(self.raw)
        for is_shown in shown:
            if not is_shown:
                self._open = True
                continue
            if self._open and place:
                gaps.append(place)
            self._open = False
            place += 1
        self.raw.extend(list(compress(x, shown)), list(compress(y, shown)), gaps)

    def smoothed(self, weight: float) -> Points:
        """Returns the moving average of the points; what was averaged before is not averaged again."""
        if not weight:
            return self.raw
        if weight not in self._averages:
            self._averages.clear()  # one at a time: a slider leaves many behind
            self._averages[weight] = (Average(weight), Points())
        average, points = self._averages[weight]
        done = len(points)
        if done < len(self.raw):
            new = average.extend(self.raw.y[done:])
            points.extend(self.raw.x[done:], new, [place for place in self.raw.gaps if place >= done])
        return points


class Curve:
    """A series made ready: in the order of x, what is not finite set aside, extremes kept.

    Attributes:
        name: of the series.
        ghost: whether it steps back behind the others.
        x: finite and ascending.
        y: values as they came, NaN and infinities among them.
        not_finite: how many values of y are no number that can be drawn, and points without an x.
    """

    def __init__(self, series: Series) -> None:
        self.name, self.ghost = series.name, series.ghost
        self._forget()
        self._take(*_columns(series))

    def __len__(self) -> int:
        """Returns how many points have an x."""
        return len(self.x)

    def _forget(self) -> None:
        self.x: list[float] = []
        self.y: list[float] = []
        self.not_finite = 0
        self._given: tuple[Column, Column] = ([], [])
        self._lenses: dict[tuple[bool, bool], Lens] = {}

    def update(self, series: Series) -> None:
        """Takes the series as it is now; when points were only appended, the old ones cost next to nothing."""
        self.ghost = series.ghost
        x, y = _columns(series)
        old_x, old_y = self._given
        done = len(old_x)
        if _begins_with(x, old_x) and _begins_with(y, old_y):
            self._take(x, y, done)
        else:
            self._forget()
            self._take(x, y)

    def _take(self, x: Column, y: Column, done: int = 0) -> None:
        self._given = (x, y)
        new_x, new_y = _floats(x[done:]), _floats(y[done:])
        if not new_x:
            return
        if not all(map(math.isfinite, new_x)):
            known = [math.isfinite(at) for at in new_x]
            self.not_finite += len(known) - sum(known)
            new_x, new_y = list(compress(new_x, known)), list(compress(new_y, known))
        if not _ascending(new_x) or (self.x and new_x and new_x[0] < self.x[-1]):
            new_x, new_y = self._sorted_with(new_x, new_y)
        self.not_finite += len(new_y) - sum(map(math.isfinite, new_y))
        self.x += new_x
        self.y += new_y
        for lens in self._lenses.values():
            if new_x:
                lens.extend(new_x, new_y)

    def _sorted_with(self, new_x: list[float], new_y: list[float]) -> tuple[list[float], list[float]]:
        """Returns all points in the order of x, and forgets what was made of the old ones."""
        x, y = self.x + new_x, self.y + new_y
        self.not_finite -= len(self.y) - sum(map(math.isfinite, self.y))
        self.x, self.y = [], []
        # What a lens has taken in it cannot put into another order.
        self._lenses.clear()
        order = sorted(range(len(x)), key=x.__getitem__)
        return [x[place] for place in order], [y[place] for place in order]

    def lens(self, *, log_x: bool = False, log_y: bool = False) -> Lens:
        """Returns the points as a pair of axes shows them."""
        key = (log_x, log_y)
        if key not in self._lenses:
            lens = self._lenses[key] = Lens(log_x=log_x, log_y=log_y)
            if self.x:
                lens.extend(self.x, self.y)
        return self._lenses[key]

    def nearest(self, x: float, reach: float = 0.0) -> float | None:
        """Returns the value at the step nearest to `x`; NaN in a gap, None where the curve does not reach.

        The curve reaches `reach` further than its first and its last point.
        """
        steps = self.x
        place = nearest_place(steps, x)
        if place is None or not steps[0] - reach <= x <= steps[-1] + reach:
            return None
        return self.y[place]


def _columns(series: Series) -> tuple[Column, Column]:
    """Returns copies of both columns; what one of them has more is no point."""
    size = min(len(series.x), len(series.y))
    x, y = series.x[:size], series.y[:size]
    return x if isinstance(x, array) else list(x), y if isinstance(y, array) else list(y)


def _begins_with(values: Column, first: Column) -> bool:
    if isinstance(values, array) and isinstance(first, array) and values.typecode == first.typecode:
        # As bytes: floats out of an array are new objects, and a NaN equals itself only as the same one.
        start = memoryview(values).cast("B")[: len(first) * first.itemsize]
        return start == memoryview(first).cast("B")
    return values[: len(first)] == first


def _floats(values: Column) -> list[float]:
    try:
        return list(map(float, values))
    except (OverflowError, TypeError):  # an integer of 400 digits, or nothing at all
        return [_float(value) for value in values]


def _float(value: float | None) -> float:
    try:
        return math.nan if value is None else float(value)
    except OverflowError:
        return math.inf


def _ascending(values: list[float]) -> bool:
    return all(map(le, values, islice(values, 1, None)))


def prepare(series: Sequence[Series]) -> list[Curve]:
    """Returns series made ready to be drawn."""
    return [Curve(one) for one in series]
