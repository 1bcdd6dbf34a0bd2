"""Finds out whether live values would move a row, by looking at its neighbours only. Free of Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.catalog.sorting import sort_experiments
from branchlab_tui.model.ordering import field_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from branchlab.experiment import Experiment
    from branchlab.project import Settings
    from branchlab_tui.model.shown import ShownRows


def out_of_order(rows: ShownRows, keys: Iterable[str], sort: Sequence[tuple[str, bool]], settings: Settings) -> bool:
    """Says whether one of the rows stands before or behind a neighbour where sorting would not put it.

    Args:
        rows: as they stand.
        keys: of the rows whose values changed.
        sort: columns, and whether their natural order is turned round; none is newest first, which never changes.
        settings: which values are better.
    """
    if not sort:
        return False
    for key in keys:
        place = rows.place(key)
        if place is None or place >= len(rows):
            continue
        near = [one for other in (place - 1, place, place + 1) if (one := _row(rows, other)) is not None]
        if any(a is not b for a, b in zip(near, _sorted(near, sort, settings), strict=True)):
            return True
    return False


def _row(rows: ShownRows, place: int) -> Experiment | None:
    return rows.experiment(place) if 0 <= place < len(rows) else None


def _sorted(ones: list[Experiment], sort: Sequence[tuple[str, bool]], settings: Settings) -> list[Experiment]:
    # The column that counts most last: sorting keeps the order of the one before where values are equal.
    for key, turned in reversed(sort):
        ones = sort_experiments(ones, field_of(key), settings=settings, reverse=turned)
    return ones
