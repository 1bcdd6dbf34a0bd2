"""A line plot looks at something else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from textual.widget import Widget

    from branchlab_tui.drawing.view import PlotView


class ViewChanged(Message):
    """Says that the user zoomed, panned, smoothed, focused or changed an axis; not that the cursor moved.

    Attributes:
        view: what is looked at now.
        plot: which plot.
    """

    def __init__(self, view: PlotView, plot: Widget) -> None:
        super().__init__()
        self.view = view
        self.plot = plot

    @property
    def control(self) -> Widget:
        """The plot, for `@on` with a selector."""
        return self.plot
