"""What a sweep is judged by: metrics of branchlab.toml as losses and violations, never those of the test split."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Literal

from branchlab.compare.limits import parse_bound
from branchlab.errors import UsageError
from branchlab.sweep.plan import Constraint, Objective, Objectives
from branchlab.sweep.trial import Told
from branchlab.text import safe_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from branchlab.experiment import Number
    from branchlab.project import MetricRule, Settings
    from branchlab.sweep.plan import Plan
    from branchlab.sweep.trial import Trial

State = Literal["complete", "pruned", "failed", "running"]

# `latest` and `contest` are no test; `tests`, `test2` and `testset` are
_TEST = re.compile(r"(?<![A-Za-z])test(?:s|ing|set)?[0-9]*(?![A-Za-z0-9])", re.IGNORECASE)
_STATES: dict[str, State] = {"finished": "complete", "pruned": "pruned", "running": "running"}


def is_test(metric: str) -> bool:
    """Tells whether a metric is one of the test split: `test.accuracy`, `test/loss`, `accuracy_test`; not `latest`."""
    return _TEST.search(metric) is not None


def objectives(plan: Plan, settings: Settings) -> Objectives:
    """Returns what a sweep optimises and which bounds it keeps, in the order of the plan, else of branchlab.toml.

    A metric that the plan names is a constraint where its strategy says so, and optimised otherwise.

    Raises:
        UsageError: without anything to optimise, for a metric of the test split, and for one without a goal.
    """
    named = plan.metrics or [name for name, rule in settings.metrics.items() if rule.strategy != "store"]
    optimize, constraints = [], []
    for metric in named:
        rule = _rule(metric, settings)
        if rule.strategy == "constraint":
            bound = parse_bound(rule.threshold)
            constraints.append(Constraint(metric, bound.number, bound.sign.startswith(">")))
        elif rule.goal:
            optimize.append(Objective(metric, rule.goal))
        else:
            shown = safe_text(metric)
            raise UsageError(
                f"the sweep cannot optimise {shown}: branchlab.toml gives it no goal",
                f'add goal = "maximize" to [metrics.{shown}], or "minimize"',
            )
    if not optimize:
        raise UsageError(
            "the sweep has no metric to optimise",
            'add strategy = "optimize" and a goal to one in branchlab.toml, or name it in the sweep: metrics = ["…"]',
        )
    return Objectives(tuple(optimize), tuple(constraints))


def _rule(metric: str, settings: Settings) -> MetricRule:
    shown = safe_text(metric)
    if is_test(metric):
        raise UsageError(
            f"{shown} is a metric of the test split, and a search never reads those",
            'name others in the sweep, metrics = ["…"], and look at it once, when the search has ended',
        )
    if metric not in settings.metrics:
        from difflib import get_close_matches

        near = get_close_matches(metric, settings.metrics, n=1)
        hint = f"did you mean {safe_text(near[0])}?" if near else f'add [metrics.{shown}] with goal = "maximize"'
        raise UsageError(f"the sweep names the metric {shown}, which branchlab.toml does not have", hint)
    return settings.metrics[metric]


def is_finite(value: Number | None) -> bool:
    """Tells whether something was measured, and is a number."""
    return value is not None and math.isfinite(value)


def losses(
    objectives: Objectives, metrics: Mapping[str, Number], best: Mapping[str, Number], value: Literal["last", "best"]
) -> tuple[float, ...] | None:
    """Returns one number per objective, smaller is better; None when one is missing or not finite.

    Args:
        objectives: what counts.
        metrics: summary values by name.
        best: best values of the metrics with a curve.
        value: `best` takes those where there are any.
    """
    found = []
    for objective in objectives.optimize:
        number = best.get(objective.metric) if value == "best" else None
        number = metrics.get(objective.metric) if number is None else number
        if number is None or not math.isfinite(number):
            return None
        found.append(-float(number) if objective.goal == "maximize" else float(number))
    return tuple(found)


def violations(objectives: Objectives, metrics: Mapping[str, Number]) -> tuple[float, ...]:
    """Returns by how much each constraint is broken, in units of its metric; kept when at most 0.

    A metric that is missing or not a number breaks its constraint by infinity. `>` and `>=` are one to a search.
    """
    found = []
    for constraint in objectives.constraints:
        number = metrics.get(constraint.metric, math.nan)
        beyond = constraint.limit - number if constraint.above else number - constraint.limit
        found.append(math.inf if math.isnan(beyond) else float(beyond))
    return tuple(found)


def told(plan: Plan, objectives: Objectives, trials: Iterable[Trial]) -> list[Told]:
    """Returns trials as methods see them, in order of number.

    A finished trial without usable losses is `failed`, and so is one that a person stopped.
    """
    return [_told(plan, objectives, trial) for trial in sorted(trials, key=lambda trial: trial.number)]


def _told(plan: Plan, objectives: Objectives, trial: Trial) -> Told:
    state: State = _STATES.get(trial.status, "failed")
    if state in ("failed", "running"):
        return Told(trial.number, trial.values, None, (), state)
    found = losses(objectives, trial.metrics, trial.best, plan.value)
    if found is None and state == "complete":
        return Told(trial.number, trial.values, None, (), "failed")
    return Told(trial.number, trial.values, found, violations(objectives, trial.metrics), state)
