"""What the axes of a plot must span so that all curves are in view."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from branchlab_tui.drawing.scale import LARGEST, Scale, fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab_tui.drawing.curve import Curve
    from branchlab_tui.drawing.points import Points
    from branchlab_tui.drawing.view import PlotView, Range

_GRAINS_LOG2 = 7  # an axis grows by less than a hundredth


def layers_of(curve: Curve, view: PlotView) -> tuple[Points, Points]:
    """Returns the points as they came and as they are smoothed; the same twice when they are not."""
    lens = curve.lens(log_x=view.log_x, log_y=view.log_y)
    return lens.raw, lens.smoothed(view.smoothing)


def x_scale(curves: Sequence[Curve], view: PlotView, limits: Range | None) -> Scale | None:
    """Returns the horizontal axis; None when there is no point that could be drawn."""
    points = [raw for curve in curves if len(raw := layers_of(curve, view)[0])]
    if not points:
        return None
    if chosen := view.x_range or limits:
        return fit(*chosen, log=view.log_x)
    low, high = min(each.x[0] for each in points), max(each.x[-1] for each in points)
    return fit(low, high if view.log_x else _with_room(low, high), log=view.log_x)


def _with_room(low: float, high: float) -> float:
    """Returns a little more than `high`, so that an axis that grows with its data does so once in a while.

    In between only the last column changes: neither are the others binned again nor sent to the terminal.
    """
    span = high - low
    if not 0 < span < math.inf:
        return high
    grain = math.ldexp(1.0, math.frexp(span)[1] - _GRAINS_LOG2)
    return min(low + math.ceil(span / grain) * grain, LARGEST) if grain else high


def y_scale(curves: Sequence[Curve], view: PlotView, limits: Range | None, x: Scale) -> Scale:
    """Returns the vertical axis for the points between the ends of the horizontal one."""
    if chosen := view.y_range or limits:
        return fit(*chosen, log=view.log_y)
    spans = [
        span
        for curve in curves
        # Without smoothing both layers are one object, which is looked at once.
        for points in {id(p): p for p in layers_of(curve, view)}.values()
        if (span := _span(points, x))
    ]
    if not spans:
        return fit(1.0, 1.0, log=view.log_y)
    return fit(min(low for low, _ in spans), max(high for _, high in spans), log=view.log_y)


def _span(points: Points, x: Scale) -> Range | None:
    start = bisect_left(points.x, x.low)
    end = bisect_right(points.x, x.high, start)
    if start == end:  # between two points: the line that crosses the view counts
        start, end = max(0, start - 1), min(len(points), end + 1)
    return points.extremes(start, end) if start < end else None
