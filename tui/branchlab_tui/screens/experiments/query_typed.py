"""A query that is filtered by a moment later."""

from __future__ import annotations

from textual.message import Message


class QueryTyped(Message):
    """Asks the screen to show what this text finds; only the newest one counts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def can_replace(self, message: Message) -> bool:
        """Lets a newer text take the place of one that still waits, so that typing never queues up work."""
        return isinstance(message, QueryTyped)
