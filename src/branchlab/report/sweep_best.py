"""`sweep best` of one objective: the best trial beside the reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.compare.difference import same_scalar
from branchlab.naming import compile_rule
from branchlab.report.page import Block, Line
from branchlab.report.style import BETTER, MISSING, SAME, WORSE
from branchlab.report.sweep_status import warnings
from branchlab.report.sweep_trials import leaders, no_trial_words
from branchlab.report.sweep_values import metrics_of, title_of
from branchlab.report.table import Cell, Column, Table
from branchlab.report.values import show_scalar
from branchlab.sweep.analysis.ranking import value_of
from branchlab.text import format_number, safe_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.reading.sweep import Search
    from branchlab.report.style import Style
    from branchlab.sweep.analysis.repeats import Contest
    from branchlab.sweep.trial import Trial

_LEAST = 10


def reference_of(search: Search) -> Trial | None:
    """Returns trial 0 when it finished with the values of the parameter file; None when the plan has no reference."""
    if search.plan is not None and not search.plan.reference:
        return None
    zero = [trial for trial in search.study.trials if trial.number == 0 and trial.status == "finished"]
    # Two people may each have a trial 0, of other values: then neither is the reference.
    return zero[0] if len(zero) == 1 else None


def best_page(search: Search, contests: Sequence[Contest] = ()) -> list[Block]:
    """Returns what the best trial reached and with which values, what it gained, and what to doubt."""
    top = leaders(search)
    if not top:
        return [Line(no_best_words(search), "dim"), *warnings(search)]
    winner, reference = top[0], reference_of(search)
    title = f"trial {winner.number} of {len(search.study.trials)}: {winner.branch}"
    blocks: list[Block] = [Line(title, "bold"), _table(winner, reference, search)]
    blocks += [Line(contest.words, "dim") for contest in contests]
    blocks += warnings(search)
    # Without a commit there is nothing to apply; a name that breaks the rule is not for pasting into a shell.
    if winner.commit and compile_rule(search.settings.naming).accepts(winner.branch):
        name = safe_text(winner.branch.rpartition("/")[2])
        blocks.append(
            Line(f"branchlab apply {name} takes its parameters, branchlab show {name} shows all of it", "dim")
        )
    return blocks


def no_best_words(search: Search) -> str:
    """Returns why nothing is best."""
    if not search.study.trials:
        return no_trial_words(search)
    running = sum(trial.status == "running" for trial in search.study.trials)
    more = f"; {running} running" if running else ""
    names = ", ".join(safe_text(one.metric) for one in search.objectives.optimize)
    bounded = " and keeps the constraints" if search.objectives.constraints else ""
    return f"none of {len(search.study.trials)} trials has finished with {names or 'a metric to judge'}{bounded}{more}"


def _table(winner: Trial, reference: Trial | None, search: Search) -> Table:
    other = reference if reference is not None and reference != winner else None
    columns = [
        Column("", least=_LEAST),
        Column("best", "decimal", least=_LEAST),
        *([Column("reference", "decimal", least=_LEAST), Column("gain", "right", drop=10)] if other else []),
    ]
    metrics = [_metric_row(name, winner, other, search) for name in metrics_of(search)]
    names = dict.fromkeys((*winner.values, *(other.values if other else ())))
    params = [_parameter_row(name, winner, other) for name in names]
    return Table(columns, [*metrics, *params])


def _metric_row(name: str, winner: Trial, other: Trial | None, search: Search) -> list[Cell]:
    value = value_of(winner, name, search.value)
    row = [Cell(title_of(name, search), "bold"), Cell(show_scalar(value), "best" if value is not None else "dim")]
    if other is None:
        return row
    before = value_of(other, name, search.value)
    return [*row, Cell(show_scalar(before)), _gain(name, value, before, search)]


def _gain(name: str, value: float | None, before: float | None, search: Search) -> Cell:
    if value is None or before is None or value != value or before != before:  # noqa: PLR0124 - NaN
        return Cell("")
    rule = search.settings.metrics.get(name)
    goal = next((one.goal for one in search.objectives.optimize if one.metric == name), rule.goal if rule else None)
    delta = value - before
    text = f"{'+' if delta > 0 else ''}{format_number(delta)}"
    if goal is None or not delta:
        return Cell(f"{text} {SAME}" if not delta else text, "dim")
    better = (delta > 0) == (goal == "maximize")
    style: Style = "better" if better else "worse"
    return Cell(f"{text} {BETTER if better else WORSE}", style)


def _parameter_row(name: str, winner: Trial, other: Trial | None) -> list[Cell]:
    row = [Cell(name), _value(winner, name)]
    if other is None:
        return row
    same = name in winner.values and name in other.values and same_scalar(winner.values[name], other.values[name])
    return [*row, _value(other, name), Cell(SAME if same else "", "dim")]


def _value(trial: Trial, name: str) -> Cell:
    return Cell(show_scalar(trial.values[name])) if name in trial.values else Cell(MISSING, "dim")
