"""Several experiments side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Container

from branchlab_tui.screens.base import bindings_of
from branchlab_tui.screens.compare.acting import Acting
from branchlab_tui.screens.compare.compared_table import ComparedTable
from branchlab_tui.screens.overlaid.colours import colours_of
from branchlab_tui.widgets.parallel import ParallelPlot
from branchlab_tui.widgets.scatter import ScatterPlot
from branchlab_tui.widgets.search_line.search_line import SearchLine
from branchlab_tui.widgets.series_legend.series_legend import SeriesLegend
from branchlab_tui.widgets.state_panel.state_panel import StatePanel
from branchlab_tui.widgets.status_line.status_line import StatusLine

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType


class CompareScreen(Acting):
    """What differs between experiments, as a table and drawn."""

    VIEW = "compare"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("compare")]
    CSS_PATH = "screen.tcss"
    AUTO_FOCUS: ClassVar[str | None] = "ComparedTable"

    def compose_body(self) -> ComposeResult:
        """Yields the title, the table, both plots, and the line to search in."""
        yield StatusLine(id="title")
        yield ComparedTable()
        with Container(id="plots"):
            with Container(id="strands"):
                yield SeriesLegend(colours_of(self.app))
                yield ParallelPlot("parallel coordinates", colours=colours_of(self.app))
            yield ScatterPlot()
        yield StatePanel(id="nothing")
        yield SearchLine()


SCREEN = CompareScreen
