"""Reasons to end a trial that the others give: most were better at this step, or none came back from such a value."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from branchlab.sweep.pruning.ladder import place_among, places_that_go_on
from branchlab.sweep.pruning.standing import quantile

if TYPE_CHECKING:
    from branchlab.sweep.plan import Pruning
    from branchlab.sweep.pruning.bank import Bank
    from branchlab.sweep.pruning.curve import Target


class Quantile:
    """Ends a trial whose best value so far does not beat a part of the other trials as they stood at this step.

    Source: Golovin et al. (2017), Google Vizier: A Service for Black-Box Optimization, KDD (the median stopping
    rule); others count with their value at the step, not with a running mean, as in Optuna's pruners.
    A constraint's metric is judged only where it is broken.
    """

    def __init__(self, rule: Pruning, target: Target, bank: Bank) -> None:
        self._target, self._bank, self._least = target, bank, rule.min_trials
        self._beat = 50.0 if rule.rule == "median" else rule.percentile
        self._best = math.inf

    def see(self, step: int, value: float) -> str | None:
        """Compares the best value so far with the percentile of the others."""
        loss = self._target.loss(value)
        # before the early return: what it reached while it kept the constraint counts later, too
        self._best = min(self._best, loss)
        if self._target.limit is not None and loss <= self._target.limit:
            return None
        others = self._bank.at(self._target.metric, step)
        if self._bank.finished < self._least or len(others) < max(self._least, 1):
            return None
        bar = quantile(others, 100 - self._beat)
        if not self._best > bar:
            return None
        what = "the median" if self._beat == 50 else f"what beats {self._beat:g}%"  # noqa: PLR2004 - the median
        return (
            f"{self._target.said(step, self._best, bar)}, {what} of {len(others)} trials is "
            f"{self._target.figure(bar, self._best)}"
        )


class Climb:
    """Ends a trial that is not among the best at a rung: one in `factor` goes on (`halving`, `hyperband`)."""

    def __init__(self, rule: Pruning, target: Target, bank: Bank, number: int) -> None:
        self._target, self._number, self._least = target, number, rule.min_trials
        self._ladder = bank.ladder(rule, target.metric)
        self._rung = 0

    def see(self, step: int, value: float) -> str | None:
        """Judges at the first value at or behind each rung."""
        loss, ladder = self._target.loss(value), self._ladder
        # all that it passed: one that logs each hundredth step jumps over several at a time
        while step >= ladder.step(self._rung):
            rung, self._rung = self._rung, self._rung + 1
            others = ladder.others(rung, self._number)  # none below the rung where its bracket begins
            goes_on = places_that_go_on(len(others) + 1, ladder.factor)
            place = place_among(others, loss)
            if len(others) >= self._least and place > goes_on:
                best = "the best goes" if goes_on == 1 else f"the best {goes_on} go"
                return f"{self._target.said(step, loss)} is place {place} of {len(others) + 1}, {best} on"
        return None


class Broken:
    """Ends a trial that breaks a constraint by more than any trial did at this step that kept it in the end."""

    def __init__(self, rule: Pruning, target: Target, bank: Bank) -> None:
        self._target, self._bank, self._least = target, bank, max(rule.min_trials, 1)

    def see(self, step: int, value: float) -> str | None:
        """Compares with the worst of those that kept it."""
        target, loss = self._target, self._target.loss(value)
        if target.limit is None or loss <= target.limit:
            return None
        others = self._bank.kept(target.metric, step)
        if len(others) < self._least or not loss > others[-1]:
            return None
        sign = "<=" if target.sign > 0 else ">="
        return (
            f"{target.said(step, loss, others[-1])} breaks {sign} {target.figure(target.limit)}, and of {len(others)} "
            f"trials that kept it none was worse than {target.figure(others[-1], loss)} there"
        )
