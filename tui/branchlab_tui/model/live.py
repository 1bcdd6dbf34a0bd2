"""What is known of runs while they work: how far they are, and whether they fell silent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.catalog.values import as_number
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchlab.catalog.following import FollowedRun
    from branchlab.experiment import Experiment

_QUIET = 60.0  # seconds; whatever a run's pace, less is no silence
_GAPS = 3  # times the longest pause so far

# What scripts call the number of steps they will make; the last part of a dotted name counts.
_TOTALS = ("max_steps", "total_steps", "n_steps", "num_steps", "steps", "max_epochs", "n_epochs", "num_epochs",
           "epochs", "max_iter", "iterations", "n_iter", "num_train_epochs", "n_estimators")  # fmt: skip


class Live(NamedTuple):
    """How far a run is.

    Attributes:
        heard: when it last logged anything, in seconds since the epoch; 0 when it never did.
        patience: seconds without a word after which it counts as quiet.
        step: the last step it logged; None before the first.
        total: how many steps it will make, where a parameter tells.
    """

    heard: float
    patience: float
    step: int | None = None
    total: int | None = None

    @property
    def fraction(self) -> float | None:
        """The part of its steps that it has made, between 0 and 1; None when nobody knows."""
        if self.total is None or self.step is None:
            return None
        return min(max(self.step, 0) / self.total, 1.0)

    def quiet_for(self, now: float) -> float | None:
        """Returns for how many seconds it has said nothing, when that is unusually long."""
        silence = now - self.heard
        return silence if self.heard and silence > self.patience else None


def live_look(runs: Mapping[str, FollowedRun]) -> dict[str, Live]:
    """Returns how far each running run is, by row key."""
    return {f"run:{run}": _live(seen) for run, seen in runs.items() if seen.experiment.status == "running"}


def _live(seen: FollowedRun) -> Live:
    steps = [points[-1].step for points in seen.journal.series.values() if points]
    step = max(steps, default=None)
    return Live(seen.heard, max(_QUIET, _GAPS * seen.gap), step, _total(seen.experiment, step))


def _total(experiment: Experiment, step: int | None) -> int | None:
    """Returns the number of steps that a parameter names; none where the run has gone beyond it."""
    named = {name.rpartition(".")[2].lower().replace("-", "_"): value for name, value in experiment.params.items()}
    for name in _TOTALS:
        number = as_number(named.get(name))
        if number is not None and number >= max(step or 0, 1) and number == int(number):
            return int(number)
    return None
