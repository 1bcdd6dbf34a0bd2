"""The column cursor of a table stands on another column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab_tui.widgets.table.messages.table_message import TableMessage

if TYPE_CHECKING:
    from textual.widget import Widget


class ColumnMoved(TableMessage):
    """Says which column the cursor stands on now."""

    def __init__(self, column: str, table: Widget | None = None) -> None:
        self.column = column
        super().__init__(table)
