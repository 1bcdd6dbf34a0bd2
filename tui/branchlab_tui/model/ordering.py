"""Orders rows by several columns: the answer of `branchlab.catalog.sorting`, from whole columns."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from branchlab.catalog.sorting import falls
from branchlab.catalog.values import FIELDS, as_number, values_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.experiment import Scalar
    from branchlab_tui.model.sheet import Sheet

Rank = float | str | None


def in_order(sheet: Sheet, sort: Sequence[tuple[str, bool]]) -> Sequence[int]:
    """Returns all rows, ordered by columns; the first counts most, and ties keep the newest first.

    Missing values and NaN come last in both directions. The order is found once for each snapshot.

    Args:
        sheet: the rows.
        sort: keys, and whether the natural order is turned round: best first for a metric with a goal, newest first
            for `started` and `age`, else ascending.
    """
    if not sort:
        return range(len(sheet))
    return sheet.fact(("order", tuple(sort)), lambda: _ordered(sheet, sort))


def descends(sheet: Sheet, key: str, *, turned: bool) -> bool:
    """Says whether values fall from row to row, for the mark in the heading."""
    return falls(field_of(key), sheet.settings) is not turned


def _ordered(sheet: Sheet, sort: Sequence[tuple[str, bool]]) -> list[int]:
    rows = list(range(len(sheet)))
    # The least important first: sorting is stable, so each later one keeps it where values are the same.
    for key, turned in reversed(sort):
        rows = _by(ranks(sheet, key), rows, descending=descends(sheet, key, turned=turned))
    return rows


def _by(values: list[Rank], rows: list[int], *, descending: bool) -> list[int]:
    known = [row for row in rows if values[row] is not None]
    numbers = [row for row in known if type(values[row]) is float]
    texts = [row for row in known if type(values[row]) is str] if len(numbers) < len(known) else []
    # Apart, because Python compares no number with a text. Words stand above numbers in falling order.
    for part in (numbers, texts):
        part.sort(key=values.__getitem__, reverse=descending)  # type: ignore[arg-type]
    ordered = texts + numbers if descending else numbers + texts
    return ordered if len(known) == len(rows) else ordered + [row for row in rows if values[row] is None]


def ranks(sheet: Sheet, key: str) -> list[Rank]:
    """Returns what each row is ordered by in a column: a number, text, or None for what is missing or NaN."""
    field = field_of(key)
    if field in FIELDS:
        return sheet.column(("rank", key), lambda ones: [_rank(getattr(one, field)) for one in ones])
    return sheet.column(("rank", key), lambda ones: [_rank(value) for value in values_of(ones, field)])


def field_of(key: str) -> str:
    """Returns what a column is sorted by: a curve by its metric, an age by the start."""
    if key.startswith("curve:"):
        return f"metrics.{key.removeprefix('curve:')}"
    return {"age": "started", "took": "seconds"}.get(key, key)


def _rank(value: Scalar) -> Rank:
    if type(value) is float:
        return None if math.isnan(value) else value
    if value is None or value == "":
        return None
    # As 0 and 1: `true` and `false` of a column are no words among its numbers.
    if isinstance(value, bool):
        return float(value)
    number = as_number(value)
    return str(value) if number is None else None if math.isnan(number) else number
