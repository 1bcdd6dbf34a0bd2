"""A search of a log found something, or nothing."""

from __future__ import annotations

from textual.message import Message


class HitsCounted(Message):
    """Says in words what was found: `3 of 17`, `3 of 17 so far`, `not found`."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words

    def can_replace(self, message: Message) -> bool:
        """Lets only the newest count be shown."""
        return isinstance(message, HitsCounted)
