"""A metric by one parameter, and by two: what plots show."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from branchlab.sweep.analysis.axes import place, space_of
from branchlab.sweep.analysis.ranking import value_of
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.experiment import Scalar
    from branchlab.sweep.analysis.ranking import Value
    from branchlab.sweep.plan import Parameter, Space
    from branchlab.sweep.trial import Study, Trial

# those that were ended early say where it is bad, and a plot without them looks too good
_SHOWN = ("finished", "pruned", "stopped")
_NEAR = 1e-6  # squared distance below which a cell is the trial


class SlicePoint(NamedTuple):
    """A trial in a slice: the value of the parameter, where it lies from 0 to 1, and the metric."""

    trial: Trial
    value: Scalar
    place: float
    metric: float


class Slice(NamedTuple):
    """A metric by one parameter; `points` are in the order of the study."""

    parameter: Parameter
    metric: str
    points: tuple[SlicePoint, ...]


class ContourPoint(NamedTuple):
    """A trial in a contour: where it lies on both axes, from 0 to 1, and the metric."""

    trial: Trial
    x: float
    y: float
    metric: float


class Contour(NamedTuple):
    """A metric by two parameters.

    Attributes:
        x: the parameter along the rows.
        y: the parameter up the columns.
        metric: which.
        points: the finished trials that have both parameters.
        rows: the surface between them, `rows[0]` at the top (the highest y), each from the lowest x to the highest;
            None in a corner that no trial is near.
    """

    x: Parameter
    y: Parameter
    metric: str
    points: tuple[ContourPoint, ...]
    rows: tuple[tuple[float | None, ...], ...]


def slices(study: Study, metric: str, space: Space = (), value: Value = "last") -> list[Slice]:
    """Returns a slice for each parameter that has more than one value, in the order of the space.

    Finished, pruned and stopped trials are in it; `trial.status` tells which.
    """
    found = [slice_of(study, parameter, metric, value) for parameter in space_of(study, space)]
    return [one for one in found if len({point.place for point in one.points}) > 1]


def slice_of(study: Study, parameter: Parameter, metric: str, value: Value = "last") -> Slice:
    """Returns one slice; trials without the metric, or for which the parameter was not active, are not in it."""
    points = []
    for trial, reached in _measured(study, metric, value):
        if parameter.name in trial.values:
            there = place(parameter, trial.values[parameter.name])
            if there is not None:
                points.append(SlicePoint(trial, trial.values[parameter.name], there, reached))
    return Slice(parameter, metric, tuple(points))


def contour(
    study: Study, x: Parameter, y: Parameter, metric: str, *, columns: int = 24, rows: int = 12, value: Value = "last"
) -> Contour:
    """Returns the finished trials over two parameters, and a surface between them on a grid.

    A cell is the mean of the trials weighted by the inverse square of their distance (Shepard 1968, A two-dimensional
    interpolation function for irregularly-spaced data), so it never lies outside of what was measured. A cell farther
    from every trial than a quarter of the plot is empty: nothing is known there.
    """
    points = []
    for trial, reached in _measured(study, metric, value):
        if trial.status == "finished" and {x.name, y.name} <= trial.values.keys():
            across, up = place(x, trial.values[x.name]), place(y, trial.values[y.name])
            if across is not None and up is not None:
                points.append(ContourPoint(trial, across, up, reached))
    grid = tuple(
        tuple(_surface(points, (column + 0.5) / columns, 1 - (row + 0.5) / rows) for column in range(columns))
        for row in range(rows if points else 0)
    )
    return Contour(x, y, metric, tuple(points), grid)


def _measured(study: Study, metric: str, value: Value) -> list[tuple[Trial, float]]:
    found = []
    for trial in study.trials:
        reached = value_of(trial, metric, value) if trial.status in _SHOWN else None
        if reached is not None and math.isfinite(reached):
            found.append((trial, float(reached)))
    return found


def _surface(points: Sequence[ContourPoint], x: float, y: float) -> float | None:
    weights = total = 0.0
    nearest = math.inf
    for point in points:
        distance = (point.x - x) ** 2 + (point.y - y) ** 2
        nearest = min(nearest, distance)
        weight = 1 / (distance + _NEAR)
        weights += weight
        total += weight * point.metric
    # distances are squared
    return total / weights if nearest <= 0.25**2 else None
