"""Curves as columns of numbers, whether they come from a commit, a journal that grows, or a sampler."""

from __future__ import annotations

import math
from array import array
from typing import TYPE_CHECKING

from branchlab.catalog.values import as_number
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab.record.history import History
    from branchlab.tracking.reading import Journal, Point


class Points(NamedTuple):
    """The points of one curve, as many in each column.

    Attributes:
        steps: in the order they were logged, ascending as a rule.
        seconds: since the start of the run; NaN when unknown.
        values: NaN is a gap.
    """

    steps: Sequence[float]
    seconds: Sequence[float]
    values: Sequence[float]


class Curves(NamedTuple):
    """The curves of one experiment by metric; `problem` says why there may be more."""

    series: Mapping[str, Points] = {}
    problem: str = ""


def curves_of(history: History) -> dict[str, Points]:
    """Returns the curves of a table of steps; a metric has no point where it was not logged."""
    found = {}
    for name, column in history.columns.items():
        rows = [row for row, value in enumerate(column) if value is not None]
        steps = array("d", [_float(history.steps[row]) for row in rows])
        seconds = array("d", [history.seconds[row] for row in rows])
        found[name] = Points(steps, seconds, array("d", [value for value in column if value is not None]))
    return found


class Growing:
    """The curves of a journal, read on as it grows."""

    def __init__(self) -> None:
        self._columns: dict[str, tuple[array[float], array[float], array[float]]] = {}

    def read_on(self, journal: Journal) -> None:
        """Takes in the points that are new."""
        for name, points in journal.series.items():
            columns = self._columns.get(name)
            if columns is None:
                columns = self._columns[name] = array("d"), array("d"), array("d")
            # A journal only ever grows; where another took its place, the caller begins anew.
            new: Sequence[Point] = points[len(columns[0]) :]
            columns[0].extend([_float(point.step) for point in new])
            columns[1].extend([point.seconds for point in new])
            columns[2].extend([_float(point.value) for point in new])

    def curves(self) -> Curves:
        """Returns the curves so far, as values that do not grow on."""
        # Copies: a thread draws them while another one reads on.
        return Curves({name: Points(*(column[:] for column in columns)) for name, columns in self._columns.items()})


def read_samples(path: str) -> dict[str, Points]:
    """Returns what a run used over time, from the sampler's table; seconds stand for steps as well.

    A line that is not understood, such as one that is being written, is left out.
    """
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            header, *lines = file.read().split("\n")
    except OSError:
        return {}
    names = header.split(",")
    columns = {name: (array("d"), array("d")) for name in names[1:]}
    for cells in (line.split(",") for line in lines):
        seconds = _number(cells[0])
        if len(cells) != len(names) or seconds is None:
            continue
        for name, cell in zip(names[1:], cells[1:], strict=True):
            value = _number(cell)
            if value is not None:
                columns[name][0].append(seconds)
                columns[name][1].append(value)
    return {name: Points(at, at, values) for name, (at, values) in columns.items() if values}


def count_points(curves: Curves) -> int:
    """Returns how many points some curves have together."""
    return sum(len(points.values) for points in curves.series.values())


def _float(value: float) -> float:
    number = as_number(value)
    return math.nan if number is None else number


def _number(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None
