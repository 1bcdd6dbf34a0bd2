"""What part of a line plot is looked at, and how."""

from __future__ import annotations

from branchlab.tuples import NamedTuple

Range = tuple[float, float]


class PlotView(NamedTuple):
    """What part of a line plot is looked at, and how; plots with linked axes share one.

    Attributes:
        x_range: first and last x shown; None for all.
        y_range: lowest and highest y shown; None for all that stands in `x_range`.
        log_x: whether x runs in decades.
        log_y: whether y runs in decades.
        smoothing: weight of the past in the moving average, 0 (none) up to, not including, 1.
        cursor: the x whose values the legend reads; None for the last ones.
        focused: name of the series that is drawn last and bright; empty for none.
        isolated: whether only the focused series is drawn.
    """

    x_range: Range | None = None
    y_range: Range | None = None
    log_x: bool = False
    log_y: bool = False
    smoothing: float = 0.0
    cursor: float | None = None
    focused: str = ""
    isolated: bool = False
