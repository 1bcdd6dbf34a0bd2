"""The user is done with a search line."""

from __future__ import annotations

from textual.message import Message


class SearchClosed(Message):
    """Says whether what was found stays shown."""

    def __init__(self, *, kept: bool) -> None:
        super().__init__()
        self.kept = kept
