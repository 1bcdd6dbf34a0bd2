"""Brings what a worker read of a comparison to the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from branchlab_tui.screens.compare.reading import Compared


class ComparisonArrived(Message):
    """Posted by the worker of the screen; only the newest one counts."""

    def __init__(self, compared: Compared) -> None:
        super().__init__()
        self.compared = compared

    def can_replace(self, message: Message) -> bool:
        """Lets a newer reading take the place of one that still waits."""
        return isinstance(message, ComparisonArrived)
