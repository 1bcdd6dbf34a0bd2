"""The cursor of a table stands on another row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab_tui.widgets.table.messages.table_message import TableMessage

if TYPE_CHECKING:
    from textual.message import Message
    from textual.widget import Widget


class CursorMoved(TableMessage):
    """Says which row the cursor stands on now; None when the table became empty.

    While several wait, only the last one is handled: a key that is held shall not queue up work.
    """

    def __init__(self, key: str | None, table: Widget | None = None) -> None:
        self.key = key
        super().__init__(table)

    # Textual asks it of messages that wait directly behind each other only.
    def can_replace(self, message: Message) -> bool:
        """Tells whether a newer message makes this one needless."""
        return isinstance(message, CursorMoved) and message.table is self.table
