"""A column was made wider or narrower by dragging the edge of its heading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab_tui.widgets.table.messages.table_message import TableMessage

if TYPE_CHECKING:
    from textual.widget import Widget


class WidthChanged(TableMessage):
    """Says the new width of a column, in cells; the table shows it already and keeps it until the next `show`."""

    def __init__(self, column: str, width: int, table: Widget | None = None) -> None:
        self.column = column
        self.width = width
        super().__init__(table)
