"""Orders experiments by any column: missing values and NaN come last in both directions."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from branchlab.catalog.values import as_number, column_value
from branchlab.project import goal_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from branchlab.experiment import Experiment, Scalar
    from branchlab.project import Settings


def sort_experiments(
    experiments: Iterable[Experiment], key: str = "started", *, settings: Settings | None = None, reverse: bool = False
) -> list[Experiment]:
    """Returns the experiments ordered by a column: a field, else a metric or parameter; ties keep their order.

    The natural order is best first for a metric with a goal, newest first for `started`, else ascending with numbers
    before text. `reverse` turns it round, and still leaves missing values and NaN at the end.
    """
    known: list[tuple[tuple[int, float, str], Experiment]] = []
    unknown: list[Experiment] = []
    for experiment in experiments:
        rank = _rank(column_value(experiment, key))
        if rank is None:
            unknown.append(experiment)
        else:
            known.append((rank, experiment))
    known.sort(key=lambda pair: pair[0], reverse=falls(key, settings) is not reverse)
    return [experiment for _, experiment in known] + unknown


def falls(key: str, settings: Settings | None) -> bool:
    """Says whether the natural order of a column is descending."""
    if key == "started":
        return True
    name = key.removeprefix("metrics.").removeprefix("best.")
    return not key.startswith("params.") and settings is not None and goal_of(settings, name) == "maximize"


def _rank(value: Scalar) -> tuple[int, float, str] | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return (0, float(value), "")
    number = as_number(value)
    if number is None:
        return (1, 0.0, str(value))
    # NaN is neither less nor more than anything: one of them leaves a sorted list in any order.
    return None if math.isnan(number) else (0, number, "")
