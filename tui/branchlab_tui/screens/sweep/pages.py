"""What stands in words about a sweep: how far it is, and what its trials came to. Pure."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from branchlab.report.page import Facts, Line
from branchlab.report.sweep_status import (
    Standing,
    limit_words,
    method_words,
    state_words,
    time_words,
    trials_words,
    warnings,
)
from branchlab.report.sweep_trials import leaders, no_trial_words
from branchlab.report.sweep_values import called, title_of, values_words
from branchlab.report.values import show_scalar
from branchlab.report.width import shorten
from branchlab.sweep.analysis.progress import progress
from branchlab.sweep.analysis.ranking import knee, value_of
from branchlab.text import safe_text
from branchlab_tui.widgets.page.content import Heading
from branchlab_tui.widgets.status_line.layout import Fact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from branchlab_tui.screens.sweep.dots import Look
    from branchlab_tui.screens.sweep.reading import Looked
    from branchlab_tui.widgets.page.content import Part

_LONGEST_REASON = 48
_MARKS = {"running": ("◐", "live"), "pruned": ("◌", "dim"), "stopped": ("◌", "dim"), "failed": ("✗", "dim")}


def progress_page(looked: Looked, now: float) -> list[Part]:
    """Returns how far a sweep is: the best, what ran, what is left of the budget, and what to look at."""
    search = looked.search
    if search is None or not search.study.trials:
        return [Heading("progress"), Line(no_trial_words(search) if search else "nothing is known", "dim")]
    far = Standing(search, progress(search.study, search.plan, search.objectives, now=now, points=looked.points))
    facts = [("state", state_words(far)), *_best(looked), ("trials", trials_words(far.progress))]
    facts += [("budget" if not place else "", limit_words(limit)) for place, limit in enumerate(far.progress.limits)]
    facts += [("time", time_words(far.progress))]
    method = method_words(search).partition(";")[0]  # without the name of the file
    facts += [("method", method)] if method else []
    return [Heading("progress"), Facts(facts), *warnings(search)]


def _best(looked: Looked) -> list[tuple[str, str]]:
    search = looked.search
    top = leaders(search) if search else []
    if search is None or not top:
        return []
    if len(search.objectives.optimize) > 1:
        middle = knee(search.study, search.objectives, search.value)
        knees = [("knee", f"#{middle.number}: {values_words(middle.values)}")] if middle else []
        return [("front", f"{len(top)} trials that no other beats"), *knees]
    metric = search.objectives.optimize[0].metric
    reached = show_scalar(value_of(top[0], metric, search.value))
    return [("best", f"{metric} {reached}, #{top[0].number}"), ("with", values_words(top[0].values))]


def trial_facts(name: str, look: Look) -> tuple[Fact, list[Fact]]:
    """Returns what is said of the trial that is read: its number and end, then metrics, values and the reason."""
    trial = look.trials.get(name)
    if trial is None:
        return Fact("no trial is read", "dim"), []
    mark = look.marked[name].mark
    ended = f"{trial.status}{', reused' if trial.reused else ''}"
    return Fact(f"{mark} {name} {ended}", "bold"), list(_told(name, look))


def _told(name: str, look: Look) -> Iterator[Fact]:
    trial = look.trials[name]
    judged = [one.metric for one in look.search.objectives.optimize]
    bound = [one.metric for one in look.search.objectives.constraints]
    # Each once, the one that is looked at first.
    for metric in dict.fromkeys([look.metric, *judged, *bound]):
        value = value_of(trial, metric, look.search.value)
        if value is not None:
            shown = show_scalar(value) if math.isfinite(value) else str(value)
            style = "bold" if metric == look.metric else ""
            yield Fact(f"{safe_text(title_of(metric, look.search))} {shown}", style, 3)
    for place, (key, setting) in enumerate(trial.values.items()):
        # The last parameters go first where there is little room; those of before say more.
        yield Fact(f"{safe_text(key)} {safe_text(show_scalar(setting))}", "", 4 + place)
    if trial.reason:
        yield Fact(shorten(safe_text(trial.reason), _LONGEST_REASON, "start"), "warn", 6)


def sweep_facts(looked: Looked, look: Look) -> tuple[Fact, list[Fact]]:
    """Returns what stands over the panes: the sweep, how many trials, the best."""
    search = look.search
    total = search.plan.budget.trials if search.plan else None
    many = f"{len(look.trials)} of {total} trials" if total else f"{len(look.trials)} trials"
    facts = [Fact(safe_text(note), "problem", 5) for note in search.notes]
    facts += [Fact(many, "", 1)]
    for status, (mark, style) in _MARKS.items():
        count = sum(trial.status == status for trial in look.trials.values())
        if count:
            facts.append(Fact(f"{mark} {count} {status}", style, 3))
    if look.best:
        facts.append(_leading(look))
    return Fact(called(looked.name), "bold"), facts


def _leading(look: Look) -> Fact:
    if len(look.search.objectives.optimize) > 1:
        return Fact(f"◆ {len(look.best)} on the front", "", 1, "best_trial")
    trial = look.trials[look.best[0]]
    metric = look.search.objectives.optimize[0].metric
    value = show_scalar(value_of(trial, metric, look.search.value))
    return Fact(f"★ {safe_text(metric)} {value} {look.best[0]}", "", 1, "best_trial")
