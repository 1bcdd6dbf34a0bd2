"""A confusion matrix from the rows of its plot data."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from branchlab.errors import DamagedError
from branchlab_tui.drawing.heat import Matrix
from branchlab_tui.screens.plots.kind import ACTUAL, COUNT, PREDICTED, named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab_tui.screens.plots.table import PlotTable

MOST_LABELS = 128  # the matrix grows with the square: these are 16,384 cells
_LONGEST_WHOLE = 15  # digits
_REMEDY = "e opens the file"


def read_matrix(table: PlotTable) -> Matrix:
    """Returns the counts of a table that `kind_of` calls a matrix; labels stay in the order of the file.

    Without a column of counts each row is one prediction, as DVC keeps them.

    Raises:
        DamagedError: when a count is no number, or there are more labels than fit any screen.
    """
    actual, predicted = named(table, ACTUAL), named(table, PREDICTED)
    if not actual or not predicted:
        return _square(table)
    rows, columns = table.cells(actual), table.cells(predicted)
    name = named(table, COUNT)
    counts = table.numbers(name) if name else [1.0] * len(rows)
    if counts is None:
        raise DamagedError("has counts that are no numbers", f"log the matrix again; {_REMEDY}")
    labels = _ordered(rows, columns)
    places = {label: place for place, label in enumerate(labels)}
    sums = [[0.0] * len(labels) for _ in labels]
    for row, column, count in zip(rows, columns, counts, strict=True):
        # An infinite count would leave no difference between all others.
        sums[places[row]][places[column]] += count if math.isfinite(count) else 0.0
    return Matrix(labels, tuple(map(tuple, sums)))


def _ordered(rows: Sequence[str], columns: Sequence[str]) -> tuple[str, ...]:
    """Returns every label once: whole numbers by size, all else as it comes."""
    labels = tuple(dict.fromkeys([*rows, *columns]))
    _check_count(len(labels))
    return tuple(sorted(labels, key=int)) if all(_is_whole(label) for label in labels) else labels


def _is_whole(label: str) -> bool:
    # `isdigit` holds for "²" as well, and `int` refuses both that and more than 4,300 digits.
    return label.isascii() and label.removeprefix("-").isdigit() and len(label) <= _LONGEST_WHOLE


def _square(table: PlotTable) -> Matrix:
    columns = [table.numbers(name) or [0.0] * table.rows for name in table.names[1:]]
    _check_count(len(columns))
    finite = [[count if math.isfinite(count) else 0.0 for count in column] for column in columns]
    return Matrix(table.names[1:], tuple(zip(*finite, strict=True)))


def _check_count(labels: int) -> None:
    if labels > MOST_LABELS:
        raise DamagedError(f"has {labels} labels; {MOST_LABELS} can be shown", _REMEDY)
