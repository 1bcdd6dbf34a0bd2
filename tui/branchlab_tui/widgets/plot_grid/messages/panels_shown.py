"""A grid of plots shows other panels, or another one is current."""

from __future__ import annotations

from textual.message import Message


class PanelsShown(Message):
    """Says which panels are in sight.

    Attributes:
        first: place of the first one.
        shown: how many there are in sight.
        count: how many there are.
        current: key of the one with the cursor; empty when there is none.
        zoomed: whether it fills the grid.
    """

    def __init__(self, first: int, shown: int, count: int, current: str, *, zoomed: bool) -> None:
        super().__init__()
        self.first = first
        self.shown = shown
        self.count = count
        self.current = current
        self.zoomed = zoomed

    def can_replace(self, message: Message) -> bool:
        """Lets only the newest be told."""
        return isinstance(message, PanelsShown)
