"""Brings what a worker read of a pair to the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from branchlab_tui.screens.diff.reading import Shown


class DifferenceArrived(Message):
    """Posted by the worker of the screen; only the newest one counts."""

    def __init__(self, shown: Shown) -> None:
        super().__init__()
        self.shown = shown

    def can_replace(self, message: Message) -> bool:
        """Lets a newer reading take the place of one that still waits."""
        return isinstance(message, DifferenceArrived)
