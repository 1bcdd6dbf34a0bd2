"""The user is done with a query bar."""

from __future__ import annotations

from textual.message import Message


class QueryClosed(Message):
    """Says which text is to stay: the typed one after enter, the one from before after escape."""

    def __init__(self, text: str, *, kept: bool) -> None:
        super().__init__()
        self.text = text
        self.kept = kept
