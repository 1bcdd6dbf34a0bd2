"""How far a sweep is: its trials, what is left of its budget, and when it may end."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

from branchlab.sweep.analysis.history import since_best
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from branchlab.sweep.plan import Objectives, Plan
    from branchlab.sweep.trial import Study, Trial

STATUSES = ("finished", "pruned", "failed", "stopped", "running")
_HOUR = 3600.0
_RECENT = 20  # trials that tell how long the next ones take


class Limit(NamedTuple):
    """One limit of a budget.

    Attributes:
        name: `trials`, `hours`, `cost`, or `patience` (trials without a better one); `space` for all there is to try.
        used: in its own unit.
        total: at which the sweep ends.
    """

    name: Literal["trials", "hours", "cost", "patience", "space"]
    used: float
    total: float

    @property
    def left(self) -> float:
        """What is left, never below 0."""
        return max(self.total - self.used, 0.0)


class Progress(NamedTuple):
    """How far a sweep is.

    Attributes:
        counts: trials by status, and `reused` ones, which are counted under their status too.
        limits: of the budget.
        wall: seconds in which at least one trial ran.
        busy: seconds of all trials together; reused ones took none.
        typical: median seconds of the newest trials that ran to their end; None before the first.
        left: seconds until the first limit is reached; None when that cannot be told, 0 when one is reached.
        done: name of a limit that is reached, else empty.
    """

    counts: Mapping[str, int]
    limits: tuple[Limit, ...] = ()
    wall: float = 0.0
    busy: float = 0.0
    typical: float | None = None
    left: float | None = None
    done: str = ""


def progress(
    study: Study, plan: Plan | None, objectives: Objectives, *, now: float, points: int | None = None
) -> Progress:
    """Returns how far a sweep is.

    Args:
        study: its trials, from every machine.
        plan: its budget and slots; None when the sweep file is not here.
        objectives: what is better.
        now: seconds since the epoch, for trials that run.
        points: how many there are in the space, None for endless.
    """
    counts = {status: sum(trial.status == status for trial in study.trials) for status in STATUSES}
    counts["reused"] = sum(bool(trial.reused) for trial in study.trials)
    ran = [trial for trial in study.trials if not trial.reused]
    busy = sum(_seconds(trial, now) for trial in ran)
    wall = _covered(_span(trial, now) for trial in ran)
    typical = _typical(ran)
    if plan is None:
        return Progress(counts, (), wall, busy, typical)
    limits = _limits(study, plan, objectives, (wall, busy), points)
    done = next((limit.name for limit in limits if limit.used >= limit.total), "")
    left = 0.0 if done else _left(limits, plan, typical, counts["running"])
    return Progress(counts, limits, wall, busy, typical, left, done)


def _limits(
    study: Study, plan: Plan, objectives: Objectives, spent: tuple[float, float], points: int | None
) -> tuple[Limit, ...]:
    budget, (wall, busy) = plan.budget, spent
    ended = sum(trial.status != "running" for trial in study.trials)
    found = []
    if budget.trials is not None:
        found.append(Limit("trials", ended, budget.trials))
    if points is not None and (budget.trials is None or points < budget.trials):
        found.append(Limit("space", ended, points))
    if budget.hours is not None:
        found.append(Limit("hours", wall / _HOUR, budget.hours))
    if budget.cost is not None:
        found.append(Limit("cost", busy / _HOUR * budget.price_per_hour, budget.cost))
    if budget.patience is not None:
        found.append(Limit("patience", since_best(study, objectives, plan.value), budget.patience))
    return tuple(found)


def _left(limits: Sequence[Limit], plan: Plan, typical: float | None, running: int) -> float | None:
    """Returns the seconds until the first limit; patience ends nothing that anybody could foresee.

    None while trials are counted and none has told how long one takes: the hours alone would promise too much.
    """
    if typical is None and any(limit.name in ("trials", "space") for limit in limits):
        return None
    slots = max(plan.resources.jobs or running, 1)
    found = []
    for limit in limits:
        if limit.name == "hours":
            found.append(limit.left * _HOUR)
        elif limit.name == "cost" and plan.budget.price_per_hour:
            found.append(limit.left / plan.budget.price_per_hour * _HOUR / slots)
        elif limit.name in ("trials", "space") and typical is not None:
            # whole rounds: the last trial takes as long alone as beside others
            found.append(math.ceil(limit.left / slots) * typical)
    return min(found, default=None)


def _typical(trials: Sequence[Trial]) -> float | None:
    ended = [trial for trial in trials if trial.status in ("finished", "pruned")]
    # ISO 8601 in UTC sorts as text
    newest = sorted(ended, key=lambda trial: trial.started)[-_RECENT:]
    seconds = sorted(trial.seconds for trial in newest)
    return seconds[len(seconds) // 2] if seconds else None


def _seconds(trial: Trial, now: float) -> float:
    first, last = _span(trial, now)
    return trial.seconds if trial.status != "running" else last - first


def _span(trial: Trial, now: float) -> tuple[float, float]:
    from datetime import datetime

    try:
        first = datetime.fromisoformat(trial.started).timestamp()
    except (ValueError, OverflowError):
        return 0.0, max(trial.seconds, 0.0) if trial.status != "running" else 0.0
    return first, max(now, first) if trial.status == "running" else first + max(trial.seconds, 0.0)


def _covered(spans: Iterable[tuple[float, float]]) -> float:
    """Returns the length of the union of spans: time in which two ran counts once."""
    covered, until = 0.0, -math.inf
    for first, last in sorted(spans):
        # sorted by their beginning, so only the end of what is covered has to be kept
        if last > until:
            covered += last - max(first, until)
            until = last
    return covered
