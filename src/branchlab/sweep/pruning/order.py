"""Trials from the best to the worst, one order for several metrics and constraints too."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from branchlab.compare.pareto import pareto_front

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from branchlab.project import Goal
    from branchlab.sweep.trial import Told


def ranked(told: Iterable[Told]) -> list[Told]:
    """Returns the trials that have losses, the best first; the same whatever order they came in.

    Those that keep all constraints come first, front after front; within a front those that are better in more metrics
    of the others, then by number. Behind them come those that break constraints, by how much in sum.

    Source: Deb et al. (2002), A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II, IEEE Transactions on
    Evolutionary Computation 6(2), section VI (constrained domination).
    """
    usable = [one for one in told if one.losses is not None and not any(map(math.isnan, one.losses))]
    keeps = [one for one in usable if violation(one) <= 0]
    breaks = sorted((one for one in usable if violation(one) > 0), key=lambda one: (violation(one), one.number))
    return [*_by_fronts(keeps), *breaks]


def violation(told: Told) -> float:
    """Returns by how much a trial breaks its constraints in sum, 0 when it keeps them; no number breaks most."""
    total = math.fsum(max(value, 0.0) for value in told.violations if not math.isnan(value))
    return math.inf if any(map(math.isnan, told.violations)) else total


def _by_fronts(told: Sequence[Told]) -> list[Told]:
    if not told or len(told[0].losses or ()) == 1:
        return sorted(told, key=lambda one: (one.losses, one.number))
    left, found = list(told), []
    goals: list[Goal] = ["minimize"] * len(told[0].losses or ())
    while left:
        front = pareto_front([one.losses or () for one in left], goals)
        found += sorted((left[place] for place in front), key=lambda one: (_places(one, told), one.number))
        left = [one for place, one in enumerate(left) if place not in front]
    return found


def _places(one: Told, others: Sequence[Told]) -> int:
    """Returns the sum of the places of a trial over the metrics."""
    mine = one.losses or ()
    return sum(theirs < mine[place] for other in others for place, theirs in enumerate(other.losses or ()))
