"""Reads a file of plot data into columns, whatever it holds and however long it is."""

from __future__ import annotations

import csv
import io
import math
from itertools import islice
from typing import TYPE_CHECKING, Any

from branchlab.errors import DamagedError
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOST_BYTES = 1 << 23
MOST_ROWS = 20_000
MOST_COLUMNS = 100
_SNIFFED = 4096
_SEPARATORS = (",", "\t", ";")
_MEND = "log the plot again; e opens the file"


class PlotTable(NamedTuple):
    """The cells of a file, column by column.

    Attributes:
        names: of the columns, each once.
        columns: the cells of each column as text, all of the same number.
        cut: what of the file is not here, in words; empty when all of it is.
    """

    names: tuple[str, ...]
    columns: tuple[tuple[str, ...], ...]
    cut: str = ""

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.columns[0]) if self.columns else 0

    def numbers(self, name: str) -> list[float] | None:
        """Returns a column as numbers, NaN where a cell is empty; None when a cell is none or nothing is there."""
        if name not in self.names:
            return None
        cells = self.columns[self.names.index(name)]
        try:
            found = [float(cell) if cell else math.nan for cell in cells]
        except ValueError:
            return None
        return found if any(cells) else None

    def cells(self, name: str) -> tuple[str, ...]:
        """Returns a column as text."""
        return self.columns[self.names.index(name)]


def read_table(content: bytes, suffix: str = ".csv") -> PlotTable:
    """Reads CSV, TSV, or JSON that is a list of flat objects, as DVC keeps plots.

    Of a file over 8 MiB its beginning is read, of more than 20,000 rows and 100 columns the first ones.

    Raises:
        DamagedError: when it is no text, no table, or holds conflict markers.
    """
    if suffix == ".json":
        return _from_json(content)
    text, cut = _text(content)
    try:
        # `newline=""`: line ends within quotes are part of a cell (https://docs.python.org/3/library/csv.html).
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text, suffix))
        # One for the header, one to see that there are more.
        kept = [row for row in islice(rows, MOST_ROWS + 2) if row]
    except csv.Error as error:
        raise DamagedError(f"is not valid CSV: {error}", _MEND) from None
    if not kept:
        raise DamagedError("is empty", _MEND)
    # A merge that was committed unsolved is valid CSV.
    if any(row[0].startswith(("<<<<<<< ", ">>>>>>> ")) for row in kept):
        raise DamagedError("has conflict markers", _MEND)
    return _table(kept[0], kept[1:], cut)


def _text(content: bytes) -> tuple[str, str]:
    if b"\0" in content[:_SNIFFED]:
        raise DamagedError("is no text", "o opens it in another program")
    if len(content) <= MOST_BYTES:
        # Excel writes a byte order mark, which would be part of the first name.
        return content.decode("utf-8-sig", "replace"), ""
    # Up to the last whole line, or half a number would be read as one; a file of one line is cut anyway.
    whole_lines = content[: content.rfind(b"\n", 0, MOST_BYTES) + 1 or MOST_BYTES]
    return whole_lines.decode("utf-8-sig", "replace"), f"the first 8 MiB of {len(content) >> 20}"


def _separator(text: str, suffix: str) -> str:
    if suffix == ".tsv":
        return "\t"
    header = text.split("\n", 1)[0]
    # A comma where none of them occurs: `max` takes the first one.
    return max(_SEPARATORS, key=header.count)


def _from_json(content: bytes) -> PlotTable:
    import json

    if len(content) > MOST_BYTES:
        raise DamagedError("is larger than 8 MiB", "o opens it in another program")
    try:
        data = json.loads(content)
    # 100,000 brackets are enough for a RecursionError.
    except (ValueError, RecursionError) as error:
        raise DamagedError(f"is not valid JSON: {str(error) or 'too deep'}", _MEND) from None
    # An object around a single list, as other tools write plots, is taken for that list.
    lists = [value for value in data.values() if isinstance(value, list)] if isinstance(data, dict) else [data]
    records = lists[0] if len(lists) == 1 else None
    if not isinstance(records, list) or not records or not all(isinstance(one, dict) for one in records):
        raise DamagedError("is JSON, but no list of objects", "o opens it in another program")
    names = list(dict.fromkeys(str(name) for one in records[:MOST_ROWS] for name in one))
    kept = names[:MOST_COLUMNS]
    rows = ([_cell(one.get(name)) for name in kept] for one in records)
    return _table(names, list(islice(rows, MOST_ROWS + 1)), "")


def _cell(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else repr(value)


def _table(header: Sequence[str], rows: Sequence[Sequence[str]], cut: str) -> PlotTable:
    if len(rows) > MOST_ROWS:
        rows, cut = rows[:MOST_ROWS], cut or f"the first {MOST_ROWS:,} rows"
    names = _distinct(name.strip() for name in header[:MOST_COLUMNS])
    if len(header) > MOST_COLUMNS:
        cut = ", ".join(filter(None, (cut, f"the first {MOST_COLUMNS} columns of {len(header)}")))
    width = len(names)
    padded = [[*(cell.strip() for cell in row[:width]), *[""] * (width - len(row))] for row in rows]
    return PlotTable(names, tuple(zip(*padded, strict=True)) if padded else ((),) * width, cut)


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    """Returns names, each once: what has no name or one that is taken gets its number."""
    found: dict[str, None] = {}
    for place, name in enumerate(names, 1):
        own = name or f"column {place}"
        found[own if own not in found else f"{own}.{place}"] = None
    return tuple(found)
