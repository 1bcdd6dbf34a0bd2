"""States in a few cells, for terminals where each column counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab_tui.widgets.table.column import PlacedRows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from branchlab_tui.widgets.table.column import Cell, Column, Kind, Rows

STATUS = "status"
_MARK = 1  # cells
_PERCENT = 6  # cells of a mark and how far it is
_WORDS = 11  # cells of the longest state with its mark, unless a clock follows


def fit_status(columns: Sequence[Column], widths: Iterable[str], *, brief: bool, live: bool) -> list[Column]:
    """Returns the columns with one of states that is no wider than it needs to be.

    Args:
        columns: of the table.
        widths: keys of the columns whose width the user chose.
        brief: whether states are shown by their marks alone.
        live: whether a run is going on, whose clock needs room.
    """
    if STATUS in widths:
        return list(columns)
    if brief:
        return [_resized(column, _PERCENT if live else _MARK, "") for column in columns]
    return list(columns) if live else [_resized(column, _WORDS, column.title) for column in columns]


def _resized(column: Column, width: int, title: str) -> Column:
    return column._replace(width=width, title=title) if column.key == STATUS else column


class BriefRows:
    """Rows whose state is a mark, with how far it is for a run that goes on."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def __len__(self) -> int:
        """Returns the number of rows."""
        return len(self._rows)

    def key(self, place: int) -> str:
        """Returns the identity of a row."""
        return self._rows.key(place)

    def cell(self, place: int, column: str) -> Cell:
        """Returns what a cell shows; of a state as many parts as have room, beginning with its mark."""
        cell = self._rows.cell(place, column)
        if column != STATUS:
            return cell
        mark, _, rest = cell.text.partition(" ")
        first = rest.partition(" ")[0]
        return cell._replace(text=f"{mark} {first}" if first.endswith("%") else mark)

    def kind(self, place: int) -> Kind:
        """Tells a row from a group's heading."""
        return self._rows.kind(place)

    def place(self, key: str) -> int | None:
        """Returns the place of a key; None if unknown."""
        return self._rows.place(key) if isinstance(self._rows, PlacedRows) else None
