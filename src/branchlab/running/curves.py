"""Reads a table of step curves as training tools write them: a column counts the steps, the others are metrics."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from branchlab.tracking.reading import Point
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.experiment import Number

# In the order of preference: Lightning writes both `epoch` and `step`.
STEPS = ("step", "global_step", "iteration", "iter", "batch", "epoch", "round")
_SECONDS = ("seconds", "elapsed", "elapsed_seconds", "time", "timestamp", "wall_time", "walltime")
_MILLISECONDS_SINCE_1970 = 1e11
_SECONDS_SINCE_1970 = 1e8
_SEPARATORS = ("\t", ";", ",")


class Curves(NamedTuple):
    """The points of each metric, or the single row of a table without steps as summary values."""

    series: dict[str, list[Point]]
    summary: dict[str, Number]


def read_curves(content: bytes, source: str) -> Curves:
    """Reads a CSV or TSV file.

    Cells that are empty or no numbers are skipped. A time of day becomes seconds since the first row.

    Raises:
        ValueError: when it is not text, has no rows, or several rows and no column that counts steps.
    """
    try:
        reader = csv.reader(io.StringIO(_text(content), newline=""), delimiter=_separator(content, source))
        rows = [row for row in reader if row]
    except csv.Error as error:
        raise ValueError(f"is no table: {error}") from None
    if len(rows) < 2:  # noqa: PLR2004 - a header and a row
        raise ValueError("has no rows")
    header = [name.strip() for name in rows[0]]
    lower = [name.lower() for name in header]
    steps = next((lower.index(name) for name in STEPS if name in lower), None)
    if steps is None:
        if len(rows) > 2:  # noqa: PLR2004 - a header and a row
            raise ValueError(f"has no column that counts steps; name one of {', '.join(STEPS)}")
        return Curves({}, _values(header, rows[1], ()))
    clock = next((lower.index(name) for name in _SECONDS if name in lower), None)
    skipped = [index for index, name in enumerate(lower) if index == clock or name in STEPS]
    return Curves(_series(header, rows[1:], steps, clock, skipped), {})


def _series(
    header: list[str], rows: Sequence[list[str]], steps: int, clock: int | None, skipped: Sequence[int]
) -> dict[str, list[Point]]:
    columns = _metrics(header, skipped)
    # By row and not by column: a file may have ten thousand names and rows of three cells.
    points: dict[int, list[Point]] = {index: [] for index in columns}
    first: float | None = None
    for row in rows:
        step = _number(row[steps]) if steps < len(row) else None
        if step is None or step != step or abs(step) > 1 << 53:  # noqa: PLR0124 - NaN is not itself
            continue
        moment = _number(row[clock]) if clock is not None and clock < len(row) else None
        if first is None:
            first = moment
        place, seconds = int(step), _since(moment, first)
        for index, cell in enumerate(row):
            if cell and index in points and (value := _number(cell)) is not None:
                points[index].append(Point(place, seconds, value))
    return {columns[index]: series for index, series in points.items() if series}


def _metrics(header: list[str], skipped: Sequence[int]) -> dict[int, str]:
    """Returns the names of the metrics by column; of several with one name the last one counts."""
    places = {name: index for index, name in enumerate(header) if name and index not in skipped}
    return {index: name for name, index in places.items()}


def _values(header: list[str], row: list[str], skipped: Sequence[int]) -> dict[str, Number]:
    cells = {name: _number(row[index]) for index, name in _metrics(header, skipped).items() if index < len(row)}
    return {name: value for name, value in cells.items() if value is not None}


def _since(moment: float | None, first: float | None) -> float:
    if moment is None or first is None:
        return 0.0
    if first > _MILLISECONDS_SINCE_1970:
        return (moment - first) / 1000
    return moment - first if first > _SECONDS_SINCE_1970 else float(moment)


def _number(cell: str) -> Number | None:
    if "_" in cell:  # Python reads 1_000, nobody means it
        return None
    try:
        value = float(cell)
        # Only what has no point was counted, so 1.0 stays a float.
        whole = int(cell) if value.is_integer() and cell.strip().lstrip("+-").isdecimal() else None
    except ValueError:
        return None
    return value if whole is None or abs(whole) >= 1 << 63 else whole


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("is not UTF-8 text") from None


def _separator(content: bytes, source: str) -> str:
    if source.lower().endswith(".tsv"):
        return "\t"
    header = content.partition(b"\n")[0].decode("utf-8", "replace")
    return max(_SEPARATORS, key=header.count)
