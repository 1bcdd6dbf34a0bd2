"""The values of one parameter: how many, the one at a place, and the place of one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from branchlab.experiment import Scalar
    from branchlab.sweep.plan import Parameter

_TIDY = 12  # digits: 0.001 and not 0.0010000000000000002
_MIDDLE = 0.5


def count_of(parameter: Parameter, *, points: bool = False) -> int | None:
    """Returns how many values a parameter has, or how many `points` a grid takes; None for without end."""
    if parameter.kind == "choice":
        return len(parameter.choices)
    if points and parameter.points:
        return parameter.points
    if parameter.kind == "int":
        return (int(parameter.high) - int(parameter.low)) // int(parameter.step or 1) + 1
    if parameter.step is None:
        return None
    from decimal import Decimal

    # in floats 0.3 / 0.1 is 2.9999999999999996, and the last step would be lost
    span = Decimal(repr(float(parameter.high))) - Decimal(repr(float(parameter.low)))
    return int(span / Decimal(repr(float(parameter.step)))) + 1


def value_at(parameter: Parameter, place: int) -> Scalar:
    """Returns the value at a place of what `count_of` with `points` counts."""
    if parameter.kind == "choice":
        return parameter.choices[place]
    if parameter.points:
        return _point(parameter, place, parameter.points)
    return step_at(parameter, place)


def step_at(parameter: Parameter, place: int) -> float:
    """Returns the integer or step of a number at a place."""
    if parameter.kind == "int":
        return int(parameter.low) + place * int(parameter.step or 1)
    from decimal import Decimal

    return float(Decimal(repr(float(parameter.low))) + place * Decimal(repr(float(parameter.step or 1))))


def _point(parameter: Parameter, place: int, points: int) -> float:
    if place in (0, points - 1):
        return float(parameter.high if place else parameter.low)
    share = place / (points - 1)
    return float(f"{_between(parameter, share, 0.0):.{_TIDY}g}")


def place_of(parameter: Parameter, value: float) -> int:
    """Returns the place of the step or integer that is nearest to a number inside the range."""
    return round((value - parameter.low) / (parameter.step or 1))


def point_of(parameter: Parameter, unit: float) -> Scalar:
    """Returns the value at a coordinate in [0, 1]; coordinates outside are taken as the rim."""
    unit = min(max(unit, 0.0), 1.0)
    if parameter.log:
        if parameter.kind == "float":
            return _between(parameter, unit, 0.0)
        return min(max(round(_between(parameter, unit, _MIDDLE)), int(parameter.low)), int(parameter.high))
    count = count_of(parameter)
    if count is None:
        return _between(parameter, unit, 0.0)
    # 1.0 itself belongs to the last part
    place = min(int(unit * count), count - 1)
    return parameter.choices[place] if parameter.kind == "choice" else step_at(parameter, place)


def _between(parameter: Parameter, share: float, margin: float) -> float:
    """Returns what lies at a share of the way from low to high, each moved out by a margin."""
    low, high = parameter.low - margin, parameter.high + margin
    if parameter.log:
        # the way through logarithms may end a last bit beyond the range
        return min(max(math.exp(math.log(low) * (1 - share) + math.log(high) * share), low), high)
    # not low + share * (high - low): the span of two floats may be infinite
    return min(max(low * (1 - share) + high * share, low), high)
