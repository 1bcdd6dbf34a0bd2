"""Reasons to end a trial that its own curve gives: it left a range, stopped getting better, or does not move."""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING, Protocol

from branchlab.compare.limits import figure

if TYPE_CHECKING:
    from branchlab.sweep.plan import Pruning
    from branchlab.sweep.pruning.bank import Bank
    from branchlab.sweep.pruning.curve import Target


class Check(Protocol):
    """Follows one metric of one trial."""

    def see(self, step: int, value: float) -> str | None:
        """Takes in the next logged value, and returns why the trial is hopeless by now, without the rule's name."""


class Threshold:
    """Ends a trial whose metric leaves the range from `lower` to `upper`."""

    def __init__(self, rule: Pruning, metric: str) -> None:
        self._metric, self._lower, self._upper = metric, rule.lower, rule.upper

    def see(self, step: int, value: float) -> str | None:
        """Compares the value with both ends."""
        if self._upper is not None and value > self._upper:
            return f"{self._metric} {figure(value, self._upper)} at step {step} is above {self._upper:g}"
        if self._lower is not None and value < self._lower:
            return f"{self._metric} {figure(value, self._lower)} at step {step} is below {self._lower:g}"
        return None


class Patience:
    """Ends a trial that has logged `patience` values in a row of which none was better by more than `min_delta`."""

    def __init__(self, rule: Pruning, target: Target) -> None:
        self._target, self._patience, self._delta = target, rule.patience, rule.min_delta
        self._best, self._at, self._since = math.inf, 0, 0

    def see(self, step: int, value: float) -> str | None:
        """Counts the values since the best one."""
        loss = self._target.loss(value)
        if loss < self._best - self._delta:
            self._best, self._at, self._since = loss, step, 0
            return None
        self._since += 1
        if self._since < self._patience:
            return None
        best = self._target.said(self._at, self._best)
        return f"{self._since} values up to step {step} without a better one than {best}"


class Plateau:
    """Ends a trial whose last `patience` values lie within `min_delta` of each other."""

    def __init__(self, rule: Pruning, metric: str) -> None:
        self._metric, self._delta = metric, rule.min_delta
        # of one value the spread is 0, and every trial would end at once
        self._window: deque[float] = deque(maxlen=max(rule.patience, 2))

    def see(self, step: int, value: float) -> str | None:
        """Looks at the spread of the window, once it is full."""
        self._window.append(value)
        low, high = min(self._window), max(self._window)
        if len(self._window) < (self._window.maxlen or 0) or high - low > self._delta:
            return None
        if not all(map(math.isfinite, self._window)):  # min and max pass over a NaN that is not the first
            return None
        return f"the last {len(self._window)} values of {self._metric} up to step {step} lie within {high - low:.3g}"


class Gain:
    """Ends a trial that gets better so slowly that it cannot matter.

    Its best value improved by no more than `min_delta` over the last `patience` values, and even if it went on at that
    rate to the last step of the longest finished trial, it would not be better than the best of them by more than
    `min_delta`. A straight line is more than a curve that flattens out can do. One that is ahead is never ended.
    """

    def __init__(self, rule: Pruning, target: Target, bank: Bank) -> None:
        self._target, self._delta, self._least, self._bank = target, rule.min_delta, rule.min_trials, bank
        # one more than the gains between them
        self._bests: deque[tuple[int, float]] = deque(maxlen=max(rule.patience, 1) + 1)

    def see(self, step: int, value: float) -> str | None:
        """Extrapolates the best so far."""
        loss = self._target.loss(value)
        best = min(loss, self._bests[-1][1]) if self._bests else loss
        self._bests.append((step, best))
        end = self._bank.end(self._target.metric)
        if end is None or self._bank.finished < self._least or len(self._bests) < (self._bests.maxlen or 0):
            return None
        if step > end[0]:
            return None  # it outlasts them all, so nobody knows where it ends
        before, then = self._bests[0]
        gain, left = then - best, end[0] - step
        reach = best - gain / max(step - before, 1) * left
        if not (gain <= self._delta and best >= end[1] and reach >= end[1] - self._delta):
            return None
        more = f" by more than {self._delta:g}" if self._delta else ""
        return (
            f"{self._target.metric} improved by {gain:.3g} in {len(self._bests) - 1} values up to step {step}, so by "
            f"step {end[0]} it would reach {self._target.figure(reach)}, not better than the best trial "
            f"({self._target.figure(end[1])}){more}"
        )
