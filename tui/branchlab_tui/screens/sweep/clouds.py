"""What the plots of a sweep show: history, one parameter each, two parameters, all at once. Pure."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from branchlab.report.sweep_values import title_of
from branchlab.report.values import show_scalar
from branchlab.sweep.analysis.axes import place
from branchlab.sweep.analysis.history import history
from branchlab.sweep.analysis.slices import slices
from branchlab.text import safe_text
from branchlab_tui.drawing.cloud import Cloud
from branchlab_tui.drawing.dimension import Dimension
from branchlab_tui.drawing.parallel import MOST_AXES
from branchlab_tui.drawing.shades import Shades
from branchlab_tui.screens.compare.variables import Variable
from branchlab_tui.screens.sweep.dots import dot_of, goal_of, key_of, number, reach

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.experiment import Scalar
    from branchlab.sweep.analysis.slices import Contour
    from branchlab.sweep.plan import Parameter
    from branchlab.sweep.trial import Trial
    from branchlab_tui.screens.sweep.dots import Look

_MOST_METRICS = 3  # axes of metrics that stand before parameters are left out
_SPREAD = 0.55  # of the room of a word over which its dots are spread
_GOLDEN = 0.618033988749895  # its multiples spread evenly, however many there are


def history_cloud(look: Look) -> Cloud:
    """Returns the metric by the number of the trial, with the best so far."""
    last = max((trial.number for trial in look.trials.values()), default=0)
    x = Dimension("trial", 0, max(last, 1), kind="whole")
    dots = [dot_of(name, look, float(trial.number)) for name, trial in look.trials.items()]
    stairs = _stairs(look)
    return Cloud(
        f"{look.title} by trial",
        x,
        look.axis.dimension,
        dots,
        stairs,
        facts=_facts(look),
        warnings=_warnings(look, look.axis.beyond),
        key=key_of(look, stairs=bool(stairs)),
        nothing=f"no trial has {safe_text(look.metric)} yet",
    )


def _stairs(look: Look) -> list[tuple[float, float]]:
    # Of a metric that is only watched or bounded there is no best.
    if all(one.metric != look.metric for one in look.search.objectives.optimize):
        return []
    moments = history(look.search.study, look.search.objectives, look.metric, look.search.value)
    return [(float(one.trial.number), float(one.best)) for one in moments if one.improved and one.best is not None]


def searched(look: Look) -> list[Parameter]:
    """Returns the parameters of which trials with the metric have more than one value, in the order of the space."""
    return [one.parameter for one in slices(look.search.study, look.metric, look.search.space, look.search.value)]


def slice_clouds(look: Look, parameters: Sequence[Parameter]) -> list[Cloud]:
    """Returns the metric by each other one that is optimised, which shows the front, and by each parameter."""
    others = [one.metric for one in look.search.objectives.optimize if one.metric != look.metric]
    return [
        *(_trade_cloud(look, metric) for metric in others[:_MOST_METRICS]),
        *(_slice_cloud(look, parameter) for parameter in parameters),
    ]


def _trade_cloud(look: Look, metric: str) -> Cloud:
    """Returns what a trial has of one metric by what it has of another."""
    values = {name: number(look.search, trial, metric) for name, trial in look.trials.items()}
    x, beyond = reach(look.search, metric, list(values.values()))
    dots = [
        dot_of(name, look, value, f"{show_scalar(value)}: ") for name, value in values.items() if math.isfinite(value)
    ]
    warnings = _warnings(look, look.axis.beyond + beyond)
    return Cloud(x.title, x._replace(title=""), look.axis.dimension, dots, warnings=warnings)


def _slice_cloud(look: Look, parameter: Parameter) -> Cloud:
    x, name_of = dimension_of(parameter), parameter.name
    dots = []
    for name, trial in look.trials.items():
        value = trial.values.get(name_of)
        if name_of in trial.values and place(parameter, value) is not None:
            dots.append(dot_of(name, look, _x(parameter, trial), f"{show_scalar(value)}: "))
    facts = (("log",) if x.log else ()) + _facts(look)
    warnings = _warnings(look, look.axis.beyond)
    return Cloud(safe_text(name_of), x._replace(title=""), look.axis.dimension, dots, facts=facts, warnings=warnings)


def contour_cloud(look: Look, surface: Contour) -> Cloud:
    """Returns the metric over two parameters: the denser the surface, the better."""
    x, y = dimension_of(surface.x), dimension_of(surface.y)
    dots = []
    for name, trial in look.trials.items():
        if all(place(one, trial.values.get(one.name)) is not None for one in (surface.x, surface.y)):
            across, up = _x(surface.x, trial), _x(surface.y, trial)
            dots.append(dot_of(name, look, across)._replace(y=up))
    # The surface begins with the highest y, the shades of a plot with the lowest.
    shades = Shades(surface.rows[::-1], falling=look.goal == "minimize") if surface.rows else None
    title = f"{safe_text(surface.y.name)} over {safe_text(surface.x.name)}"
    nothing = "no trial has both parameters"
    return Cloud(title, x, y._replace(title=""), dots, shades=shades, facts=(look.title,), nothing=nothing)


def dimension_of(parameter: Parameter) -> Dimension:
    """Returns the axis of a parameter."""
    name = safe_text(parameter.name)
    if parameter.kind == "choice":
        return Dimension(name, words=tuple(show_scalar(one) for one in parameter.choices))
    kind = "whole" if parameter.kind == "int" else "number"
    return Dimension(name, parameter.low, parameter.high, parameter.log, kind=kind)  # type: ignore[arg-type]


def _x(parameter: Parameter, trial: Trial) -> float:
    """Returns where a trial stands on the axis of a parameter; around a word trials are spread, for they are many."""
    value = trial.values[parameter.name]
    if parameter.kind != "choice":
        return float(value) if isinstance(value, (int, float)) else math.nan
    at = place(parameter, value)
    # `place` runs from 0 to 1 over all choices, as it does for numbers.
    index = round((at or 0.0) * (len(parameter.choices) - 1)) if len(parameter.choices) > 1 else 0
    return index + ((trial.number * _GOLDEN) % 1 - 0.5) * _SPREAD


def _facts(look: Look) -> tuple[str, ...]:
    return ("log y",) if look.log else ()


def _warnings(look: Look, beyond: int) -> tuple[str, ...]:
    # NaN is not counted: a comparison with it is false.
    hidden = sum(one.value <= 0 for one in look.marked.values()) if look.log else 0
    return (
        *([f"{beyond} far {'above' if look.goal == 'minimize' else 'below'}"] if beyond else []),
        *([f"{hidden} at or below 0"] if hidden else []),
    )


def strand_variables(look: Look, parameters: Sequence[Parameter], names: Sequence[str]) -> list[Variable]:
    """Returns the axes of parallel coordinates, parameters before the metrics that are judged, eight at most."""
    metrics = [one.metric for one in look.search.objectives.optimize] or [look.metric]
    # As for a comparison: parameters give way, but never the first three metrics.
    kept = parameters[: MOST_AXES - min(len(metrics), _MOST_METRICS)]
    trials = [look.trials[name] for name in names]
    return [
        *(
            Variable(f"params.{one.name}", safe_text(one.name), tuple(trial.values.get(one.name) for trial in trials))
            for one in kept
        ),
        *(_metric(look, metric, trials) for metric in metrics[: MOST_AXES - len(kept)]),
    ]


def _metric(look: Look, metric: str, trials: Sequence[Trial]) -> Variable:
    values: list[Scalar] = []
    for trial in trials:
        value = number(look.search, trial, metric)
        values.append(value if math.isfinite(value) else None)
    title = safe_text(title_of(metric, look.search))
    return Variable(f"metrics.{metric}", title, tuple(values), goal_of(look.search, metric))
