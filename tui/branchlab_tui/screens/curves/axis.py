"""What the horizontal axis of curves counts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab_tui.model.library import Points

Axis = Literal["step", "time", "relative"]

AXES: tuple[Axis, ...] = ("step", "time", "relative")
AXIS_TITLES: dict[Axis, str] = {"step": "step", "time": "time", "relative": "part of the run"}


def next_axis(axis: Axis) -> Axis:
    """Returns the axis that follows."""
    return AXES[(AXES.index(axis) + 1) % len(AXES)]


def x_values(points: Points, axis: Axis) -> Sequence[float]:
    """Returns where the points stand: at their step, at seconds since the start, or from 0 to 1 of their own length.

    A curve of a single step stands at 0. Seconds that nobody logged are NaN.
    """
    if axis == "step":
        return points.steps
    if axis == "time":
        return points.seconds
    # Anyone may have written the journal, and one NaN would spoil both ends.
    known = [step for step in points.steps if math.isfinite(step)]
    first, last = min(known, default=0.0), max(known, default=0.0)
    span = last - first
    return [(step - first) / span if span > 0 else 0.0 for step in points.steps]
