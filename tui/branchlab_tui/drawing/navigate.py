"""Moves through a line plot: each takes a view and gives the next one."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab_tui.drawing.curve import Curve
    from branchlab_tui.drawing.scale import Scale
    from branchlab_tui.drawing.view import PlotView, Range

SMOOTHINGS = (0.0, 0.3, 0.6, 0.8, 0.9, 0.95, 0.99)

_CLOSEST = 1e-7  # of the larger end: further in, floats are too coarse for an axis


def zoomed(shown: Scale, whole: Scale, factor: float, around: float = 0.5) -> Range | None:
    """Returns the ends of an axis that shows `factor` of what it shows; None when that is all there is.

    `around` is the place (0..1) of what stays where it is.
    """
    ends = shown.value(around - around * factor), shown.value(around + (1 - around) * factor)
    # Only inwards: from too close one must get out again.
    if factor < 1 and not shown.log and ends[1] - ends[0] < max(map(abs, ends)) * _CLOSEST:
        return shown.low, shown.high
    return within(ends, whole)


def panned(shown: Scale, whole: Scale, part: float) -> Range | None:
    """Returns the ends of an axis that is moved by a part of what it shows, but not beyond the data."""
    lowest, highest = shown.fractions((whole.low, whole.high))
    part = max(part, min(lowest, 0.0)) if part < 0 else min(part, max(highest - 1, 0.0))
    return within((shown.value(part), shown.value(1 + part)), whole)


def within(ends: Range, whole: Scale) -> Range | None:
    """Returns ends cut to those of the data; None when nothing is cut off from it."""
    low, high = max(ends[0], whole.low), min(ends[1], whole.high)
    if (low <= whole.low and high >= whole.high) or low >= high:
        return None
    return low, high


def next_axes(view: PlotView) -> PlotView:
    """Returns the view with the next kind of axes: linear, log y, log x, both; zoom is given up."""
    order = ((False, False), (False, True), (True, False), (True, True))
    log_x, log_y = order[(order.index((view.log_x, view.log_y)) + 1) % len(order)]
    # A range that reaches to zero or below has no ends on a logarithmic axis.
    return view._replace(log_x=log_x, log_y=log_y, x_range=None, y_range=None)


def smoother(view: PlotView, step: int) -> PlotView:
    """Returns the view with more (1) or less (-1) smoothing."""
    place = min(range(len(SMOOTHINGS)), key=lambda each: abs(SMOOTHINGS[each] - view.smoothing))
    return view._replace(smoothing=SMOOTHINGS[max(0, min(len(SMOOTHINGS) - 1, place + step))])


def next_focus(view: PlotView, names: Sequence[str], step: int) -> PlotView:
    """Returns the view with the next series focused; after the last one comes none, unless it is isolated."""
    stops = list(names) if view.isolated else ["", *names]
    if not stops:
        return view
    place = stops.index(view.focused) if view.focused in stops else 0
    return view._replace(focused=stops[(place + step) % len(stops)])


def isolated(view: PlotView, names: Sequence[str]) -> PlotView:
    """Returns the view with only the focused series, or the first one, or with all again."""
    if view.isolated or not names:
        return view._replace(isolated=False)
    focused = view.focused if view.focused in names else names[0]
    return view._replace(isolated=True, focused=focused)


def stepped(curves: Sequence[Curve], shown: Scale, columns: int, cursor: float | None, cells: int) -> float | None:
    """Returns the next step for the cursor, about `cells` columns further; that where it begins without one.

    It always stands on a step of a curve, so that it reads what was logged; None when there is no step in view.
    """
    if cursor is None:
        return nearest_step(curves, shown, shown.high if cells < 0 else shown.low)
    place = shown.fraction(cursor) if not shown.log or cursor > 0 else 0.0
    wanted = shown.value(place + cells / columns)
    if cells > 0:
        found = [
            curve.x[at]
            for curve in curves
            # At least the next step, also where the wanted place lies before it or rounds to the cursor itself.
            if (at := max(bisect_left(curve.x, wanted), bisect_right(curve.x, cursor))) < len(curve)
        ]
        return min(found, default=cursor)
    found = [
        curve.x[at - 1]
        for curve in curves
        if (at := min(bisect_right(curve.x, wanted), bisect_left(curve.x, cursor))) > 0
    ]
    return max(found, default=cursor)


def nearest_step(curves: Sequence[Curve], shown: Scale, x: float) -> float | None:
    """Returns the step of any curve that is nearest to `x` and in view."""
    found = [
        curve.x[at]
        for curve in curves
        for at in (bisect_left(curve.x, x) - 1, bisect_left(curve.x, x))
        if 0 <= at < len(curve) and shown.low <= curve.x[at] <= shown.high
    ]
    return min(found, key=lambda step: abs(step - x), default=None)
