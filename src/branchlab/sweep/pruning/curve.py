"""The curve of a trial, and which way its metrics should go."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from branchlab.compare.limits import figure
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from branchlab.experiment import Number
    from branchlab.sweep.plan import Objectives

Curve = Mapping[str, Sequence[tuple["int", "Number"]]]  # of each metric (step, value), in the order they were logged


class Target(NamedTuple):
    """A metric that is judged, turned so that smaller is better.

    Attributes:
        metric: its name.
        sign: 1 where smaller values are better, else -1; a loss is the value times it.
        limit: largest loss that keeps the constraint; None for a metric that is optimised.
    """

    metric: str
    sign: int
    limit: float | None = None

    def loss(self, value: Number) -> float:
        """Returns the value as one of which smaller is better."""
        return self.sign * as_float(value)

    def keeps(self, value: Number) -> bool:
        """Tells whether a value keeps the constraint; no number does not."""
        return self.limit is None or self.loss(value) <= self.limit

    def said(self, step: int, loss: float, beside: float | None = None) -> str:
        """Returns `loss 0.91 at step 12`, with as many digits as it takes to differ from another loss."""
        return f"{self.metric} {self.figure(loss, beside)} at step {step}"

    def figure(self, loss: float, beside: float | None = None) -> str:
        """Returns the value of a loss, as `said` does."""
        return figure(self.sign * loss, None if beside is None else self.sign * beside)


def targets(objectives: Objectives) -> dict[str, Target]:
    """Returns what can be judged: the optimised metrics first, then the constraints."""
    found = {name: Target(name, 1 if goal == "minimize" else -1) for name, goal in objectives.optimize}
    for name, limit, above in objectives.constraints:
        sign = -1 if above else 1
        found.setdefault(name, Target(name, sign, sign * as_float(limit)))
    return found


def until(curve: Curve, step: int) -> dict[str, list[tuple[int, Number]]]:
    """Returns the part of a curve that was known at a step.

    A trial logs on for a moment while it is being ended; what a sweep goes by must not depend on how long that took.
    """
    return {metric: [(point[0], point[-1]) for point in points if point[0] <= step] for metric, points in curve.items()}


def as_float(value: Number) -> float:
    """Returns a number as a float, an integer beyond all of them as infinity."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf
