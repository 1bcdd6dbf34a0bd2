"""What stands on the view: a strip, the overview where there is room, and the section with its companion."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from textual.containers import Horizontal, Vertical

from branchlab.report.page import Line
from branchlab_tui.leaving import when_drawn
from branchlab_tui.model.library import Curves
from branchlab_tui.screens.base import View
from branchlab_tui.screens.curves.panels import CurvePanels
from branchlab_tui.screens.experiment.arrangement import Arrangement, arrange
from branchlab_tui.screens.experiment.emptiness import emptiness
from branchlab_tui.screens.experiment.sections.overview import overview_parts
from branchlab_tui.screens.experiment.sections.page import section_parts
from branchlab_tui.screens.experiment.sections.section import PAGES
from branchlab_tui.screens.experiment.status_strip import StatusStrip
from branchlab_tui.screens.experiment.tabs import SectionTabs
from branchlab_tui.screens.overlaid.colours import colours_of
from branchlab_tui.screens.overlaid.naming import name_series
from branchlab_tui.screens.overlaid.subjects import Subject
from branchlab_tui.widgets.log_view.log_view import LogView
from branchlab_tui.widgets.page.page_view import PageView
from branchlab_tui.widgets.plot_grid.plot_grid import PlotGrid
from branchlab_tui.widgets.search_line.search_line import SearchLine
from branchlab_tui.widgets.series_legend.series_legend import SeriesLegend
from branchlab_tui.widgets.state_panel.state_panel import StatePanel

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from branchlab_tui.screens.experiment.shown import Shown
    from branchlab_tui.widgets.page.content import Part


class Panes(View):
    """Shows what is known of one experiment; what reads it stands above.

    Attributes:
        section: the section that the user chose.
        zoomed: whether the section has the whole width.
        is_another: whether another experiment than before is to be shown, from its top.
    """

    VIEW = "experiment"
    AUTO_FOCUS = ""  # Textual would take the first widget that can have it; `focus_main` waits for one to see

    section = "overview"
    zoomed = False
    is_another = False
    shown: Shown | None = None
    gone = ""
    place = ""
    _wants_keys = False

    def compose_body(self) -> ComposeResult:
        """Makes every pane; which of them are in sight is `arrange`'s word."""
        self._panels = CurvePanels()
        yield StatusStrip()
        with Horizontal(id="columns"):
            yield PageView(id="overview")
            with Vertical(id="section"):
                yield SectionTabs()
                yield StatePanel()
                yield PageView(id="page")
                yield SeriesLegend(colours_of(self.app))
                yield PlotGrid(colours_of(self.app))
                yield LogView()
        yield SearchLine()

    @property
    def arrangement(self) -> Arrangement:
        """What is in sight now."""
        live = self.shown is not None and self.shown.live
        return arrange(self.section, *self.size, live=live, zoomed=self.zoomed)

    @property
    def main(self) -> PageView | LogView | PlotGrid:
        """The pane of the section."""
        section = self.arrangement.section
        if section == "log":
            return self.query_one(LogView)
        return self.query_one(PlotGrid) if section == "curves" else self.query_one("#page", PageView)

    def focus_main(self) -> None:
        """Gives the keys to the section, as soon as there is something to see of it."""
        main = self.main
        self._wants_keys = not main.display
        if self._wants_keys:
            # Nothing has them meanwhile: the widget that had them is hidden, and keys of the view work all the same.
            self.set_focus(None)
        elif isinstance(main, PlotGrid):
            main.focus_current()
        else:
            self.set_focus(main)

    def show_all(self, *, anew: bool = False) -> None:
        """Fills every pane that is in sight; `anew` when another section is shown."""
        anew, self.is_another = anew or self.is_another, False
        arranged = self.arrangement
        shown = self.shown
        self.query_one(SectionTabs).show_section(arranged.section, "overview" if arranged.overview else "")
        self.show_strip()
        empty = emptiness(shown, arranged.section, self.keys[0] if self.keys else "")
        in_sight = {arranged.companion} if empty else {arranged.section, arranged.companion}
        if shown is not None and emptiness(shown, arranged.companion):
            # An empty companion makes room: one panel says why there is nothing, and that is about the section.
            in_sight.discard(arranged.companion)
        panel = self.query_one(StatePanel)
        panel.display = empty is not None
        if empty:
            empty.show(panel)
        overview, page = self.query_one("#overview", PageView), self.query_one("#page", PageView)
        overview.display = arranged.overview
        page.display = bool(in_sight & set(PAGES))
        page.set_class(bool(arranged.companion) and arranged.companion in in_sight, "-above")
        self.query_one(PlotGrid).display = self.query_one(SeriesLegend).display = "curves" in in_sight
        self.query_one(LogView).display = "log" in in_sight
        self.query_one(LogView).set_class(arranged.section == "curves", "-below")
        if shown is None:
            return
        now = time.time()
        if arranged.overview:
            overview.show(self._overview(shown, now, arranged.section), anew=anew)
        if page.display:
            page.show(section_parts(shown, arranged.section, now), anew=anew)
        if "curves" in in_sight:
            self._show_curves(shown)
        if "log" in in_sight and shown.log:
            self.query_one(LogView).show(shown.log, growing=shown.live)
        # After the refresh: a widget takes no focus before it is laid out.
        if self._wants_keys and not empty:
            when_drawn(self, self.focus_main)

    def _overview(self, shown: Shown, now: float, beside: str) -> list[Part]:
        problem = shown.problems.get("exhibit")
        told: list[Part] = [Line(f"✗ {problem.what}", "worse"), Line(problem.hint, "dim")] if problem else []
        return [*told, *overview_parts(shown, now, measured=beside != "metrics")]

    def show_strip(self) -> None:
        """Says which experiment it is, and how it stands."""
        shown = self.shown
        self.query_one(StatusStrip).show(
            shown.one if shown else None, shown.pulse if shown else None, self.place, self.gone
        )

    def _show_curves(self, shown: Shown) -> None:
        one, base = shown.one, shown.baseline
        subjects = [Subject(shown.key, one.name, one)]
        curves = {shown.key: shown.curves or Curves()}
        if base is not None and shown.ghost is not None:
            own = curves[shown.key].series
            # Metrics of the baseline alone would be panels without a curve of the experiment.
            behind = {name: points for name, points in shown.ghost.series.items() if name in own}
            if behind:
                subjects.append(Subject("baseline", base.name, base, ghost=True))
                curves["baseline"] = Curves(behind)
        legend = self.query_one(SeriesLegend)
        legend.show(name_series(subjects))
        legend.display = len(subjects) > 1
        self._panels.take(subjects, curves, shown.settings.metrics)
        self.query_one(PlotGrid).show(self._panels.metrics, self._panels.panel)
