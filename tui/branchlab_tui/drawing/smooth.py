"""A moving average that starts without bias and can be carried on."""

from __future__ import annotations

import math
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_NOTHING = 1e-17  # a part of the sum that no float shows


class Average:
    """The exponential moving average of a growing curve, divided by the weight that was handed out so far.

    The division is what keeps the first values from hanging at zero: Kingma and Ba, "Adam", section 3,
    https://arxiv.org/abs/1412.6980. `weight` is that of the past, 0 up to, not including, 1.
    """

    def __init__(self, weight: float) -> None:
        self._weight = weight
        self._sum = 0.0
        self._count = 0
        self._unbiased_from = math.ceil(math.log(_NOTHING) / math.log(weight)) if weight else 0

    def extend(self, values: Sequence[float]) -> list[float]:
        """Returns the averages at the next values, which are finite."""
        if not values or not self._weight:
            return list(values)
        past, new = self._weight, 1 - self._weight
        sums = list(accumulate(values, lambda total, value: past * total + new * value, initial=self._sum))
        del sums[0]
        self._sum = sums[-1]
        first = self._count + 1
        self._count += len(sums)
        biased = range(first, min(self._count, self._unbiased_from) + 1)
        sums[: len(biased)] = [total / (1 - past**place) for total, place in zip(sums, biased, strict=False)]
        return sums


def smooth(values: Sequence[float], weight: float) -> list[float]:
    """Returns the debiased moving average of finite values, as many as there are values."""
    return Average(weight).extend(values)
