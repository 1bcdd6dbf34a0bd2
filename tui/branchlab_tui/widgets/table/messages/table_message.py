"""What all messages of a table have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from textual.widget import Widget


class TableMessage(Message):
    """A message of a table, which it names as its `control`, so that `@on(CursorMoved, "#experiments")` works."""

    def __init__(self, table: Widget | None = None) -> None:
        self.table = table
        super().__init__()

    @property
    def control(self) -> Widget | None:
        """The table that sent it."""
        return self.table
