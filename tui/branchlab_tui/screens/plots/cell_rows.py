"""The cells of a file as rows of a table. Free of Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.width import display_width, shorten
from branchlab.text import safe_text
from branchlab_tui.widgets.table.column import Cell, Column

if TYPE_CHECKING:
    from branchlab_tui.screens.plots.shown import Cells
    from branchlab_tui.widgets.table.column import Kind

_WIDEST = 40  # cells
_MEASURED = 200  # rows that decide how wide a column is


class CellRows:
    """Rows that format only the cells that are in sight."""

    def __init__(self, cells: Cells) -> None:
        self._columns = {str(place): column for place, column in enumerate(cells.columns)}
        self._decimals = {str(place): _decimals(cells.columns[place]) for place in cells.numeric}
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
        text = self._columns[column][place]
        if decimals := self._decimals.get(column, 0):
            text += _behind(text, decimals)
        return Cell(shorten(safe_text(text), _WIDEST))

    def kind(self, place: int) -> Kind:  # noqa: ARG002 - all are alike
        """Tells that no row is a heading."""
        return "row"


def columns_of(cells: Cells) -> list[Column]:
    """Returns the columns, as wide as their titles and first cells; numbers at the right."""
    return [
        Column(
            str(place),
            safe_text(name),
            _width(name, column, numeric=place in cells.numeric),
            "right" if place in cells.numeric else "left",
        )
        for place, (name, column) in enumerate(zip(cells.names, cells.columns, strict=True))
    ]


def _decimals(column: tuple[str, ...]) -> int:
    """Returns how many digits stand behind the point at most; 0 where some are written with an exponent or a unit."""
    texts = column[:_MEASURED]
    # An exponent ends this: its digits would be shifted as if they stood behind the point.
    if not all(text.replace(".", "", 1).lstrip("-").isdigit() for text in texts if text):
        return 0
    return max((len(text.partition(".")[2]) for text in texts), default=0)


def _behind(text: str, decimals: int) -> str:
    """Returns the blanks that put the point of a number below the others."""
    _, point, digits = text.partition(".")
    return " " * (decimals - len(digits) + (not point))


def _width(name: str, column: tuple[str, ...], *, numeric: bool) -> int:
    """Returns the width of the widest cell with its blanks."""
    texts = [safe_text(text) for text in column[:_MEASURED]]
    decimals = _decimals(column) if numeric else 0
    widest = max((display_width(text + (_behind(text, decimals) if decimals else "")) for text in texts), default=0)
    return min(_WIDEST, max(display_width(safe_text(name)), widest))
