"""One sweep: how it went, and what its trials tell about the parameters."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Container, Horizontal

from branchlab_tui.drawing.palette import Colours
from branchlab_tui.screens.base import bindings_of
from branchlab_tui.screens.sweep.acting import Acting
from branchlab_tui.screens.sweep.importance_lines import importance_lines
from branchlab_tui.screens.sweep.panes import PANES
from branchlab_tui.widgets.cloud import CloudGrid, CloudPlot
from branchlab_tui.widgets.page.page_view import PageView
from branchlab_tui.widgets.parallel import ParallelPlot
from branchlab_tui.widgets.series_legend.series_legend import SeriesLegend
from branchlab_tui.widgets.state_panel.state_panel import StatePanel
from branchlab_tui.widgets.status_line.status_line import StatusLine
from branchlab_tui.widgets.tab_bar.tab_bar import TabBar
from branchlab_tui.widgets.words.words import Words

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.widget import Widget

    from branchlab_tui.screens.sweep.panes import Pane


class SweepScreen(Acting):
    """Six panes about one sweep, which all read the same trial."""

    VIEW = "sweep"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("sweep")]
    CSS_PATH = "screen.tcss"
    AUTO_FOCUS: ClassVar[str | None] = ""

    def compose_body(self) -> ComposeResult:
        """Yields the facts, the panes in three rows, and the trial that is read."""
        # Of its own: trials have names such as `#7`, which mean others in the next sweep.
        colours = Colours()
        yield StatusLine(id="title")
        yield TabBar()
        with Horizontal(classes="row"):
            yield CloudPlot(id="history")
            yield PageView(id="progress")
        with Horizontal(classes="row"):
            with Container(id="strands"):
                yield SeriesLegend(colours)
                yield ParallelPlot("parallel coordinates", colours=colours)
            yield CloudPlot(id="contour")
        with Horizontal(classes="row"):
            yield CloudGrid(id="slices")
            yield Words(partial(importance_lines, "", None), id="importance")
        yield StatePanel(id="nothing")
        yield StatusLine(id="trial")

    def panes(self) -> dict[Pane, tuple[Widget, Widget]]:
        """Returns what is shown or hidden of each pane, and what takes its keys."""
        found: dict[Pane, tuple[Widget, Widget]] = {}
        for name in PANES:
            pane = self.query_one(f"#{name}")
            # Strands stand in a container with their legend, which takes no keys.
            found[name] = (pane, self.query_one(ParallelPlot) if name == "strands" else pane)
        return found


SCREEN = SweepScreen
