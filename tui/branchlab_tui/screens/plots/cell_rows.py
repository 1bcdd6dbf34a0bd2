"""The cells of a file as rows of a table. Free of Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.width import display_width, shorten
from branchlab.text import safe_text
from branchlab_tui.widgets.table.column import Cell, Column

if TYPE_CHECKING:
    from branchlab_tui.screens.plots.shown import Cells
    from branchlab_tui.widgets.table.column import Kind

_WIDEST = 40
_MEASURED = 200  # rows that decide how wide a column is


class CellRows:
    """Rows that format only the cells that are in sight."""

    def __init__(self, cells: Cells) -> None:
        self._columns = {str(place): column for place, column in enumerate(cells.columns)}
        self._count = len(cells.columns[0]) if cells.columns else 0

    def __len__(self) -> int:
        """Returns the number of rows."""
        return self._count

    def key(self, place: int) -> str:
        """Returns the number of a row."""
        return str(place)

    def place(self, key: str) -> int | None:
        """Returns the place of a row."""
        return int(key) if key.isdigit() and int(key) < self._count else None

    def cell(self, place: int, column: str) -> Cell:
        """Returns a cell."""
        return Cell(shorten(safe_text(self._columns[column][place]), _WIDEST))

    def kind(self, place: int) -> Kind:  # noqa: ARG002 - all are alike
        """Tells that no row is a heading."""
        return "row"


def columns_of(cells: Cells) -> list[Column]:
    """Returns the columns, as wide as their titles and first cells; numbers at the right."""
    return [
        Column(str(place), safe_text(name), _width(name, column), "right" if place in cells.numeric else "left")
        for place, (name, column) in enumerate(zip(cells.names, cells.columns, strict=True))
    ]


def _width(name: str, column: tuple[str, ...]) -> int:
    return min(_WIDEST, max(display_width(safe_text(text)) for text in (name, *column[:_MEASURED])))
