"""Another dot of a cloud is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from textual.widget import Widget


class DotRead(Message):
    """Says that the user went to a dot.

    Attributes:
        name: of the dot.
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
