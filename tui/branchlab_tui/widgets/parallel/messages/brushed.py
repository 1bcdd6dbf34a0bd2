"""A range was chosen on an axis of parallel coordinates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from textual.widget import Widget


class Brushed(Message):
    """Says that the user chose a range on an axis.

    Attributes:
        axis: title of the axis.
        low: lowest value of the range; on an axis of words the place of the first word.
        high: highest value of the range.
        plot: which plot.
    """

    def __init__(self, axis: str, low: float, high: float, plot: Widget) -> None:
        super().__init__()
        self.axis = axis
        self.low = low
        self.high = high
        self.plot = plot

    @property
    def control(self) -> Widget:
        """The plot, for `@on` with a selector."""
        return self.plot
