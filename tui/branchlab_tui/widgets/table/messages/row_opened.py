"""A row of a table was opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab_tui.widgets.table.messages.table_message import TableMessage

if TYPE_CHECKING:
    from textual.widget import Widget


class RowOpened(TableMessage):
    """Says which row, or group heading, was opened by enter or a double click."""

    def __init__(self, key: str, table: Widget | None = None) -> None:
        self.key = key
        super().__init__(table)
