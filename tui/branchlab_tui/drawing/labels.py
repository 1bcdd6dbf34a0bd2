"""What is written around a plot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from branchlab_tui.drawing.ticks import Kind
    from branchlab_tui.drawing.view import Range


class Labels(NamedTuple):
    """What is written around a plot, and what its axes are.

    Attributes:
        title: what is drawn.
        x_title: of the horizontal axis, as in `step 400`.
        y_title: of the vertical axis, where the title does not say it.
        x_kind: how values of x are written.
        x_limits: ends of the horizontal axis where nothing else is chosen; None for those of the data.
        y_limits: the same for the vertical axis.
        names: whether the legend names the series; not where several plots share one legend.
    """

    title: str = ""
    x_title: str = ""
    y_title: str = ""
    x_kind: Kind = "number"
    x_limits: Range | None = None
    y_limits: Range | None = None
    names: bool = True
