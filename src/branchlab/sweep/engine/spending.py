"""What a sweep may still spend: trials, hours, cost, patience, and the gain that one more trial promises."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from branchlab.sweep.analysis.history import since_best
from branchlab.sweep.trial import Study
from branchlab.text import format_duration, format_number

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from branchlab.sweep.engine.ledger import Ledger
    from branchlab.sweep.plan import Objectives, Plan
    from branchlab.sweep.trial import Told

_HOUR = 3600.0
_CENTS = 2


class Spending:
    """Follows what was spent; durations come from a clock that nobody can set."""

    def __init__(
        self,
        plan: Plan,
        objectives: Objectives,
        ledger: Ledger,
        before: float = 0.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Starts the clock.

        Args:
            plan: with the budget.
            objectives: what is better.
            ledger: the trials.
            before: seconds in which trials ran in earlier sessions.
            clock: seconds that only go up.
        """
        self._plan, self._objectives, self._ledger, self._clock = plan, objectives, ledger, clock
        self._before, self._began = before, clock()

    @property
    def seconds(self) -> float:
        """Wall time of this and earlier sessions."""
        return self._before + self._clock() - self._began

    @property
    def cost(self) -> float:
        """What all trials took together, times their price."""
        return self._ledger.busy / _HOUR * self._plan.budget.price_per_hour

    def has_room(self, number: int) -> bool:
        """Tells whether the budget has room for a trial of this number."""
        # a number, no count: parts of a sweep share the budget without knowing of each other
        return self._plan.budget.trials is None or number < self._plan.budget.trials

    def over(self) -> str:
        """Returns why nothing more may start at all, in words; empty while something may."""
        budget = self._plan.budget
        if budget.hours is not None and self.seconds >= budget.hours * _HOUR:
            return f"its {format_duration(budget.hours * _HOUR)} are over"
        if budget.cost is not None and self.cost >= budget.cost:
            return f"it has cost {format_number(round(self.cost, _CENTS))} of {format_number(budget.cost)}"
        return ""

    def settled(
        self,
        told: Sequence[Told],
        expected_gain: Callable[[Sequence[Told]], float | None],
        *,
        below: int | None = None,
    ) -> str:
        """Returns why no further trial is worth asking for, in words; empty while one is.

        Args:
            told: what the method is told.
            expected_gain: of the method.
            below: trials from this number on are not looked at.
        """
        budget = self._plan.budget
        if budget.patience is not None:
            trials = tuple(trial for trial in self._ledger.trials if below is None or trial.number < below)
            # from the trials each time, no counter: a resumed sweep must come to the same
            stale = since_best(Study("", trials), self._objectives, self._plan.value)
            if stale >= budget.patience:
                return f"{stale} trials in a row were not better"
        if budget.min_gain is not None:
            gain = expected_gain(told)
            if gain is not None and gain < budget.min_gain:
                return f"one more trial promises {format_number(gain)}, less than {format_number(budget.min_gain)}"
        return ""
