"""The pictures of a sweep: history, front, a slice per parameter, and the contour of the two that matter most."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from branchlab.report.plot import Dot, Plot, Scale, choice_share, draw_plot, scale_of, share_on
from branchlab.report.sweep_trials import leaders
from branchlab.report.sweep_values import title_of, values_words
from branchlab.report.values import show_scalar
from branchlab.sweep.analysis.history import history, objective_of
from branchlab.sweep.analysis.ranking import score, value_of
from branchlab.sweep.analysis.slices import contour, slices
from branchlab.text import format_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.reading.sweep import Search
    from branchlab.sweep.analysis.importance import Importance
    from branchlab.sweep.analysis.slices import SlicePoint
    from branchlab.sweep.plan import Parameter
    from branchlab.sweep.trial import Trial

WIDE, SMALL = (860, 300), (420, 240)
_ROBUST = 0.05  # share of the worst values that may lie beyond the plot
_FEWEST = 4  # points that a plot is drawn for


def history_plot(search: Search, metric: str) -> str:
    """Returns the value of each trial and the best until then; empty when there is nothing to draw."""
    moments = history(search.study, search.objectives, metric, search.value)
    known = [moment for moment in moments if moment.value is not None and math.isfinite(moment.value)]
    if len(known) < _FEWEST:
        return ""
    y = _robust(title_of(metric, search), [moment.value or 0.0 for moment in known], metric, search)
    last = max(moment.trial.number for moment in moments)
    x = Scale("trial", 0, max(last, 1))
    dots, line = [], []
    top: float | None = None
    for moment in moments:
        across = share_on(x, moment.trial.number)
        if moment.value is not None and math.isfinite(moment.value):
            kind = "best" if moment.improved else "dot" if moment.trial.status == "finished" else "faint"
            dots.append(Dot(across, share_on(y, moment.value), kind, _told(moment.trial, metric, search)))
        if moment.best is not None:
            # A corner: the best stays what it was until the trial that beats it.
            if top is not None and moment.best != top:
                line.append((across, _clipped(share_on(y, top))))
            line.append((across, _clipped(share_on(y, moment.best))))
            top = moment.best
    return draw_plot(Plot(x, y, dots, line, size=WIDE, title=f"{title_of(metric, search)}, and the best until then"))


def front_plot(search: Search) -> str:
    """Returns the first two objectives against each other; empty when there is one."""
    if len(search.objectives.optimize) <= 1:
        return ""
    across, up = (objective.metric for objective in search.objectives.optimize[:2])
    known = [one.trial for one in score(search.study, search.objectives, search.value)]
    if len(known) < _FEWEST:
        return ""
    pairs = [(trial, _number(trial, across, search), _number(trial, up, search)) for trial in known]
    x = scale_of(title_of(across, search), [first for _, first, _ in pairs])
    y = scale_of(title_of(up, search), [second for _, _, second in pairs])
    top = leaders(search)
    dots = [
        Dot(share_on(x, first), share_on(y, second), "best" if trial in top else "dot", _told(trial, across, search))
        for trial, first, second in pairs
    ]
    title = f"{up} by {across}; the front stands out"
    return draw_plot(Plot(x, y, dots, size=WIDE, title=title))


def slice_plots(search: Search, metric: str) -> list[str]:
    """Returns a metric by each parameter."""
    pictures = []
    top = leaders(search)
    for one in slices(search.study, metric, search.space, search.value):
        y = _robust(title_of(metric, search), [point.metric for point in one.points], metric, search)
        axis = _axis(one.parameter)
        dots = [
            Dot(
                _across(axis, point),
                share_on(y, point.metric),
                "best" if point.trial in top else "dot" if point.trial.status == "finished" else "faint",
                _told(point.trial, metric, search),
            )
            for point in one.points
        ]
        if len(dots) >= _FEWEST:
            pictures.append(draw_plot(Plot(axis, y, dots, size=SMALL, title=f"{metric} by {one.parameter.name}")))
    return pictures


def contour_plot(search: Search, found: Importance) -> str:
    """Returns the metric over the two numbers that matter most for it; empty when there are no two."""
    parameters = {one.name: one for one in search.space if one.kind != "choice" and one.low < one.high}
    names = [weight.parameter for weight in found.weights if weight.parameter in parameters][:2]
    if len(names) < 2:  # noqa: PLR2004 - across and up
        return ""
    across, up = (parameters[name] for name in names)
    # Cells of about 16 by 10 units of WIDE; each is an element of the file.
    surface = contour(search.study, across, up, found.metric, columns=48, rows=24, value=search.value)
    if len(surface.points) < _FEWEST:
        return ""
    y = _robust(found.metric, [point.metric for point in surface.points], found.metric, search)
    goal = objective_of(search.objectives, found.metric).goal
    cells = [[_quality(cell, y, goal) for cell in row] for row in surface.rows]
    top = leaders(search)
    dots = [
        Dot(point.x, point.y, "best" if point.trial in top else "mark", _told(point.trial, found.metric, search))
        for point in surface.points
    ]
    title = f"{found.metric} over {across.name} and {up.name}; yellow is better"
    return draw_plot(Plot(_axis(across), _axis(up), dots, cells=cells, size=WIDE, title=title))


def _quality(value: float | None, y: Scale, goal: str) -> float | None:
    if value is None:
        return None
    share = _clipped(share_on(y, value))
    return share if goal == "maximize" else 1 - share


def _axis(parameter: Parameter) -> Scale:
    if parameter.kind == "choice":
        return Scale(parameter.name, 0, 1, labels=tuple(map(show_scalar, parameter.choices)))
    return Scale(parameter.name, parameter.low, parameter.high, parameter.log)


def _across(axis: Scale, point: SlicePoint) -> float:
    if not axis.labels:
        return point.place
    return choice_share(axis, round(point.place * (len(axis.labels) - 1)))


def _robust(name: str, values: Sequence[float], metric: str, search: Search) -> Scale:
    """Returns an axis on which a few trials that went very wrong stand at the rim, so that the others can be seen."""
    ordered = sorted(values)
    beyond = int(len(ordered) * _ROBUST)
    if beyond and metric in {one.metric for one in search.objectives.optimize}:
        worst_first = objective_of(search.objectives, metric).goal == "maximize"
        kept = ordered[beyond:] if worst_first else ordered[:-beyond]
        # Only where the others gain three times the room; halves, as the span of two large floats can be infinite.
        if kept[-1] / 2 - kept[0] / 2 < (ordered[-1] / 2 - ordered[0] / 2) / 3:
            ordered = kept
    return scale_of(name, ordered)


def _clipped(share: float) -> float:
    return min(max(share, 0.0), 1.0)


def _number(trial: Trial, metric: str, search: Search) -> float:
    value = value_of(trial, metric, search.value)
    return 0.0 if value is None else float(value)


def _told(trial: Trial, metric: str, search: Search) -> str:
    value = value_of(trial, metric, search.value)
    reached = "" if value is None else f", {metric} {format_number(value)}"
    ended = "" if trial.status == "finished" else f", {trial.status}"
    return f"trial {trial.number}{ended}{reached}: {values_words(trial.values)}"
