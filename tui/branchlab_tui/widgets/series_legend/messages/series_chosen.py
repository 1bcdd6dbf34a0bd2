"""A series of a legend was clicked."""

from __future__ import annotations

from textual.message import Message


class SeriesChosen(Message):
    """Says which series of a shared legend was clicked."""

    def __init__(self, name: str) -> None:
        """Takes its name."""
        super().__init__()
        self.name = name
