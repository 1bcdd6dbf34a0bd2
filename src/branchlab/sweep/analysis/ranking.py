"""The best trial of one metric, the front of several, and its knee.

Source:
    Das (1999), On characterizing the "knee" of the Pareto curve based on Normal-Boundary Intersection, Structural
        Optimization 18: the knee is the point farthest from the line (the plane) through the ends of the front.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

from branchlab.compare.pareto import pareto_front
from branchlab.sweep.objectives import losses, violations
from branchlab.sweep.order import best_first, total_violation
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.experiment import Number
    from branchlab.sweep.plan import Objectives
    from branchlab.sweep.trial import Study, Trial

Value = Literal["last", "best"]

_ENDS = 2  # of a front; a knee lies between them


class Scored(NamedTuple):
    """A finished trial with a number for every objective.

    Attributes:
        trial: the trial.
        losses: one per objective, smaller is better.
        violation: by how much all constraints together are missed, 0 when they are kept.
    """

    trial: Trial
    losses: tuple[float, ...]
    violation: float = 0.0


def value_of(trial: Trial, metric: str, value: Value = "last") -> Number | None:
    """Returns what a trial measured, None when it did not; `best` is that of the curve where there is one."""
    if value == "best" and metric in trial.best:
        return trial.best[metric]
    return trial.metrics.get(metric)


def score(study: Study, objectives: Objectives, value: Value = "last") -> list[Scored]:
    """Returns the finished trials that can be judged, in the order of the study."""
    found = []
    for trial in study.trials:
        reached = losses(objectives, trial.metrics, trial.best, value) if trial.status == "finished" else None
        if reached is not None and all(map(math.isfinite, reached)):
            found.append(Scored(trial, tuple(reached), violation(objectives, trial)))
    return found


def violation(objectives: Objectives, trial: Trial) -> float:
    """Returns by how much a trial misses all its constraints together; infinite when one was not measured."""
    return total_violation(violations(objectives, trial.metrics))


def ranked(study: Study, objectives: Objectives, value: Value = "last") -> list[Scored]:
    """Returns the trials that can be judged, best first, as `branchlab.sweep.order.best_first` orders them."""
    # equal ones stay in the order of the study, by number: the first that was so good is the best
    scored = score(study, objectives, value)
    order = best_first([one.losses for one in scored], [one.violation for one in scored])
    return [scored[place] for place in order]


def best(study: Study, objectives: Objectives, value: Value = "last", count: int = 1) -> list[Trial]:
    """Returns the best trials that keep every constraint, best first; fewer than `count` when there are no more."""
    return [one.trial for one in ranked(study, objectives, value) if not one.violation][:count]


def front(study: Study, objectives: Objectives, value: Value = "last") -> list[Trial]:
    """Returns the trials that no other beats in every objective, by the first one; those alike stand together."""
    return [one.trial for one in scored_front(study, objectives, value)]


def scored_front(study: Study, objectives: Objectives, value: Value = "last") -> list[Scored]:
    """Returns the same with losses."""
    kept = [one for one in score(study, objectives, value) if not one.violation]
    return sorted((kept[place] for place in _front(kept)), key=lambda one: (one.losses, one.trial.number))


def knee(study: Study, objectives: Objectives, value: Value = "last") -> Trial | None:
    """Returns the trial of the front from which each objective gains least for what the others lose.

    None for one objective, and for a front that is not bent towards the best of everything.
    """
    there = scored_front(study, objectives, value)
    if len(objectives.optimize) <= 1 or len(there) <= _ENDS:
        return None
    sums = _nearness(there)
    place = min(range(len(there)), key=lambda place: sums[place])
    # a straight front has the sum 1 everywhere, up to rounding
    return there[place].trial if sums[place] < 1 - 1e-9 else None


def _front(scored: Sequence[Scored]) -> set[int]:
    goals = ["minimize"] * len(scored[0].losses) if scored else []
    return pareto_front([one.losses for one in scored], goals)  # type: ignore[arg-type] # a list of literals


def _nearness(scored: Sequence[Scored]) -> list[float]:
    """Returns the sum of the losses on a scale on which each goes from 0 to 1 over the front.

    With two objectives the line through the ends of the front is the sum 1, and a smaller sum is farther from it.
    """
    columns = list(zip(*(one.losses for one in scored), strict=True))
    spans = [(min(column), max(column) - min(column)) for column in columns]
    return [
        sum((loss - low) / span if span else 0.0 for loss, (low, span) in zip(one.losses, spans, strict=True))
        for one in scored
    ]
