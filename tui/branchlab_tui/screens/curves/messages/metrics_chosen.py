"""Metrics are chosen by typing."""

from __future__ import annotations

from textual.message import Message


class MetricsChosen(Message):
    """Posted by the line that metrics are chosen in.

    Attributes:
        text: what stands there.
        done: whether the user is done with it.
    """

    def __init__(self, text: str, *, done: bool) -> None:
        super().__init__()
        self.text = text
        self.done = done
