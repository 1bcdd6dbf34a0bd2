"""Asynchronous successive halving over steps: at each rung one in so many goes on.

Source: Li et al. (2020), A System for Massively Parallel Hyperparameter Tuning, MLSys 2, algorithm 2, in the form that
    ends a trial instead of pausing it, as Optuna has it.
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left, insort
from typing import TYPE_CHECKING

from branchlab.sweep.pruning.brackets import bracket, rung_count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.sweep.plan import Pruning

_TALLEST = 62  # rungs; the steps of further ones are beyond every counter


class Ladder:
    """What others had at each rung, by bracket; one ladder per rule and metric.

    The rungs stand at `warmup` steps (1 when it is 0) and each `factor` times as far as the one before.
    """

    def __init__(self, rule: Pruning) -> None:
        self.first, self.factor = max(rule.warmup, 1), rule.factor
        self.brackets = 0 if rule.rule == "hyperband" else 1
        self._reached: dict[int, tuple[float, ...]] = {}
        self._losses: dict[tuple[int, int], array[float]] = {}

    def add(self, number: int, points: Sequence[tuple[int, float]]) -> None:
        """Takes in the losses of a trial, by step."""
        self._reached[number] = reached = self._rungs_of(points)
        for key, loss in self._places(number, reached):
            insort(self._losses.setdefault(key, array("d")), loss)

    def remove(self, number: int) -> None:
        """Forgets a trial."""
        for key, loss in self._places(number, self._reached.pop(number, ())):
            del self._losses[key][bisect_left(self._losses[key], loss)]

    def stretch(self, length: int) -> None:
        """Cuts the trials into as many brackets as fit a trial of so many steps."""
        rungs = rung_count(self.first, length, self.factor)
        if rungs != self.brackets:
            self.brackets, self._losses = rungs, {}
            for number, reached in self._reached.items():
                for key, loss in self._places(number, reached):
                    insort(self._losses.setdefault(key, array("d")), loss)

    def step(self, rung: int) -> int:
        """Returns the step at which a rung stands."""
        times: int = self.factor ** min(rung, _TALLEST)
        return self.first * times

    def bracket(self, number: int) -> int:
        """Returns the first rung at which a trial is judged."""
        return bracket(number, max(self.brackets, 1), self.factor)

    def others(self, rung: int, number: int) -> Sequence[float]:
        """Returns the losses at a rung in the bracket of a trial, best first."""
        return self._losses.get((rung, self.bracket(number)), ())

    def _places(self, number: int, reached: Sequence[float]) -> list[tuple[tuple[int, int], float]]:
        if not self.brackets:
            return []
        begin = self.bracket(number)
        return [((rung, begin), loss) for rung, loss in enumerate(reached) if rung >= begin and not math.isnan(loss)]

    def _rungs_of(self, points: Sequence[tuple[int, float]]) -> tuple[float, ...]:
        """Returns the loss at the first logged step at or behind each rung that was reached."""
        reached: list[float] = []
        for step, loss in points:
            while len(reached) < _TALLEST and step >= self.step(len(reached)):
                # NaN holds the place of the rung, and `_places` leaves it out
                reached.append(loss if math.isfinite(loss) else math.nan)
        return tuple(reached)


def place_among(others: Sequence[float], loss: float) -> int:
    """Returns the place of a loss among those of others, from 1; equal ones share it."""
    return bisect_left(others, loss) + 1


def places_that_go_on(trials: int, factor: int) -> int:
    """Returns how many of the trials at a rung go on, at least 1."""
    # at least one, as Optuna has it: else the first few would all end
    return max(trials // factor, 1)
