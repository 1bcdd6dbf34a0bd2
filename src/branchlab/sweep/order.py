"""Trials from the best to the worst: one order for who goes on and for what people are shown as best.

Source: Deb et al. (2002), A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II, IEEE Transactions on
Evolutionary Computation 6(2): fronts behind fronts, and section VI, that a trial which keeps every constraint comes
before one that does not.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from typing import TYPE_CHECKING

from branchlab.compare.pareto import pareto_front

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from branchlab.project import Goal
    from branchlab.sweep.trial import Told


def best_first(losses: Sequence[Sequence[float]], violations: Sequence[float]) -> list[int]:
    """Returns the places of trials in the order from the best to the worst; those that are alike stay as they are.

    Those that keep all constraints come first, front after front; within a front those that are better in more metrics
    of the others, whatever the scale of a metric and whatever outliers it has. Behind them come those that break
    constraints.

    Args:
        losses: of each trial one per objective, smaller is better; all finite.
        violations: by how much each breaks its constraints, as `total_violation` says.
    """
    keeps = [place for place, violation in enumerate(violations) if violation <= 0]
    breaks = [place for place, violation in enumerate(violations) if violation > 0]
    return [*_by_fronts(losses, keeps), *sorted(breaks, key=lambda place: violations[place])]


def total_violation(violations: Sequence[float]) -> float:
    """Returns by how much a trial breaks its constraints in sum, 0 when it keeps them; no number breaks most."""
    return math.inf if any(map(math.isnan, violations)) else math.fsum(max(value, 0.0) for value in violations)


def ranked(told: Iterable[Told]) -> list[Told]:
    """Returns the trials that have losses, the best first, those alike by number."""
    usable = [one for one in told if one.losses is not None and all(map(math.isfinite, one.losses))]
    usable.sort(key=lambda one: one.number)
    order = best_first([one.losses or () for one in usable], [total_violation(one.violations) for one in usable])
    return [usable[place] for place in order]


def _by_fronts(losses: Sequence[Sequence[float]], places: Sequence[int]) -> list[int]:
    if not places or len(losses[places[0]]) <= 1:
        return sorted(places, key=lambda place: tuple(losses[place]))
    columns = [sorted(column) for column in zip(*(losses[place] for place in places), strict=True)]
    better = {
        place: sum(bisect_left(column, loss) for column, loss in zip(columns, losses[place], strict=True))
        for place in places
    }
    goals: list[Goal] = ["minimize"] * len(columns)
    left, found = list(places), []
    while left:
        front = pareto_front([losses[place] for place in left], goals)
        found += sorted((left[at] for at in sorted(front)), key=lambda place: better[place])
        left = [place for at, place in enumerate(left) if at not in front]
    return found
