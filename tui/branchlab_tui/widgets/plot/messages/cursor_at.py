"""The cursor of a line plot stands elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from textual.widget import Widget


class CursorAt(Message):
    """Says that the user moved the cursor of a line plot.

    Attributes:
        x: where it stands, in the unit of the data; None where it was put away.
        plot: whose cursor it is.
    """

    def __init__(self, x: float | None, plot: Widget) -> None:
        super().__init__()
        self.x = x
        self.plot = plot

    @property
    def control(self) -> Widget:
        """The plot, for `@on` with a selector."""
        return self.plot
