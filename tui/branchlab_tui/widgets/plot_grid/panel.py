"""What one panel of a grid shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from branchlab_tui.drawing.series import Series
    from branchlab_tui.drawing.ticks import Kind
    from branchlab_tui.drawing.view import Range


class Panel(NamedTuple):
    """A line plot of the grid; the same object means that nothing of it changed.

    Attributes:
        title: what is drawn.
        series: what is laid over each other.
        x_title: of the horizontal axis.
        x_kind: how its values are written.
        x_limits: its ends where nothing else is chosen; None for those of the data.
        y_limits: the same for the vertical axis.
        y_title: of the vertical axis, where the title does not say it.
    """

    title: str
    series: tuple[Series, ...] = ()
    x_title: str = ""
    x_kind: Kind = "number"
    x_limits: Range | None = None
    y_limits: Range | None = None
    y_title: str = ""

    @property
    def last_x(self) -> float | None:
        """The largest x of any series."""
        return max((one.x[-1] for one in self.series if len(one.x)), default=None)
