"""Keeps rows where they are while the user works, although live values would put them in another order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab_tui.widgets.table.column import PlacedRows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab_tui.widgets.table.column import Cell, Kind, Rows


class HeldRows:
    """Rows in the order of older ones; what is new stands behind the row it follows now, what is gone is left out.

    Args:
        rows: as they are now.
        before: keys in the order to keep.
    """

    def __init__(self, rows: Rows, before: Sequence[str]) -> None:
        self.rows = rows
        self._order = _merge(keys_of(rows), before)
        self._places: dict[str, int] | None = None

    def with_rows(self, rows: Rows) -> HeldRows:
        """Returns other texts in the same order: `rows` has the same keys in the same places as those before."""
        # Past `__init__`, which would merge the two orders again: a live run comes here at each step.
        other = object.__new__(HeldRows)
        other.rows, other._order, other._places = rows, self._order, self._places
        return other

    def __len__(self) -> int:
        """Returns the number of rows."""
        return len(self._order)

    def key(self, place: int) -> str:
        """Returns the identity of a row."""
        return self.rows.key(self._order[place])

    def cell(self, place: int, column: str) -> Cell:
        """Returns what a cell shows now."""
        return self.rows.cell(self._inner(place), column)

    def kind(self, place: int) -> Kind:
        """Tells a row from a group's heading."""
        return self.rows.kind(self._inner(place))

    def place(self, key: str) -> int | None:
        """Returns the place of a key, also of a row that is only ever frozen; None if unknown."""
        if self._places is None:
            self._places = {self.rows.key(inner): place for place, inner in enumerate(self._order)}
        found = self._places.get(key)
        if found is None and isinstance(self.rows, PlacedRows):
            found = self.rows.place(key)
        return found

    def _inner(self, place: int) -> int:
        # Behind the last row stand those that are only frozen; they have the same place in both orders.
        return self._order[place] if place < len(self._order) else place


def _merge(now: Sequence[str], before: Sequence[str]) -> list[int]:
    """Returns the places of now in the order of before."""
    places = {key: place for place, key in enumerate(now)}
    known = set(before)
    new: dict[str | None, list[int]] = {}
    last: str | None = None
    for place, key in enumerate(now):
        if key in known:
            last = key
        else:
            new.setdefault(last, []).append(place)
    order = list(new.get(None, ()))  # what is new and follows nothing known stands at the top
    for key in before:
        if key in places:
            order += [places[key], *new.get(key, ())]
    return order


def keys_of(rows: Rows) -> list[str]:
    """Returns the keys of all rows in their order."""
    return [rows.key(place) for place in range(len(rows))]


def moved(before: Sequence[str], after: Sequence[str]) -> bool:
    """Tells whether rows that were there before stand in another order now; new and gone ones do not count."""
    known, left = set(before), set(after)
    return [key for key in before if key in left] != [key for key in after if key in known]
