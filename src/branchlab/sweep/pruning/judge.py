"""Whether a trial should end now: all rules of a sweep over its curve, beside those of other trials."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from branchlab.errors import UsageError
from branchlab.sweep.pruning.alone import Gain, Patience, Plateau, Threshold
from branchlab.sweep.pruning.bank import CLIMBS, metrics_of
from branchlab.sweep.pruning.beside import Broken, Climb, Quantile
from branchlab.sweep.pruning.curve import as_float
from branchlab.text import safe_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab.sweep.plan import Objectives, Pruning
    from branchlab.sweep.pruning.alone import Check
    from branchlab.sweep.pruning.bank import Bank
    from branchlab.sweep.pruning.curve import Curve

_NO_GOAL_NEEDED = ("threshold", "plateau")
_COMPARED = ("median", "percentile", *CLIMBS)
_LEAST_FACTOR = 2


def judge(rules: Sequence[Pruning], objectives: Objectives, curve: Curve, bank: Bank, *, number: int = 0) -> str | None:
    """Returns why a trial should have ended by now, in words with figures, or None.

    It is the first reason that any of its steps gave, so a longer curve never takes a reason back, and it does not
    matter how often somebody looks. A caller that follows a live trial keeps a `Judge` instead.

    Args:
        rules: of the plan.
        objectives: of the plan.
        curve: what the trial logged so far.
        bank: the other trials, made with the same rules and objectives.
        number: of the trial, which tells its bracket (`hyperband`).
    """
    return Judge(rules, objectives, bank, number=number).look(curve)


class Judge:
    """Follows one live trial; each step costs the same, early or late, beside few trials or many.

    Attributes:
        reason: why it should end, begins with the rule and a colon; None while it may go on.
        step: at which the reason was found; what was logged later is no part of the trial (`curve.until`).
    """

    def __init__(self, rules: Sequence[Pruning], objectives: Objectives, bank: Bank, *, number: int = 0) -> None:
        """Sets out to judge by rules that are in the bank.

        Raises:
            UsageError: as `usable` says.
        """
        self.reason: str | None = None
        self.step: int | None = None
        self._rulings = [ruling for rule in rules for ruling in _rulings(rule, objectives, bank, number)]
        self._optimised = tuple(objective.metric for objective in objectives.optimize)
        self._watched = dict.fromkeys((*self._optimised, *(name for ruling in self._rulings for name in ruling.checks)))
        self._seen = dict.fromkeys(self._watched, 0)

    def look(self, series: Mapping[str, Sequence[tuple[Any, ...]]]) -> str | None:
        """Takes in what was logged since the last look, and returns the reason to end, if there is one by now.

        Args:
            series: of each metric all that was logged, in that order: (step, value), or (step, seconds, value) as a
                journal has it.
        """
        fresh: list[tuple[int, str, float]] = []
        for name in self._watched:
            points = series.get(name, ())
            fresh += [(points[i][0], name, as_float(points[i][-1])) for i in range(self._seen[name], len(points))]
            self._seen[name] = len(points)
        # by step alone, and stable: of one step in the order of the metrics
        for step, name, value in sorted(fresh, key=lambda point: point[0]):
            self._see(step, name, value)
        return self.reason

    def _see(self, step: int, name: str, value: float) -> None:
        if self.reason is not None:
            return
        if name in self._optimised and not math.isfinite(value):
            self.reason = f"nan: {name} is {'not a number' if math.isnan(value) else 'infinite'} at step {step}"
        for ruling in self._rulings:
            self.reason = self.reason or ruling.see(step, name, value)
        if self.reason is not None:
            self.step = step


class _Ruling:
    """One rule over the metrics that must all be hopeless."""

    def __init__(self, name: str, checks: Mapping[str, Check], warmup: int, every: int) -> None:
        self.checks = checks
        self._name, self._warmup, self._every = name, warmup, max(every, 1)
        self._hopeless: dict[str, str | None] = dict.fromkeys(checks)
        self._interval = dict.fromkeys(checks, -1)

    def see(self, step: int, metric: str, value: float) -> str | None:
        check = self.checks.get(metric)
        if check is None:
            return None
        # before the gate: a check follows every value, also where it is not judged
        found = check.see(step, value)
        interval = (step - self._warmup) // self._every if step >= self._warmup else -1
        if interval <= self._interval[metric]:
            return None  # judged in this interval already, or not yet at all
        self._interval[metric] = interval
        self._hopeless[metric] = found
        if not all(self._hopeless.values()):
            return None
        return f"{self._name}: " + "; ".join(str(text) for text in self._hopeless.values())


def _rulings(rule: Pruning, objectives: Objectives, bank: Bank, number: int) -> list[_Ruling]:
    mistake = usable(rule, objectives)
    if mistake:
        raise UsageError(mistake, "change [[pruning]] in the sweep file, or the metrics of branchlab.toml")
    names = metrics_of(rule, objectives)
    # their warmup is the first rung, which the ladder knows
    gate = (0, 1) if rule.rule in CLIMBS else (rule.warmup, rule.every)
    found = [_Ruling(rule.rule, {name: _check(rule, name, bank, number) for name in names}, *gate)]
    if rule.rule in _COMPARED and not rule.metric:
        broken = {name: Broken(rule, bank.targets[name], bank) for name, _, _ in objectives.constraints}
        found += [_Ruling("constraint", {name: check}, rule.warmup, rule.every) for name, check in broken.items()]
    return found


def _check(rule: Pruning, name: str, bank: Bank, number: int) -> Check:
    match rule.rule:
        case "threshold":
            return Threshold(rule, name)
        case "plateau":
            return Plateau(rule, name)
        case "patience":
            return Patience(rule, bank.targets[name])
        case "gain":
            return Gain(rule, bank.targets[name], bank)
        case "median" | "percentile":
            return Quantile(rule, bank.targets[name], bank)
        case "halving" | "hyperband":
            return Climb(rule, bank.targets[name], bank, number)


def usable(rule: Pruning, objectives: Objectives) -> str | None:
    """Returns why a rule cannot be applied, or None.

    All but `threshold` and `plateau` must know what is better.
    """
    known = {name for name, _ in objectives.optimize} | {name for name, _, _ in objectives.constraints}
    if rule.metric and rule.metric not in known and rule.rule not in _NO_GOAL_NEEDED:
        metric = safe_text(rule.metric)
        return f"pruning by {rule.rule} needs a metric that is optimised or a constraint, {metric} is neither"
    if rule.rule in CLIMBS and rule.factor < _LEAST_FACTOR:
        return f"pruning by {rule.rule} needs a factor of at least {_LEAST_FACTOR}, it is {rule.factor}"
    return None
