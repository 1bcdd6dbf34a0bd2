"""Says that a key has gone its way: whatever it does was done, or asked for."""

from __future__ import annotations

from textual.message import Message


class KeyPassed(Message, namespace="type_ahead"):
    """Sent after a key on the same way up, and once more behind what the key made widgets ask for."""

    def __init__(self, *, last: bool) -> None:
        """Takes whether this is the second time."""
        super().__init__()
        self.last = last
