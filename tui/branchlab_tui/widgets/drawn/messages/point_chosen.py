"""A point of a scatter plot was chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from textual.widget import Widget


class PointChosen(Message):
    """Says that the user pressed enter on a point, or clicked it twice.

    Attributes:
        name: of the point.
        plot: which plot.
    """

    def __init__(self, name: str, plot: Widget) -> None:
        super().__init__()
        self.name = name
        self.plot = plot

    @property
    def control(self) -> Widget:
        """The plot, for `@on` with a selector."""
        return self.plot
