"""`sweep show` and `sweep best`: trials as a table, one row each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from branchlab.report.style import BEST, FRONT, MISSING
from branchlab.report.sweep_values import (
    BROKEN,
    counted,
    differing,
    ending_cell,
    measured,
    metrics_of,
    standing,
    title_of,
)
from branchlab.report.table import Cell, Column, Table
from branchlab.report.values import short_names, show_scalar
from branchlab.sweep.analysis.ranking import best, front, knee, ranked, violation
from branchlab.text import format_duration, safe_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.experiment import Scalar
    from branchlab.reading.sweep import Search
    from branchlab.sweep.trial import Trial

_FIELDS = (
    "status", "branch", "commit", "run", "started", "seconds", "author", "method", "batch", "rung", "generation",
    "part", "reason", "inputs", "reused", "parent",
)  # fmt: skip
_DROPS = {"took": 70, "why": 80, "branch": 60, "params": 40, "status": 30, "bound": 20}
_LEAST_BRANCH, _LEAST_WHY, _LEAST_TEXT = 16, 14, 10


def leaders(search: Search) -> list[Trial]:
    """Returns the best trial of one objective, or the front of several."""
    if not search.objectives.optimize:
        return []
    several = len(search.objectives.optimize) > 1
    find = front if several else best
    return find(search.study, search.objectives, search.value)


def trial_table(trials: Sequence[Trial], search: Search) -> Table:
    """Returns the table; the best or the front of the whole sweep is marked, whichever trials are shown."""
    top, several = leaders(search), len(search.objectives.optimize) > 1
    metrics, params = metrics_of(search), differing(trials)
    optimised = {objective.metric for objective in search.objectives.optimize}
    reasons = any(trial.reason for trial in trials)
    names = short_names([trial.branch for trial in trials])
    columns = [
        Column("trial", "right"),
        Column(""),
        Column("status", drop=_DROPS["status"]),
        *(Column(title_of(name, search), "decimal", 0 if name in optimised else _DROPS["bound"]) for name in metrics),
        *(_parameter_column(name, trials) for name in params),
        Column("took", "right", _DROPS["took"]),
        *([Column("why", "left", _DROPS["why"], _LEAST_WHY, "start")] if reasons else []),
        Column("branch", "left", _DROPS["branch"], _LEAST_BRANCH),
    ]
    rows = []
    for trial, name in zip(trials, names, strict=True):
        rows.append(
            [
                Cell(str(trial.number), "bold" if trial in top else ""),
                standing(trial, top, front=several),
                ending_cell(trial),
                *(_metric(trial, metric, search, top) for metric in metrics),
                *(_parameter(trial, param) for param in params),
                # A reused trial took no time here, whatever its record says of the run that it comes from.
                Cell("" if trial.reused else format_duration(trial.seconds), "dim"),
                *([Cell(trial.reason, "dim")] if reasons else []),
                Cell(name, "dim"),
            ]
        )
    return Table(columns, rows)


def trial_legend(trials: Sequence[Trial], search: Search) -> list[str]:
    """Returns how many trials are shown, and what the marks mean."""
    whole = len(search.study.trials)
    parts = [counted(whole, "trial") if len(trials) == whole else f"{len(trials)} of {counted(whole, 'trial')}"]
    top = leaders(search)
    if any(trial in top for trial in trials):
        several = len(search.objectives.optimize) > 1
        parts.append(f"{FRONT} no other is better in all of them" if several else f"{BEST} best")
    bounds = search.objectives.constraints
    held = [f"{safe_text(one.metric)} {'≥' if one.above else '≤'} {show_scalar(one.limit)}" for one in bounds]
    return [*parts, *([f"{BROKEN} not {', '.join(held)}"] if held else [])]


def trial_objects(trials: Sequence[Trial], search: Search) -> list[dict[str, Any]]:
    """Returns trials as JSON objects; `leads` marks the best, or the front and its `knee`."""
    # By identity: a trial holds mappings, so it has no hash, and to compare all fields of each would be slow.
    top = set(map(id, leaders(search)))
    middle = knee(search.study, search.objectives, search.value) if len(search.objectives.optimize) > 1 else None
    return [
        {
            "trial": trial.number,
            **{key: getattr(trial, key) for key in _FIELDS},
            "values": dict(trial.values),
            "metrics": dict(trial.metrics),
            "best": dict(trial.best),
            "feasible": violation(search.objectives, trial) == 0,
            "leads": id(trial) in top,
            "knee": trial is middle,
        }
        for trial in trials
    ]


def trial_rows(trials: Sequence[Trial]) -> tuple[list[str], list[list[Scalar]]]:
    """Returns header and rows for CSV: everything about the trials at full precision."""
    tables = ("values", "metrics", "best")
    names = {table: sorted({name for trial in trials for name in getattr(trial, table)}) for table in tables}
    header = ["trial", *_FIELDS, *(f"{table}.{name}" for table in tables for name in names[table])]
    rows: list[list[Scalar]] = [
        [
            trial.number,
            *(getattr(trial, key) for key in _FIELDS),
            *(getattr(trial, table).get(name) for table in tables for name in names[table]),
        ]
        for trial in trials
    ]
    return header, rows


def _metric(trial: Trial, metric: str, search: Search, top: Sequence[Trial]) -> Cell:
    cell = measured(trial, metric, search)
    leads = trial in top and any(one.metric == metric for one in search.objectives.optimize)
    return cell._replace(style="best") if leads else cell


def _parameter_column(name: str, trials: Sequence[Trial]) -> Column:
    values = [trial.values.get(name) for trial in trials]
    numeric = all(isinstance(value, (int, float, type(None))) for value in values)
    return Column(name, "decimal" if numeric else "left", _DROPS["params"], 0 if numeric else _LEAST_TEXT)


def _parameter(trial: Trial, name: str) -> Cell:
    if name not in trial.values:
        return Cell(MISSING, "dim")
    return Cell(show_scalar(trial.values[name]))


def best_first(search: Search) -> list[Trial]:
    """Returns every trial, the best first; those that cannot be judged stand at the end in their order."""
    if not search.objectives.optimize:
        return list(search.study.trials)
    order = [one.trial for one in ranked(search.study, search.objectives, search.value)]
    known = set(map(id, order))
    return [*order, *(trial for trial in search.study.trials if id(trial) not in known)]


def shown_branch(trial: Trial) -> str:
    """Returns the name of a trial's branch, harmless."""
    return safe_text(trial.branch)


def no_trial_words(search: Search) -> str:
    """Returns that a sweep has no trial, and how to begin."""
    return f"{safe_text(search.name)} has no trial yet: {start_words(search)}"


def start_words(search: Search) -> str:
    """Returns the command that runs a sweep."""
    standard = search.source in ("", "sweep.toml")
    return f"branchlab sweep run{'' if standard else f' {safe_text(search.source)}'}"
