"""The user clicked at a tab."""

from __future__ import annotations

from textual.message import Message


class TabChosen(Message):
    """Asks for what a tab stands for, by its id."""

    def __init__(self, tab: str) -> None:
        super().__init__()
        self.tab = tab
