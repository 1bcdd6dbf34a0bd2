"""history.csv: the curves of a run, as a table that DVC, pandas and a spreadsheet read.

Git keeps what people diff, so a long curve is thinned here; the full one goes to Parquet and DVC.
"""

from __future__ import annotations

import csv
import io
import math
from bisect import bisect_left
from itertools import pairwise
from typing import TYPE_CHECKING

from branchlab.errors import DamagedError, EnvironmentProblemError
from branchlab.record.limits import beyond_64_bits
from branchlab.record.model import Best
from branchlab.record.values import plain_key
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from _csv import Reader as CsvReader
    from collections.abc import Iterable, Mapping, Sequence

    from branchlab.project import Goal

HISTORY_FILE = "history.csv"
HISTORY_BYTES = 1 << 26

_FIRST_COLUMNS = ["step", "seconds"]
_MEND = "mend the file by hand, or record the run again"
_FULL_ENOUGH = 0.9  # each further try walks all curves again, for a tenth more rows at best


class History(NamedTuple):
    """The curves of a run, one row per step.

    Attributes:
        steps: step numbers, ascending when branchlab made them.
        seconds: since the start of the run; NaN when unknown.
        columns: the values of each metric; None where it was not logged at that step.
    """

    steps: list[int]
    seconds: list[float]
    columns: dict[str, list[float | None]]


def merge_series(series: Mapping[str, Iterable[tuple[int, float, float]]]) -> History:
    """Joins the points (step, seconds, value) of each metric into rows in the order of their steps.

    Of two values of a metric at one step the later one counts, and so does the later time of a step.
    """
    by_name = {plain_key(name): list(points) for name, points in sorted(series.items())}
    seconds: dict[int, float] = {}
    for points in by_name.values():
        for step, at, _ in points:
            seconds[step] = max(at, seconds.get(step, at))
    steps = sorted(seconds)
    values = {name: {step: float(value) for step, _, value in points} for name, points in by_name.items()}
    columns = {name: [found.get(step) for step in steps] for name, found in values.items()}
    return History(steps, [seconds[step] for step in steps], columns)


def parse_history(text: bytes, source: str = HISTORY_FILE) -> History:
    """Reads history.csv: first column `step`, second `seconds`, then one column per metric.

    Raises:
        DamagedError: for a file over 64 MiB or a line that is not understood; the message names the line.
    """
    if len(text) > HISTORY_BYTES:
        raise DamagedError(f"{source} is larger than 64 MiB", "log fewer steps")
    try:
        decoded = text.decode()
        rows = _rows_of(decoded)
        header = next(rows, [])
        names = header[2:]
        if header[:2] != _FIRST_COLUMNS or len(set(names)) != len(names):
            raise DamagedError(f"{source} does not begin with step,seconds and distinct metrics", _MEND)
        history = _read_table(decoded, rows, names, source)
    except UnicodeDecodeError as error:
        raise DamagedError(f"{source} is not UTF-8 at byte {error.start}", _MEND) from None
    except csv.Error as error:
        raise DamagedError(f"{source} is not valid CSV: {error}", _MEND) from None
    if history.steps and any(map(beyond_64_bits, (min(history.steps), max(history.steps)))):
        raise DamagedError(f"{source} has a step beyond 64 bits", _MEND)
    return history


def _rows_of(text: str) -> CsvReader:
    # newline="": a quoted name may hold a line break of any kind, https://docs.python.org/3/library/csv.html#id4
    return csv.reader(io.StringIO(text, newline=""))


def _read_table(text: str, rows: CsvReader, names: list[str], source: str) -> History:
    try:
        return _read_plain(text, names) or _read_quoted(rows, names)
    except ValueError:
        raise _damage(text, names, source) from None


def _read_plain(text: str, names: list[str]) -> History | None:
    """Returns a table without quotes, as `dump_history` writes it, in three quarters of the time; else None."""
    body = text.partition("\n")[2].removesuffix("\n")
    if not body or any(mark in text for mark in ('"', "\r", "\n\n")):
        return None
    width = len(names) + len(_FIRST_COLUMNS)
    # One split for all cells, each line end a cell of its own: there is no step in Python for a line.
    cells = body.replace("\n", ",\n,").split(",")
    ends = cells[width :: width + 1]
    if len(ends) != body.count("\n") or len(cells) != (len(ends) + 1) * (width + 1) - 1 or {*ends} - {"\n"}:
        return None
    return _from_columns([cells[place :: width + 1] for place in range(width)], names)


def _read_quoted(rows: CsvReader, names: list[str]) -> History:
    """Returns a table of any cells; empty lines count for nothing.

    Raises:
        ValueError: when a row is none of this table.
    """
    width = len(names) + len(_FIRST_COLUMNS)
    cells: list[str] = []
    for row in filter(None, rows):
        if len(row) != width:
            raise ValueError(row)
        cells += row
    if not cells:
        return History([], [], {name: [] for name in names})
    return _from_columns([cells[place::width] for place in range(width)], names)


def _from_columns(cells: Sequence[Sequence[str]], names: list[str]) -> History:
    steps = list(map(int, cells[0]))  # first: in a row without a value it is what fails
    seconds = [float(cell) if cell else math.nan for cell in cells[1]]
    columns = {
        name: [float(cell) if cell else None for cell in column] for name, column in zip(names, cells[2:], strict=True)
    }
    return History(steps, seconds, columns)


