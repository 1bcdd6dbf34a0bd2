"""What each trial reached, and the best until then."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from branchlab.sweep.analysis.ranking import value_of, violation
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from branchlab.sweep.analysis.ranking import Value
    from branchlab.sweep.plan import Objective, Objectives
    from branchlab.sweep.trial import Study, Trial


class Moment(NamedTuple):
    """One trial of a history.

    Attributes:
        trial: the trial.
        value: of the metric, in its own unit; None when it has none. A pruned one has what it had reached.
        best: the best of the finished trials up to here that keep every constraint; None before the first.
        feasible: whether it keeps every constraint.
        improved: whether it became the best.
    """

    trial: Trial
    value: float | None
    best: float | None
    feasible: bool
    improved: bool


def history(study: Study, objectives: Objectives, metric: str = "", value: Value = "last") -> list[Moment]:
    """Returns one moment per trial, in the order of their numbers.

    Args:
        study: the trials.
        objectives: what they are judged by.
        metric: one of the optimised ones; the first when left out.
        value: which value of a curve counts.

    Raises:
        KeyError: for a metric that is not optimised.
    """
    objective = objective_of(objectives, metric)
    found: list[Moment] = []
    best: float | None = None
    for trial in study.trials:
        reached = value_of(trial, objective.metric, value)
        known = reached is not None and math.isfinite(reached)
        feasible = violation(objectives, trial) == 0
        improved = False
        if reached is not None and known and feasible and trial.status == "finished":
            improved = best is None or is_better(objective, reached, best)
            best = reached if improved else best
        found.append(Moment(trial, reached, best, feasible, improved))
    return found


def objective_of(objectives: Objectives, metric: str = "") -> Objective:
    """Returns the objective of a metric, the first when left out; raises KeyError for any other."""
    found = {objective.metric: objective for objective in objectives.optimize}
    return found[metric] if metric else objectives.optimize[0]


def is_better(objective: Objective, value: float, other: float) -> bool:
    """Says whether one value of an objective is better than another."""
    return value > other if objective.goal == "maximize" else value < other


def since_best(study: Study, objectives: Objectives, value: Value = "last") -> int:
    """Returns how many trials that have ended came after the last one that was better in some objective."""
    # a trial that is better in one of several metrics is progress
    counts = [_since(history(study, objectives, objective.metric, value)) for objective in objectives.optimize]
    return min(counts, default=0)


def _since(moments: list[Moment]) -> int:
    count = 0
    for moment in moments:
        if moment.improved:
            count = 0
        # failed ones count, too: a sweep that only fails should end by its patience
        elif moment.trial.status != "running":
            count += 1
    return count
