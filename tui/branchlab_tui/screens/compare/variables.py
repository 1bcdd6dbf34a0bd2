"""What differs between the compared experiments and can be drawn: parameters and metrics as columns of values. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.compare.pareto import pareto_front
from branchlab.report.values import is_of_split, metric_title
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple
from branchlab_tui.drawing.brush import Axis
from branchlab_tui.drawing.parallel import MOST_AXES
from branchlab_tui.drawing.scatter import Point

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.compare.comparison import Comparison
    from branchlab.experiment import Number, Scalar
    from branchlab.project import Goal, Settings

_MOST_METRICS = 3  # axes of metrics that stand before parameters are left out
_NAN = float("nan")


class Variable(NamedTuple):
    """A parameter or a metric, with its value in each experiment.

    Attributes:
        key: as a query names it: `params.lr`, `metrics.accuracy`.
        title: as people read it, with the direction in which a metric is better.
        values: None where it is missing.
        goal: of a metric, when somebody said.
        apart: places whose value was measured on other data than most.
    """

    key: str
    title: str
    values: tuple[Scalar, ...]
    goal: Goal | None = None
    apart: frozenset[int] = frozenset()

    @property
    def is_number(self) -> bool:
        """Whether all known values are numbers."""
        known = [value for value in self.values if value is not None]
        return bool(known) and all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in known)


def variables_of(comparison: Comparison) -> tuple[Variable, ...]:
    """Returns what differs and a query can name, parameters first; slices are known to the records only."""
    return tuple(
        Variable(
            f"{row.kind}.{row.name}",
            safe_text(metric_title(row.name, row.goal, row.unit) if row.kind == "metrics" else row.name),
            row.values,
            row.goal,
            row.apart,
        )
        for row in comparison.rows
        if row.differs and row.kind in ("params", "metrics") and not row.name.startswith("slices.")
    )


def parallel_variables(variables: Sequence[Variable], settings: Settings) -> list[Variable]:
    """Returns at most eight axes: parameters that differ, then metrics, those the team declared first.

    Metrics without a place beside the parameters are left out, but never the first three of them.
    """
    params = [one for one in variables if one.key.startswith("params.")]
    metrics = _important(variables, settings)
    kept = params[: MOST_AXES - min(len(metrics), _MOST_METRICS)]
    return [*kept, *metrics[: MOST_AXES - len(kept)]]


def _important(variables: Sequence[Variable], settings: Settings) -> list[Variable]:
    """Returns the metrics that are worth an axis: declared ones, else those that are no split of another."""
    metrics = [one for one in variables if one.key.startswith("metrics.") and one.is_number]
    names = {one.key.removeprefix("metrics.") for one in metrics}
    declared = [one for one in metrics if one.key.removeprefix("metrics.") in settings.metrics]
    others = [one for one in metrics if one not in declared]
    return declared + [one for one in others if not is_of_split(one.key.removeprefix("metrics."), names)]


def axes_of(variables: Sequence[Variable]) -> list[Axis]:
    """Returns axes for parallel coordinates; truth values are words."""
    return [Axis(one.title, [_axis_value(value) for value in one.values]) for one in variables]


def _axis_value(value: Scalar) -> float | str | None:
    if isinstance(value, bool):
        return str(value).lower()
    return safe_text(value) if isinstance(value, str) else value


def usual_axes(variables: Sequence[Variable], settings: Settings) -> tuple[str, str]:
    """Returns the keys of what a scatter shows at first: two optimised metrics, else a parameter against a metric."""
    numbers = [one for one in variables if one.is_number]
    optimised = [one.key for one in numbers if _is_optimised(one, settings)]
    metrics = optimised or [one.key for one in _important(numbers, settings)]
    params = [one.key for one in numbers if one.key.startswith("params.")]
    if len(optimised) > 1:
        return optimised[1], optimised[0]
    x = next(iter([*params, *metrics[1:]]), "")
    return x, next((key for key in [*metrics, *params] if key != x), "")


def _is_optimised(one: Variable, settings: Settings) -> bool:
    table, _, name = one.key.partition(".")
    return table == "metrics" and name in settings.metrics and settings.metrics[name].strategy == "optimize"


def points_of(names: Sequence[str], x: Variable, y: Variable, front: frozenset[int], reference: int) -> list[Point]:
    """Returns a point for each experiment.

    Args:
        names: of the experiments.
        x: from left to right.
        y: from bottom to top.
        front: places that no other beats in all optimised metrics, for columns that cannot be judged by themselves.
        reference: place of what the others are compared with.
    """
    if x.goal and y.goal:
        # Of these two metrics alone: the front of all metrics would look wrong in two dimensions.
        front = frozenset(pareto_front(_judged(x, y), [x.goal, y.goal]))
    return [
        Point(name, _number(x.values[place]), _number(y.values[place]), place in front, place == reference)
        for place, name in enumerate(names)
    ]


def _judged(x: Variable, y: Variable) -> list[tuple[Number | None, Number | None]]:
    """Returns the pairs of values; None for those that cannot be compared with the others."""
    apart = x.apart | y.apart
    pairs = enumerate(zip(x.values, y.values, strict=True))
    return [(None, None) if place in apart else (_known(one), _known(other)) for place, (one, other) in pairs]


def _known(value: Scalar) -> Number | None:
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _number(value: Scalar) -> float:
    known = _known(value)
    if known is None:
        return _NAN
    try:
        return float(known)
    # A whole number of a record may have hundreds of digits.
    except OverflowError:
        return _NAN
