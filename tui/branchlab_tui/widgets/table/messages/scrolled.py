"""Other rows of a table came into sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab_tui.widgets.table.messages.table_message import TableMessage

if TYPE_CHECKING:
    from textual.message import Message


class Scrolled(TableMessage):
    """Says that `LineTable.visible_keys` gives other rows than before, by whatever means, or in another order."""

    def can_replace(self, message: Message) -> bool:
        """Tells whether a newer message makes this one needless."""
        return isinstance(message, Scrolled) and message.table is self.table
