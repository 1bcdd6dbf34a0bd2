"""Looks a value up in an experiment by the name a user writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from branchlab.experiment import Experiment, Scalar

FIELDS = ("name", "commit", "status", "started", "seconds", "author", "note", "run", "seed", "sweep", "trial")


def value_of(experiment: Experiment, key: str) -> Scalar:
    """Returns what `key` stands for, or None.

    `params.lr`, `metrics.accuracy` and `best.accuracy` say the table; a bare `accuracy` is looked for among the
    metrics, the parameters and the fields of the experiment, in this order.
    """
    table, _, rest = key.partition(".")
    named = {"params": experiment.params, "metrics": experiment.metrics, "best": experiment.best}.get(table, {})
    for values, name in ((named, rest), (experiment.metrics, key), (experiment.params, key)):
        if name in values:
            return values[name]
    value: Scalar = getattr(experiment, key) if key in FIELDS else None
    return value


def values_of(experiments: Iterable[Experiment], key: str) -> list[Scalar]:
    """Returns `value_of` of each experiment; several times as fast."""
    table, _, rest = key.partition(".")
    if rest and table in ("params", "metrics", "best"):
        return [values[rest] if rest in (values := getattr(one, table)) else value_of(one, key) for one in experiments]
    return [one.metrics[key] if key in one.metrics else value_of(one, key) for one in experiments]


def column_value(experiment: Experiment, key: str) -> Scalar:
    """Returns what a column holds: `name` is the field, also where a parameter is called `name`."""
    value: Scalar = getattr(experiment, key) if key in FIELDS else value_of(experiment, key)
    return value


def as_number(value: Scalar) -> float | None:
    """Returns a number as a float, None for text, truth values and what is missing."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")
