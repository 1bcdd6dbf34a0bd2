"""The text of a search line changed."""

from __future__ import annotations

from textual.message import Message


class SearchTyped(Message):
    """Asks the screen to look for a text, and to tell the line what it found; only the newest one counts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def can_replace(self, message: Message) -> bool:
        """Lets a newer text take the place of one that still waits, so that typing never queues up work."""
        return isinstance(message, SearchTyped)
