"""Tells the program that the user changed how the table looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from branchlab_tui.model.state import TableState


class StateChanged(Message):
    """Posted by the experiments screen; the program remembers it per repository."""

    def __init__(self, state: TableState) -> None:
        """Takes what the table looks like now."""
        super().__init__()
        self.state = state

    def can_replace(self, message: Message) -> bool:
        """Lets only the newest state be saved."""
        return isinstance(message, StateChanged)
