"""Whether the rest of a trial's seeds or folds is worth running: a paired test beside the best trial so far."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from branchlab.compare.limits import figure, loss
from branchlab.compare.paired import sureness, weigh
from branchlab.sweep.objectives import is_finite

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchlab.compare.paired import Unit
    from branchlab.experiment import Number
    from branchlab.sweep.plan import Objective, Objectives

_FEWEST = 2  # a paired test needs a spread
_NO_SPREAD_NEEDS = 3  # equal differences twice may still be chance


def hopeless(
    objectives: Objectives,
    parts: Mapping[str, Mapping[str, Number]],
    incumbent: Mapping[str, Mapping[str, Number]],
    *,
    total: int,
    unit: Unit = "seed",
    confidence: float = 0.95,
) -> str | None:
    """Returns why a trial cannot become the best one, in words with figures, or None while it may.

    It is worse than the best trial in every optimised metric, by a paired test over the seeds or folds that both have.
    The test is made again after each part, so each of them may only be wrong in its share of 1 - `confidence`
    (Bonferroni): a trial that is as good as the best is ended wrongly with that probability at most.

    Args:
        objectives: of the sweep.
        parts: metrics of the parts that have ended, by name of the part (`seed-1`).
        incumbent: those of the best trial.
        total: how many parts a trial has.
        unit: folds share training rows, so their differences are weighed as such.
        confidence: of all tests together.
    """
    broken = _not_a_number(objectives, parts)
    if broken:
        return broken
    if len(parts) >= total:
        return None
    # tests are made after 2, 3, … and total - 1 parts: with one there is no spread, after the last no need
    allowed = (1 - confidence) / max(total - _FEWEST, 1)
    reasons = [_worse(objective, parts, incumbent, unit, allowed) for objective in objectives.optimize]
    return "repeats: " + "; ".join(map(str, reasons)) if reasons and all(reasons) else None


def _not_a_number(objectives: Objectives, parts: Mapping[str, Mapping[str, Number]]) -> str | None:
    for name, metrics in parts.items():
        for objective in objectives.optimize:
            if objective.metric in metrics and not math.isfinite(metrics[objective.metric]):
                return f"nan: {objective.metric} of {name} is {metrics[objective.metric]}"
    return None


def _worse(
    objective: Objective,
    parts: Mapping[str, Mapping[str, Number]],
    incumbent: Mapping[str, Mapping[str, Number]],
    unit: Unit,
    allowed: float,
) -> str | None:
    """Says by how much and how surely the trial is worse in one metric."""
    metric = objective.metric
    both = [name for name in parts if metric in parts[name] and is_finite(incumbent.get(name, {}).get(metric))]
    if len(both) < _FEWEST:
        return None
    mine, best = [float(parts[name][metric]) for name in both], [float(incumbent[name][metric]) for name in both]
    found = weigh(mine, best, goal=objective.goal, allowed=0.0, unit=unit, confidence=1 - allowed)
    lost = loss(objective.goal, found.mean_b, found.mean_a)
    beside = f"{metric} {figure(found.mean_a, found.mean_b)} over {len(both)} {unit}s, the best trial has"
    if found.p is None:
        sure = f"by the same in each of them, {figure(found.mean_b, found.mean_a)}"
        return f"{beside} {sure}" if lost > 0 and len(both) >= _NO_SPREAD_NEEDS else None
    if found.p > allowed:
        return None
    return f"{beside} {figure(found.mean_b, found.mean_a)} ({sureness(found.p)} sure)"
