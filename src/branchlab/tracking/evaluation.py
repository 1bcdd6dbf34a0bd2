"""Metrics per slice and per fold, from whole arrays."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from branchlab.tracking.values import as_list, as_text, number, rows_of
from branchlab.tracking.warning import warn_once

Metric = Callable[[Any, Any], Any]
MOST_SLICES = 100
# What `cross_validate` returns beside scores, some of it only on request.
_BOOKKEEPING = ("fit_time", "score_time", "estimator", "indices")


class Folds(NamedTuple):
    """Scores by fold, and their mean and standard deviation by metric."""

    folds: list[dict[str, float]]
    summary: dict[str, float]


def slice_metrics(
    values: Any, y_true: Any, y_pred: Any, metrics: Mapping[str, Metric] | Iterable[str] | None = None
) -> dict[str, dict[str, Any]]:
    """Returns metrics and `rows` by the value that the rows of a slice share, largest slice first.

    `values`, `y_true` and `y_pred` have one entry per row. `metrics` maps names to functions of (y_true, y_pred), or
    lists names from `sklearn.metrics` (`accuracy`, `f1`, `mean_absolute_error`); left out, it is the accuracy.
    Only the 100 largest slices are kept.

    Raises:
        ValueError: when the lengths differ, or scikit-learn has no such metric.
    """
    groups: dict[str, tuple[list[Any], list[Any]]] = {}
    for value, truth, guess in rows_of(values=values, y_true=y_true, y_pred=y_pred):
        left, right = groups.setdefault(as_text(value), ([], []))
        left.append(truth)
        right.append(guess)
    if len(groups) > MOST_SLICES:
        warn_once("slices", f"{len(groups)} slices; the {MOST_SLICES} largest are logged")
    functions = _functions(metrics)
    largest = sorted(groups.items(), key=lambda item: -len(item[1][0]))[:MOST_SLICES]
    return {
        value: {**{name: function(*pair) for name, function in functions.items()}, "rows": len(pair[0])}
        for value, pair in largest
    }


def fold_metrics(scores: Any, name: str = "score") -> Folds:
    """Reads what scikit-learn's `cross_validate` or `cross_val_score` returned.

    The prefix `test_` falls away, times and estimators are left out. The summary has the mean of each metric and
    its sample standard deviation as `<metric>_std` (none for a single fold).

    Raises:
        ValueError: when metrics have different numbers of folds.
    """
    table = scores if isinstance(scores, Mapping) else {name: scores}
    columns = {
        str(key).removeprefix("test_"): [_number(value) for value in as_list(values)]
        for key, values in table.items()
        if key not in _BOOKKEEPING
    }
    folds = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    summary: dict[str, float] = {}
    for metric, values in columns.items():
        if not values:
            continue
        summary[metric] = mean = math.fsum(values) / len(values)
        if len(values) > 1:
            spread = math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1)
            summary[f"{metric}_std"] = math.sqrt(spread)
    return Folds(folds, summary)


def _functions(metrics: Mapping[str, Metric] | Iterable[str] | None) -> dict[str, Metric]:
    if metrics is None:
        return {"accuracy": _accuracy}
    if isinstance(metrics, Mapping):
        return dict(metrics)
    import sklearn.metrics as known

    functions = {}
    for name in metrics:
        function = getattr(known, f"{name}_score", None) or getattr(known, name, None)
        if function is None:
            raise ValueError(f"scikit-learn has no metric {name}")
        functions[name] = function
    return functions


def _accuracy(y_true: list[Any], y_pred: list[Any]) -> float:
    return sum(map(_same, y_true, y_pred)) / len(y_true)


def _same(truth: Any, guess: Any) -> bool:
    return bool(truth == guess)


def _number(value: Any) -> float:
    plain = number(value)
    # It keeps its place: columns of different lengths are refused.
    return float("nan") if plain is None else float(plain)
