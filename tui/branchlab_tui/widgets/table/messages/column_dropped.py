"""A column was moved to another place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab_tui.widgets.table.messages.table_message import TableMessage

if TYPE_CHECKING:
    from textual.widget import Widget


class ColumnDropped(TableMessage):
    """Asks to put a column before another one, or last where that is None; the table itself changes nothing."""

    def __init__(self, column: str, before: str | None, table: Widget | None = None) -> None:
        self.column = column
        self.before = before
        super().__init__(table)
