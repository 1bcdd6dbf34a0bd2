"""The bar chart as screens use it: slices in, nothing out."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from branchlab_tui.drawing.bars import BarChartText, draw_bars
from branchlab_tui.drawing.palette import Colours
from branchlab_tui.widgets.bar_chart.keys import KEYS
from branchlab_tui.widgets.drawn.bindings import bindings
from branchlab_tui.widgets.drawn.drawn import Drawn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.binding import BindingType

    from branchlab_tui.drawing.bars import Bar
    from branchlab_tui.drawing.piece import Line


class BarChart(Drawn):
    """Bars with their numbers; the worst slice of each series is marked."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS)

    def __init__(
        self,
        *,
        colours: Colours | None = None,
        name: str | None = None,
        id: str | None = None,  # noqa: A002 - Textual's name
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self.colours = Colours() if colours is None else colours
        self._chart = BarChartText("", ("",), ())
        self._cursor = 0

    def show(
        self, bars: Sequence[Bar], *, series: Sequence[str], title: str = "", lower_is_better: bool | None = False
    ) -> None:
        """Shows other slices.

        Args:
            bars: in their order; each has a value for each series.
            series: names of what is compared, one or two.
            title: what is drawn.
            lower_is_better: which end is the worst; None when nobody said, and none is marked.
        """
        self._chart = BarChartText(title, series, bars, lower_is_better)
        self._cursor = max(0, min(self._cursor, len(bars) - 1))
        self.redraw()

    def draw_lines(self, width: int, height: int) -> list[Line]:
        """Returns the lines of the chart."""
        return draw_bars(self._chart, self._cursor, (width, height), self.colours)

    def action_move(self, step: int) -> None:
        """Goes to another slice."""
        self._cursor = max(0, min(len(self._chart.bars) - 1, self._cursor + step))
        self.redraw()