def _damage(text: str, names: list[str], source: str) -> DamagedError:
    """Returns the error that names the first row of a table that could not be read."""
    rows = _rows_of(text)
    next(rows)
    width = len(names) + len(_FIRST_COLUMNS)
    bad = next(row for row in rows if row and not (len(row) == width and _is_row(row, names)))
    problem = "conflict markers" if bad[0].startswith("<<<<<<<") else "no row of this table"
    return DamagedError(f"{source} has {problem} at line {rows.line_num}", _MEND)


def _is_row(row: list[str], names: list[str]) -> bool:
    try:
        _from_columns([[cell] for cell in row], names)
    except ValueError:
        return False
    return True


def dump_history(history: History) -> bytes:
    """Writes history.csv: an empty cell means not logged; floats round-trip exactly, `nan` and `inf` too."""
    return "".join([_header(history), *_lines(history)]).encode()


def _header(history: History) -> str:
    return ",".join([*_FIRST_COLUMNS, *map(_quoted, history.columns)]) + "\n"


def _quoted(name: str) -> str:
    # The csv module of Python 3.11 leaves a lone carriage return bare, and then cannot read it back.
    name = plain_key(name)
    return '"' + name.replace('"', '""') + '"' if any(mark in name for mark in ',"\r\n') else name


def _lines(history: History) -> list[str]:
    cells = [["" if value is None else repr(float(value)) for value in values] for values in _values(history)]
    return [",".join(row) + "\n" for row in zip(map(str, history.steps), *cells, strict=True)]


def _values(history: History) -> list[Sequence[float | None]]:
    return [history.seconds, *history.columns.values()]


def thin(history: History, max_bytes: int) -> History:
    """Leaves out rows until `dump_history` needs at most `max_bytes`.

    The steps are cut into buckets, as many as fit; of each metric in each bucket the first, last, smallest and
    largest finite value stay, so a curve keeps its shape and its spikes. The ends and extremes of the whole
    curve always stay, and so do the first NaN and infinity: when they alone need more, they get it.
    """
    # First, last, smallest and largest of a bucket draw the same line as all of it, where a bucket is a pixel wide:
    # M4, https://www.vldb.org/pvldb/vol7/p797-jugel.pdf
    sizes = [len(line) for line in _lines(history)]  # of digits only, so these are bytes
    room = max_bytes - len(_header(history).encode())
    if sum(sizes) <= max(room, 0):
        return history
    finite = [_finite(values) for values in history.columns.values()]
    always = {0, len(sizes) - 1}.union(*(_first_unbounded(values) for values in history.columns.values()))
    rows = always | _extremes(finite, [0, len(sizes)])
    fewest, most = 2, room * len(sizes) // sum(sizes)  # a bucket keeps one row at least
    while fewest <= most and sum(sizes[row] for row in rows) < _FULL_ENOUGH * room:
        buckets = (fewest + most) // 2
        tried = always | _extremes(finite, [len(sizes) * place // buckets for place in range(buckets + 1)])
        if sum(sizes[row] for row in tried) <= room:
            rows, fewest = tried, buckets + 1
        else:
            most = buckets - 1
    return _rows(history, sorted(rows))


def _finite(values: Sequence[float | None]) -> tuple[list[int], list[float]]:
    """Returns the rows where a metric has a finite value, and these values."""
    pairs = [(row, value) for row, value in enumerate(values) if value is not None and math.isfinite(value)]
    return [row for row, _ in pairs], [value for _, value in pairs]


def _first_unbounded(values: Sequence[float | None]) -> Iterable[int]:
    """Returns the first rows of NaN and of each infinity."""
    first: dict[str, int] = {}
    for row, value in enumerate(values):
        if value is not None and not math.isfinite(value):
            first.setdefault(repr(value), row)
    return first.values()


def _extremes(finite: list[tuple[list[int], list[float]]], edges: list[int]) -> set[int]:
    """Returns the rows of the first, last, smallest and largest value of each metric between the edges."""
    kept: set[int] = set()
    for rows, values in finite:
        places = [bisect_left(rows, edge) for edge in edges]
        for start, end in pairwise(places):
            if start < end:
                part = values[start:end]
                low, high = part.index(min(part)), part.index(max(part))
                kept.update((rows[start], rows[end - 1], rows[start + low], rows[start + high]))
    return kept


def _rows(history: History, rows: list[int]) -> History:
    columns = {name: [values[row] for row in rows] for name, values in history.columns.items()}
    return History([history.steps[row] for row in rows], [history.seconds[row] for row in rows], columns)


def best_of(history: History, metric: str, goal: Goal) -> Best | None:
    """Returns the best finite value of a metric and the first step that reached it; None when there is none."""
    pairs = zip(history.columns.get(metric, ()), history.steps, strict=False)
    points = [(value, step) for value, step in pairs if value is not None and math.isfinite(value)]
    if not points:
        return None
    best = max if goal == "maximize" else min
    return Best(*best(points, key=lambda point: point[0]))


def to_parquet(history: History) -> bytes:
    """Returns the curves as a Parquet file: `step` as int64, all else as float64, null where not logged.

    A metric that is called `step` or `seconds` itself becomes `step.1`, as pandas names it in the CSV.

    Raises:
        EnvironmentProblemError: when pyarrow is not installed.
    """
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        raise EnvironmentProblemError(
            "pyarrow is not installed, which full curves are kept with", "pip install 'branchlab[parquet]'"
        ) from None
    names = [*_FIRST_COLUMNS, *(f"{name}.1" if name in _FIRST_COLUMNS else name for name in history.columns)]
    floats = [pa.array(values, pa.float64()) for values in _values(history)]
    buffer = pa.BufferOutputStream()
    parquet.write_table(pa.table([pa.array(history.steps, pa.int64()), *floats], names), buffer, compression="zstd")
    return bytes(buffer.getvalue())
