"""Small plot data: CSV files with a header in the run folder, computed with the standard library.

Importing scikit-learn takes seconds, and a script that trains with something else may not have it.
"""

from __future__ import annotations

import csv
import os
import re
from typing import TYPE_CHECKING, Any

from branchlab.tracking.values import as_list, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

PLOTS_FOLDER = "plots"
LONGEST_PLOT = 10_000
LONGEST_CURVE = 1_000
_DENSE_LABELS = 64  # squared it stays below LONGEST_PLOT, so that no pair is thinned away


def write_plot(folder: str, name: str, columns: Mapping[str, Iterable[Any]]) -> str:
    """Writes plot data and returns its path relative to the run folder; a plot of the same name is replaced.

    Past `LONGEST_PLOT` rows, evenly spaced ones are kept: git holds this file.

    Raises:
        OSError: when it cannot be written.
        ValueError: when there are no columns or they differ in length.
    """
    data = {str(key): as_list(values) for key, values in columns.items()}
    lengths = sorted({len(values) for values in data.values()})
    if len(lengths) != 1:
        raise ValueError(f"the columns of {name} have {lengths} rows" if lengths else f"{name} has no columns")
    rows = thin(list(zip(*data.values(), strict=True)), LONGEST_PLOT)
    path = os.path.join(PLOTS_FOLDER, f"{_file_name(name)}.csv")
    os.makedirs(os.path.join(folder, PLOTS_FOLDER), exist_ok=True)
    temporary = os.path.join(folder, f"{path}.{os.getpid()}.tmp")
    try:
        # A label may hold bytes of a path that are no text; and csv itself would write CRLF, which git may convert.
        with open(temporary, "w", encoding="utf-8", errors="backslashreplace", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(data)
            writer.writerows(rows)
        os.replace(temporary, os.path.join(folder, path))
    except BaseException:
        if os.path.exists(temporary):
            os.unlink(temporary)
        raise
    return path


def confusion_matrix(y_true: Any, y_pred: Any, labels: Sequence[Any] | None = None) -> dict[str, list[Any]]:
    """Counts how often each label was taken for each.

    Returns the columns `actual`, `predicted`, `count`, one row per pair of labels; past 64 labels only the pairs
    that occur. `labels` sets the order and leaves all other labels out.

    Raises:
        ValueError: when the two differ in length.
    """
    counts: dict[tuple[Any, Any], int] = {}
    for pair in rows_of(y_true=y_true, y_pred=y_pred):
        counts[pair] = counts.get(pair, 0) + 1
    known = as_list(labels) if labels is not None else _sorted({label for pair in counts for label in pair})
    pairs = [(a, b) for a in known for b in known if len(known) <= _DENSE_LABELS or (a, b) in counts]
    return {
        "actual": [a for a, _ in pairs],
        "predicted": [b for _, b in pairs],
        "count": [counts.get(pair, 0) for pair in pairs],
    }


def roc_curve(y_true: Any, scores: Any, positive: Any = None) -> dict[str, list[Any]]:
    """Returns the columns `fpr`, `tpr`, `threshold` of the receiver operating characteristic.

    One point per distinct score, from (0, 0) at an infinite threshold to (1, 1); past 1,000 points thinned evenly.

    Raises:
        ValueError: when the labels are not two, both present, or a score is NaN.
    """
    points = list(_thresholds(y_true, scores, positive))
    _, positives, negatives = points[-1]
    curve = [(0.0, 0.0, float("inf"))]
    curve += [(false / negatives, true / positives, score) for score, true, false in points]
    return _columns(("fpr", "tpr", "threshold"), thin(curve, LONGEST_CURVE))


def pr_curve(y_true: Any, scores: Any, positive: Any = None) -> dict[str, list[Any]]:
    """Returns the columns `recall`, `precision`, `threshold`.

    One point per distinct score, by rising recall, after the conventional (0, 1) at an infinite threshold; past
    1,000 points thinned evenly.

    Raises:
        ValueError: when the labels are not two, both present, or a score is NaN.
    """
    points = list(_thresholds(y_true, scores, positive))
    positives = points[-1][1]
    curve = [(0.0, 1.0, float("inf"))]
    curve += [(true / positives, true / (true + false), score) for score, true, false in points]
    return _columns(("recall", "precision", "threshold"), thin(curve, LONGEST_CURVE))


def thin(rows: list[tuple[Any, ...]], most: int) -> list[tuple[Any, ...]]:
    """Returns at most `most` rows (2 or more), evenly spaced, with the first and the last."""
    if len(rows) <= most:
        return rows
    return [rows[round(index * (len(rows) - 1) / (most - 1))] for index in range(most)]


def _thresholds(y_true: Any, scores: Any, positive: Any) -> Iterator[tuple[float, int, int]]:
    """Yields each distinct score from the highest, with the true and false positives at or above it."""
    rows = [(float(score), label) for score, label in rows_of(scores=scores, y_true=y_true)]
    if any(score != score for score, _ in rows):  # noqa: PLR0124 - NaN is not itself
        raise ValueError("a score is NaN")
    chosen = _positive([label for _, label in rows], positive)
    pairs = sorted(((score, label == chosen) for score, label in rows), reverse=True)
    true = false = 0
    for index, (score, hit) in enumerate(pairs):
        true, false = true + hit, false + (not hit)
        if index + 1 == len(pairs) or pairs[index + 1][0] != score:
            yield score, true, false


def _positive(truth: list[Any], positive: Any) -> Any:
    labels = set(truth)
    if positive is None:
        if len(labels) != 2:  # noqa: PLR2004 - a curve is between two classes
            raise ValueError(f"a curve needs two labels, not {len(labels)}; name one as positive")
        return _sorted(labels)[1]
    if positive not in labels or len(labels) == 1:
        raise ValueError(f"a curve needs rows with and without the label {positive!r}")
    return positive


def _columns(names: tuple[str, ...], rows: list[tuple[Any, ...]]) -> dict[str, list[Any]]:
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))


def _sorted(labels: set[Any]) -> list[Any]:
    try:
        return sorted(labels)
    except TypeError:  # labels of several types
        return sorted(labels, key=lambda label: (type(label).__name__, repr(label)))


def _file_name(name: str) -> str:
    # Neither hidden nor read as an option, and short enough for every file system.
    return re.sub(r"[^A-Za-z0-9._-]", "_", name).lstrip(".-")[:100] or "plot"
