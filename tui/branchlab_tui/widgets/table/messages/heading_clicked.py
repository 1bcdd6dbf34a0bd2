"""The heading of a column was clicked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab_tui.widgets.table.messages.table_message import TableMessage

if TYPE_CHECKING:
    from textual.widget import Widget


class HeadingClicked(TableMessage):
    """Asks to sort by a column; with `add` (shift or ctrl held) behind the columns that sort already."""

    def __init__(self, column: str, table: Widget | None = None, *, add: bool = False) -> None:
        self.column = column
        self.add = add
        super().__init__(table)
