"""From values to places on an axis and back, linear or in decades, for every range of floats."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING

from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

LARGEST = sys.float_info.max
_SMALLEST = 5e-324
_LEAST_SPAN = 1e-300
_LEAST_PART = 1e-9  # of the larger end: closer ends cannot be told apart on an axis
_LEAST_DECADES = 1e-6
_MARGIN = 0.05


class Scale(NamedTuple):
    """An axis from `low` to `high`, `low` < `high`; both are positive when `log`. Made by `fit`."""

    low: float
    high: float
    log: bool = False

    def fractions(self, values: Sequence[float]) -> list[float]:
        """Returns where finite values stand: 0 at `low`, 1 at `high`, beyond them outside.

        On a logarithmic scale what is not positive counts as the smallest float.
        """
        if self.log:
            start = math.log10(self.low)
            span = math.log10(self.high) - start
            try:
                places = list(map(math.log10, values))
            except ValueError:  # the average of the smallest floats is zero
                places = [math.log10(max(value, _SMALLEST)) for value in values]
            return [(place - start) / span for place in places]
        low, span = self.low, self.high - self.low
        if math.isinf(span):  # two large floats may be further apart than any float
            low, span = low / 2, self.high / 2 - low / 2
            return [(value / 2 - low) / span for value in values]
        return [(value - low) / span for value in values]

    def fraction(self, value: float) -> float:
        """Returns where one finite value stands."""
        return self.fractions((value,))[0]

    def value(self, fraction: float) -> float:
        """Returns the value at a place, which may lie outside; never beyond the largest float."""
        if self.log:
            start = math.log10(self.low)
            exponent = start + fraction * (math.log10(self.high) - start)
            return _power_of_ten(exponent)
        half = self.low / 2 + fraction * (self.high / 2 - self.low / 2)
        return max(-LARGEST, min(LARGEST, half * 2))

    def edges(self, count: int) -> list[float]:
        """Returns the ends of `count` equal pieces, ascending, `count` + 1 values."""
        between = [self.value(place / count) for place in range(1, count)]
        return [self.low, *between, self.high]


def _power_of_ten(exponent: float) -> float:
    if exponent >= math.log10(LARGEST):
        return LARGEST
    return max(10.0**exponent, _SMALLEST) if exponent > math.log10(_SMALLEST) else _SMALLEST


def fit(low: float, high: float, *, log: bool = False) -> Scale:
    """Returns the scale from one finite value to another; ends that are (nearly) the same are moved apart.

    Values at or below zero do not belong on a logarithmic scale: they count as its smallest float.
    """
    low, high = min(low, high), max(low, high)
    if log:
        low, high = max(low, _SMALLEST), max(high, _SMALLEST)
        if math.log10(high) - math.log10(low) >= _LEAST_DECADES:
            return Scale(low, high, log=True)
        middle = math.log10(low)
        return Scale(_power_of_ten(middle - 0.5), _power_of_ten(middle + 0.5), log=True)
    size = max(abs(low), abs(high))
    if high / 2 - low / 2 >= max(size * _LEAST_PART, _LEAST_SPAN) / 2:
        return Scale(low, high)
    margin = max(size * _MARGIN, _LEAST_SPAN) if size else 1.0
    return Scale(max(low - margin, -LARGEST), min(high + margin, LARGEST))
