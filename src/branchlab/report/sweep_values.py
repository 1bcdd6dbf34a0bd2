"""How values of a sweep are shown: trials by number, how they ended, what they measured, and bars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.style import BEST, FRONT, MISSING, STATUS_MARKS
from branchlab.report.table import Cell
from branchlab.report.values import metric_title, show_scalar
from branchlab.sweep.analysis.ranking import value_of
from branchlab.sweep.objectives import violations
from branchlab.sweep.plan import Objectives
from branchlab.text import format_number, safe_text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from branchlab.experiment import Scalar
    from branchlab.reading.sweep import Search
    from branchlab.report.style import Style
    from branchlab.sweep.plan import Parameter
    from branchlab.sweep.trial import Trial

TRIAL_MARKS: dict[str, tuple[str, Style]] = {**STATUS_MARKS, "pruned": ("◌", "dim")}
BROKEN = "✗"
_FULL, _EMPTY = "█", "░"
_EIGHTHS = " ▏▎▍▌▋▊▉"


def ending_cell(trial: Trial) -> Cell:
    """Returns how a trial ended as a mark and a word, and that it was not run but reused."""
    mark, style = TRIAL_MARKS.get(trial.status, ("?", "warn"))
    return Cell(f"{mark} {trial.status}{', reused' if trial.reused else ''}", style)


def standing(trial: Trial, best: Collection[Trial], *, front: bool) -> Cell:
    """Returns the mark of the best, or of the front."""
    return Cell((FRONT if front else BEST) if trial in best else "", "best")


def measured(trial: Trial, metric: str, search: Search) -> Cell:
    """Returns what a trial measured; of one that did not end well it is dim."""
    value = value_of(trial, metric, search.value)
    if value is None:
        return Cell(MISSING, "dim")
    bound = next((one for one in search.objectives.constraints if one.metric == metric), None)
    if bound and max(violations(Objectives((), (bound,)), {metric: value})) > 0:
        return Cell(f"{show_scalar(value)} {BROKEN}", "worse")
    return Cell(show_scalar(value), "" if trial.status == "finished" else "dim")


def title_of(metric: str, search: Search) -> str:
    """Returns the heading of a metric of a sweep."""
    rule = search.settings.metrics.get(metric)
    return metric_title(metric, rule.goal, rule.unit) if rule else metric_title(metric, None)


def metrics_of(search: Search) -> list[str]:
    """Returns the metrics that a sweep is judged by, else all that its trials measured."""
    judged = [one.metric for one in search.objectives.optimize] + [one.metric for one in search.objectives.constraints]
    return judged or sorted({name for trial in search.study.trials for name in trial.metrics})


def called(sweep: str) -> str:
    """Returns how a sentence names a sweep: `sweep wide`, and `the sweep` where that is its name."""
    return "the sweep" if sweep == "sweep" else f"sweep {safe_text(sweep)}"


def values_words(values: Mapping[str, Scalar]) -> str:
    """Returns the values of a trial in one line: `lr 0.01, depth 4`."""
    return safe_text(", ".join(f"{name} {show_scalar(value)}" for name, value in values.items()))


def range_words(parameter: Parameter) -> str:
    """Returns the range of a parameter: `0.0001 to 1, log`."""
    if parameter.kind == "choice":
        return ", ".join(map(show_scalar, parameter.choices))
    return f"{format_number(parameter.low)} to {format_number(parameter.high)}{', log' if parameter.log else ''}"


def bar(share: float, width: int) -> str:
    """Returns a bar as long as a share of `width` columns, to an eighth of a column."""
    eighths = round(min(max(share, 0.0), 1.0) * width * 8)
    # What is more than nothing is seen, if only as the thinnest bar.
    return (_FULL * (eighths // 8) + (_EIGHTHS[eighths % 8] if eighths % 8 else "")) or "▏" * (share > 0)


def gauge(share: float, width: int) -> str:
    """Returns how much of something is used up."""
    # Rounded down: a gauge is full only when all is used.
    full = int(min(max(share, 0.0), 1.0) * width)
    return _FULL * full + _EMPTY * (width - full)


def counted(count: int, what: str) -> str:
    """Returns a number of things: `1 trial`, `3 trials`."""
    return f"{count} {what}{'' if count == 1 else 's'}"


def differing(trials: Sequence[Trial]) -> list[str]:
    """Returns the parameters of which trials have more than one value, in the order they came; all for one trial."""
    names = dict.fromkeys(name for trial in trials for name in trial.values)
    found = [name for name in names if len({_key(trial.values.get(name)) for trial in trials}) > 1]
    return found if len(trials) > 1 else list(names)


def _key(value: Scalar) -> tuple[str, Scalar]:
    # With its type, as 1, 1.0 and True are one element of a set.
    return type(value).__name__, value
