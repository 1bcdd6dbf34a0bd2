"""Other rows of a table are marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab_tui.widgets.table.messages.table_message import TableMessage

if TYPE_CHECKING:
    from textual.widget import Widget


class MarksChanged(TableMessage):
    """Says which rows are marked now, in the order of `LineTable.marked`."""

    def __init__(self, keys: tuple[str, ...], table: Widget | None = None) -> None:
        self.keys = keys
        super().__init__(table)
