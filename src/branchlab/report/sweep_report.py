"""`sweep report`: what came out of a sweep, as blocks for a terminal or Markdown."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from branchlab.report.page import Block, Facts, Line
from branchlab.report.sweep_best import best_page, reference_of
from branchlab.report.sweep_importance import importance_objects, importance_page
from branchlab.report.sweep_status import (
    curves,
    limits_words,
    method_words,
    state_words,
    status_object,
    time_words,
    trials_words,
    warnings,
)
from branchlab.report.sweep_trials import best_first, leaders, no_trial_words, trial_objects, trial_table
from branchlab.report.sweep_values import counted, range_words
from branchlab.report.table import Cell, Column, Table, drop_empty
from branchlab.sweep.analysis.history import history
from branchlab.sweep.analysis.hypervolume import volumes
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.report.sweep_status import Standing
    from branchlab.sweep.analysis.importance import Importance
    from branchlab.sweep.analysis.repeats import Contest

TOP = 10
_REASONS = 6


class Findings(NamedTuple):
    """All that a report tells.

    Attributes:
        standing: the sweep and how far it is.
        importance: per objective.
        contests: the best against the reference.
    """

    standing: Standing
    importance: Sequence[Importance] = ()
    contests: Sequence[Contest] = ()


class Part(NamedTuple):
    """A section of a report."""

    title: str
    blocks: list[Block]


def report_parts(findings: Findings) -> list[Part]:
    """Returns the sections of a report, without pictures; those with nothing to say are left out."""
    search = findings.standing.search
    if not search.study.trials:
        return [Part("Summary", [Line(no_trial_words(search)), *warnings(search)])]
    # Warnings are said once: by the part on the best or the front, and here where there is neither.
    several = len(search.objectives.optimize) > 1
    found = [
        Part(
            "Summary",
            [Facts(_facts(findings.standing)), *([] if search.objectives.optimize else warnings(search))],
        )
    ]
    if search.objectives.optimize and not several:
        found.append(Part("The best", _best(findings)))
    elif several:
        found.append(Part("The front", [trial_table(leaders(search), search), *warnings(search)]))
    if findings.importance:
        found.append(Part("What matters", importance_page(findings.importance)))
    if ended := _endings(findings.standing):
        found.append(Part("What did not finish", [ended]))
    if search.space:
        found.append(Part("What was searched", [_space_table(findings.standing)]))
    top = best_first(search)[:TOP]
    title = (
        "All trials"
        if len(top) == len(search.study.trials)
        else f"The best {len(top)} of {len(search.study.trials)} trials"
    )
    return [*found, Part(title, [trial_table(top, search)])]


def report_page(findings: Findings) -> list[Block]:
    """Returns the report for a terminal, or as Markdown."""
    blocks: list[Block] = [Line(f"Sweep {findings.standing.search.name}", "title")]
    for part in report_parts(findings):
        blocks += [Line("")] if isinstance(blocks[-1], Line) else []
        blocks += [Line(part.title, "bold"), *part.blocks]
    return blocks


def report_markdown(findings: Findings) -> str:
    """Returns the report as a Markdown file with headings."""
    from branchlab.report.formats import escape_markdown
    from branchlab.report.page import markdown_page

    name = escape_markdown(findings.standing.search.name)
    parts = report_parts(findings)
    told = [f"## {escape_markdown(part.title)}\n\n{markdown_page(part.blocks)}" for part in parts]
    return "\n".join([f"# Sweep {name}\n", *told])


def report_object(findings: Findings) -> dict[str, Any]:
    """Returns all of it as a JSON object."""
    search = findings.standing.search
    reference = reference_of(search)
    return {
        **status_object(findings.standing),
        "reference": trial_objects([reference], search)[0] if reference else None,
        "importance": importance_objects(findings.importance),
        "contests": [{"metric": one.metric, **one.evidence._asdict(), "words": one.words} for one in findings.contests],
        "history": [
            {
                "metric": objective.metric,
                "best": [
                    {"trial": moment.trial.number, "value": moment.value, "best": moment.best}
                    for moment in history(search.study, search.objectives, objective.metric, search.value)
                ],
            }
            for objective in search.objectives.optimize
        ],
        "hypervolume": [
            {"trial": one.trial.number, "share": one.share}
            for one in volumes(search.study, search.objectives, search.value)
        ],
        "all": trial_objects(search.study.trials, search),
    }


def _facts(standing: Standing) -> list[tuple[str, str]]:
    search, progress = standing
    facts = [("state", state_words(standing)), ("trials", trials_words(progress))]
    facts += [("budget", limits_words(progress.limits))] if progress.limits else []
    facts += [("time", time_words(progress))]
    facts += [("method", method_words(search))] if method_words(search) else []
    people = sorted({trial.author for trial in search.study.trials if trial.author})
    facts += [("people", ", ".join(people))] if people else []
    return [*facts, *curves(search)]


def _best(findings: Findings) -> list[Block]:
    search = findings.standing.search
    return best_page(search, findings.contests)


def _endings(standing: Standing) -> Table | None:
    """Returns how often trials ended early and why, so that many alike are seen as one thing."""
    reasons: Counter[tuple[str, str]] = Counter()
    example: dict[tuple[str, str], str] = {}
    for trial in standing.search.study.trials:
        if trial.status in ("pruned", "failed", "stopped"):
            # Behind the colon stands what differs from trial to trial: values, a path, the step.
            key = (trial.status, trial.reason.partition(":")[0] or "no reason was recorded")
            reasons[key] += 1
            example.setdefault(key, trial.reason)
    if not reasons:
        return None
    columns = [
        Column("status"),
        Column("why", least=12, keep="start"),
        Column("trials", "right"),
        Column("such as", drop=20, least=16, keep="start"),
    ]
    rows = [
        [
            Cell(status),
            Cell(why),
            Cell(str(count)),
            Cell(example[status, why] if example[status, why] != why else "", "dim"),
        ]
        for (status, why), count in reasons.most_common(_REASONS)
    ]
    return Table(columns, rows)


def _space_table(standing: Standing) -> Table:
    search = standing.search
    columns = [
        Column("parameter", least=12),
        Column("range", least=12),
        Column("tried", "right", drop=20),
        Column("when", drop=30, least=10, keep="start"),
    ]
    rows = []
    for parameter in search.space:
        values = {
            # With its type, as 1, 1.0 and True are one element of a set.
            (type(trial.values[parameter.name]).__name__, trial.values[parameter.name])
            for trial in search.study.trials
            if parameter.name in trial.values
        }
        when = ", ".join(f"{name} is {' or '.join(map(str, some))}" for name, some in parameter.when.items())
        rows.append(
            [
                Cell(parameter.name),
                Cell(range_words(parameter)),
                Cell(counted(len(values), "value"), "dim"),
                Cell(when, "dim"),
            ]
        )
    return drop_empty(Table(columns, rows))
