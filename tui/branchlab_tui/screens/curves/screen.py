"""The view of curves: a grid of metrics, the marked experiments laid over each other, live."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from branchlab.errors import BranchlabError
from branchlab.faults import error_of
from branchlab_tui.model.library import Curves
from branchlab_tui.screens.base import bindings_of
from branchlab_tui.screens.curves.axis import next_axis
from branchlab_tui.screens.curves.facts import Sight, chosen_text, describe
from branchlab_tui.screens.curves.metric_bar import MetricBar
from branchlab_tui.screens.curves.metrics import choose_metrics
from branchlab_tui.screens.curves.panels import CurvePanels
from branchlab_tui.screens.overlaid.view import OverlaidView
from branchlab_tui.widgets.plot_grid.plot_grid import PlotGrid
from branchlab_tui.widgets.series_legend.series_legend import SeriesLegend
from branchlab_tui.widgets.state_panel.state_panel import StatePanel
from branchlab_tui.widgets.status_line.status_line import StatusLine

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from branchlab.experiment import Experiment
    from branchlab_tui.screens.curves.messages.metrics_chosen import MetricsChosen
    from branchlab_tui.widgets.plot_grid.messages.panels_shown import PanelsShown

_HOW_TO_LOG = (
    "run.log(loss=…) inside  with branchlab.start_run() as run:  makes curves;\n"
    'collect = ["logs/*.csv"] in branchlab.toml takes those of other tools'
)


class CurvesScreen(OverlaidView):
    """Shows a panel for each metric."""

    VIEW = "curves"
    CSS_PATH = "screen.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("curves")]

    def compose_body(self) -> ComposeResult:
        """Makes the legend, the grid and what stands in its place while there is nothing to see."""
        self._panels = CurvePanels()
        self._chosen = ""
        self._sight = Sight()
        yield SeriesLegend(self.colours)
        yield MetricBar()
        yield PlotGrid(self.colours)
        yield StatePanel()
        yield StatusLine()

    @property
    def plots(self) -> PlotGrid:
        """The panels."""
        return self.query_one(PlotGrid)

    def read_one(self, one: Experiment) -> Curves:
        """Returns the curves of an experiment; what cannot be read is none, and a problem."""
        try:
            return self.library.curves(one)
        except (BranchlabError, OSError) as error:
            return Curves({}, error_of(error).message)

    def show_known(self) -> None:
        """Shows the curves that were read."""
        panels = self._panels
        panels.take(self.shown.shown, self.known, self.snapshot.workspace.settings.metrics)
        metrics = choose_metrics(panels.metrics, self._chosen)
        self.plots.show(metrics, panels.panel)
        self.show_legend()
        self._say_why(nothing=not metrics)
        self._tell()

    def on_view_changed(self) -> None:
        """Says which experiment is in front, and what of it is in sight."""
        super().on_view_changed()
        self._tell()

    def on_panels_shown(self, message: PanelsShown) -> None:
        """Says which metrics are in sight."""
        self._sight = Sight(message.first, message.shown, message.count, message.zoomed)
        # Panels come later than the view, and there was nothing to focus when it opened.
        if self.focused is None:
            self.plots.focus_current()
        self._tell()

    def on_metrics_chosen(self, message: MetricsChosen) -> None:
        """Shows the metrics that were typed."""
        self._chosen = message.text
        self.show_known()
        if message.done:
            self.plots.focus_current()

    def action_next_panel(self) -> None:
        """Goes to the next metric."""
        self.plots.move(1)

    def action_previous_panel(self) -> None:
        """Goes to the metric before."""
        self.plots.move(-1)

    def action_change_axis(self) -> None:
        """Counts something else on the horizontal axis; a part that was zoomed in on is none of it."""
        self._panels.axis = next_axis(self._panels.axis)
        self.plots.change_view(x_range=None, cursor=None)
        self.show_known()

    def action_choose_metrics(self) -> None:
        """Lets the user type which metrics to show."""
        self.query_one(MetricBar).open(self._chosen)

    def action_follow(self) -> None:
        """Follows the newest steps, or not."""
        self.plots.follows = not self.plots.follows
        self._tell()

    async def action_step_back(self) -> None:
        """Puts the cursor away, then leaves the single metric, then the choice of metrics, then the view."""
        # The plot hears the key first, but only while it has the focus; its cursor moves without.
        if self.step_back_in_plot():
            return
        if self.plots.zoomed:
            self.plots.zoom(zoomed=False)
        elif self._chosen:
            self._chosen = ""
            self.show_known()
        else:
            await self.app.run_action("app.back")

    def _say_why(self, *, nothing: bool) -> None:
        """Says why there is nothing to see, where there is nothing."""
        panel = self.query_one(StatePanel)
        self.plots.display, panel.display = not nothing, nothing
        if not nothing:
            return
        problems = [found.problem for found in self.known.values() if found.problem]
        if not self.shown.shown:
            said = "these experiments are not there any more" if self.keys else "no experiment is marked"
            panel.show_empty(said, "esc goes back to the table")
        elif self._panels.metrics:
            panel.show_empty(f"no metric is called like {self._chosen}", "/ changes that, esc shows all")
        # Before problems: the next experiment may have curves.
        elif self.reading or not self.known:
            panel.show_loading("reading the curves")
        elif problems:
            panel.show_error(problems[0], "branchlab check tells more")
        else:
            panel.show_empty("no curves", _HOW_TO_LOG)

    def _tell(self) -> None:
        panels, plots = self._panels, self.plots
        count, of = len(choose_metrics(panels.metrics, self._chosen)), len(panels.metrics)
        facts = describe(self._sight, panels.axis, plots.view, self.shown, self.known, follows=plots.follows)
        self.query_one(StatusLine).show(chosen_text(self._chosen, count, of), facts)


SCREEN = CurvesScreen
