"""Trials as dots: what each is called, how it is marked, and where a metric puts it. Pure."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from branchlab.report.style import BEST, FRONT
from branchlab.report.sweep_trials import leaders
from branchlab.report.sweep_values import title_of
from branchlab.report.values import show_scalar
from branchlab.sweep.analysis.ranking import value_of, violation
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple
from branchlab_tui.drawing.cloud import Dot
from branchlab_tui.drawing.dimension import Dimension

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab.project import Goal
    from branchlab.reading.sweep import Search
    from branchlab.sweep.trial import Trial

_FEW = 8  # values below which none counts as far away
_FAR = 3.0  # interquartile ranges beyond the quartiles
_PAYS = 2.0  # by which the axis must become shorter
_ENDED = ("pruned", "stopped")
_QUARTERS = 4


class Marked(NamedTuple):
    """A trial under a metric: its value, NaN for none; its mark, the style of that, and over which others it stands."""

    value: float
    mark: str
    style: str
    layer: int


class Reach(NamedTuple):
    """The axis of a metric, and how many trials lie far beyond its worse end."""

    dimension: Dimension
    beyond: int = 0


class Look(NamedTuple):
    """Trials of a sweep under one metric.

    Attributes:
        search: the sweep.
        metric: by which trials are judged.
        log: whether the metric runs in decades.
        trials: by their names, in the order of the study.
        marked: the same under the metric.
        axis: of the metric.
        best: names of the best trial, or of the front.
    """

    search: Search
    metric: str
    log: bool
    trials: Mapping[str, Trial]
    marked: Mapping[str, Marked]
    axis: Reach
    best: tuple[str, ...] = ()

    @property
    def goal(self) -> Goal | None:
        """Which direction of the metric is better; None when nobody said."""
        return goal_of(self.search, self.metric)

    @property
    def title(self) -> str:
        """The metric as people read it."""
        return safe_text(title_of(self.metric, self.search))


def look_at(search: Search, metric: str, *, log: bool) -> Look:
    """Returns all trials of a sweep under a metric."""
    trials = name_trials(search.study.trials)
    # By identity: a trial holds dictionaries, so it has no hash.
    top = set(map(id, leaders(search)))
    best = tuple(name for name, trial in trials.items() if id(trial) in top)
    marked = {name: _marked(search, trial, metric, best=id(trial) in top) for name, trial in trials.items()}
    axis = reach(search, metric, [one.value for one in marked.values()], log=log)
    return Look(search, metric, log, trials, marked, axis, best)


def goal_of(search: Search, metric: str) -> Goal | None:
    """Returns which direction of a metric is better; None when nobody said."""
    rule = search.settings.metrics.get(metric)
    return rule.goal if rule else None


def number(search: Search, trial: Trial, metric: str) -> float:
    """Returns a metric of a trial; NaN where it has none that is finite."""
    found = value_of(trial, metric, search.value)
    try:
        return float(found) if found is not None and math.isfinite(found) else math.nan
    # A record may hold a whole number of hundreds of digits.
    except OverflowError:
        return math.nan


def name_trials(trials: Sequence[Trial]) -> dict[str, Trial]:
    """Returns trials by a name that no other has: their number, with the end of the branch where two share it."""
    numbers = Counter(trial.number for trial in trials)
    named: dict[str, Trial] = {}
    for trial in trials:
        name = f"#{trial.number}"
        if numbers[trial.number] > 1:
            # Sweeps of one name on two machines both count from 0.
            name += f" {safe_text(trial.branch.rpartition('-')[2] or trial.run[-4:])}"
        named[name if name not in named else f"{name} ({len(named)})"] = trial
    return named


def reach(search: Search, metric: str, values: Sequence[float], *, log: bool = False) -> Reach:
    """Returns the axis of a metric; what is far worse than the rest lies beyond it, or it would flatten the rest."""
    title = safe_text(title_of(metric, search))
    known = sorted(value for value in values if math.isfinite(value) and (value > 0 or not log))
    if not known:
        return Reach(Dimension(title))
    # In decades nothing is far away.
    low, high = (known[0], known[-1]) if log else _without_far(known, goal_of(search, metric))
    return Reach(Dimension(title, low, high, log=log), sum(value < low or value > high for value in known))


def _without_far(values: Sequence[float], goal: Goal | None) -> tuple[float, float]:
    """Returns the ends of an axis; `values` ascend."""
    low, high = values[0], values[-1]
    if goal is None or len(values) < _FEW:
        return low, high
    first, last = values[len(values) // _QUARTERS], values[-1 - len(values) // _QUARTERS]
    room = _FAR * (last - first)
    if goal == "minimize":
        near = max(value for value in values if value <= last + room)
        # `> 0`: all but the far ones may be equal, and an axis needs a length.
        return (low, near) if high - low > _PAYS * (near - low) > 0 else (low, high)
    near = min(value for value in values if value >= first - room)
    return (near, high) if high - low > _PAYS * (high - near) > 0 else (low, high)


def dot_of(name: str, look: Look, x: float, text: str = "") -> Dot:
    """Returns the dot of a trial over some x; one that failed stands at the worse end of the metric."""
    one, trial, axis = look.marked[name], look.trials[name], look.axis.dimension
    y = one.value
    if not math.isfinite(y) and trial.status != "running":
        y = axis.high if look.goal == "minimize" else axis.low
    return Dot(name, x, y, one.mark, one.style, one.layer, safe_text(f"{name} {text}{value_words(name, look)}"))


def value_words(name: str, look: Look) -> str:
    """Returns what a trial measured, or how it ended."""
    value = look.marked[name].value
    return show_scalar(value) if math.isfinite(value) else look.trials[name].status


def _marked(search: Search, trial: Trial, metric: str, *, best: bool) -> Marked:
    value = number(search, trial, metric)
    if best:
        return Marked(value, FRONT if len(search.objectives.optimize) > 1 else BEST, "best", 4)
    if trial.status == "running":
        return Marked(value, "◐", "name.bright", 3)
    if trial.status in _ENDED:
        return Marked(value, "◌", "dim", 1)
    if trial.status == "failed" or not math.isfinite(value):
        return Marked(value, "✗", "worse", 1)
    if search.objectives.constraints and violation(search.objectives, trial):
        return Marked(value, "○", "dim", 1)
    return Marked(value, "•", "name", 2)


def key_of(look: Look, *, stairs: bool = False) -> tuple[str, ...]:
    """Returns what the marks mean that are there."""
    marks = {one.mark for one in look.marked.values()}
    words = {
        BEST: "best",
        FRONT: "front",
        "◌": "ended early",
        "✗": "failed",
        "◐": "running",
        "○": "breaks a constraint",
        "•": "finished",
    }
    told = [f"{mark} {word}" for mark, word in words.items() if mark in marks]
    return (*(["━ best so far"] if stairs else []), *told)
