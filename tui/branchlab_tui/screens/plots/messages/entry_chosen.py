"""Another entry of the list was chosen with the mouse."""

from __future__ import annotations

from textual.message import Message


class EntryChosen(Message):
    """Says how many places further the chosen entry stands."""

    def __init__(self, by: int) -> None:
        super().__init__()
        self.by = by
