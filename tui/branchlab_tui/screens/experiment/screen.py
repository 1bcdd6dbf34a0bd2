"""The view of one experiment: everything about it, live while it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from branchlab_tui.leaving import when_drawn
from branchlab_tui.messages.open_view import OpenView
from branchlab_tui.screens.base import bindings_of
from branchlab_tui.screens.experiment.following import Following
from branchlab_tui.screens.experiment.sections.code import CODE
from branchlab_tui.screens.experiment.sections.section import SECTIONS, section_after
from branchlab_tui.widgets.log_view.log_view import LogView
from branchlab_tui.widgets.page.page_view import PageView
from branchlab_tui.widgets.plot_grid.plot_grid import PlotGrid
from branchlab_tui.widgets.search_line.search_line import SearchLine

if TYPE_CHECKING:
    from textual import events
    from textual.binding import BindingType

    from branchlab_tui.screens.experiment.messages import SectionChosen
    from branchlab_tui.widgets.log_view.messages import HitsCounted
    from branchlab_tui.widgets.page.messages import LinkOpened
    from branchlab_tui.widgets.search_line.messages import SearchClosed, SearchTyped


class ExperimentScreen(Following):
    """Shows one experiment section by section, with its overview beside them where there is room."""

    CSS_PATH = "screen.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("experiment")]

    _searched = ""

    def on_resize(self, event: events.Resize) -> None:  # noqa: ARG002 - the size is asked for
        """Finds the panes that fit."""
        if self.query("#columns"):
            focused = self.focused
            self.show_all()
            # The pane with the keys had no room any more, as the overview in a narrow terminal.
            if focused is not None and not focused.display:
                when_drawn(self, self.focus_main)

    def choose(self, section: str) -> None:
        """Shows a section."""
        self.section = section
        self.show_all(anew=True)
        when_drawn(self, self.focus_main)

    def action_next_section(self) -> None:
        """Shows the next section."""
        self._step_section(1)

    def action_previous_section(self) -> None:
        """Shows the section before."""
        self._step_section(-1)

    def _step_section(self, steps: int) -> None:
        arranged = self.arrangement
        self.choose(section_after(arranged.section, steps, left_out="overview" if arranged.overview else ""))

    def on_section_chosen(self, message: SectionChosen) -> None:
        """Shows the section whose tab was clicked."""
        self.choose(message.section)

    def action_next_experiment(self) -> None:
        """Shows the next experiment of the table, in the same section."""
        self.step(1)

    def action_previous_experiment(self) -> None:
        """Shows the experiment before."""
        self.step(-1)

    def action_tail(self) -> None:
        """Shows the end of the log."""
        self.choose("log")

    def action_follow(self) -> None:
        """Follows the log, or stays; shows it first."""
        log = self.query_one(LogView)
        if log.display:
            log.follow()
        else:
            self.choose("log")

    def action_zoom(self) -> None:
        """Gives the section the whole width, or the overview its place beside it."""
        arranged = self.arrangement
        # What stood beside the overview becomes the chosen one, else the overview itself would take the whole width.
        self.section, self.zoomed = arranged.section, not self.zoomed
        self.show_all()

    def action_left_pane(self) -> None:
        """Gives the keys to the overview."""
        if self.arrangement.overview:
            self.set_focus(self.query_one("#overview", PageView))

    def action_right_pane(self) -> None:
        """Gives the keys to the section."""
        self.focus_main()

    def action_open(self) -> None:
        """Opens the curves in their own view; rows of a page say themselves where they lead."""
        if self.arrangement.section == "curves":
            self.post_message(OpenView("curves", self.subjects, over=True))

    def action_page_down(self) -> None:
        """Shows the next curves."""
        self.query_one(PlotGrid).page(1)

    def action_page_up(self) -> None:
        """Shows the curves before."""
        self.query_one(PlotGrid).page(-1)

    def action_difference(self) -> None:
        """Shows what differs from the baseline."""
        self.post_message(OpenView("diff", self.subjects, over=True))

    def on_link_opened(self, message: LinkOpened) -> None:
        """Goes where a row leads: lines of code to the view of differences, plots to that of plots."""
        kind, _, path = message.key.partition(":")
        view = "diff" if f"{kind}:" == CODE else "plots"
        self.post_message(OpenView(view, self.subjects, place=path, over=True))

    @property
    def searched(self) -> PageView | LogView:
        """The pane that a search looks at: the one with the keys, else that of the section."""
        for pane in (self.focused, self.main):
            if isinstance(pane, (PageView, LogView)):
                return pane
        log = self.query_one(LogView)
        return log if log.display else self.query_one("#overview", PageView)

    def action_search(self) -> None:
        """Lets the user type what to look for."""
        # Kept while one types: the line has the focus then, and `searched` would answer with another pane.
        self._target = self.searched
        self.query_one(SearchLine).open("")

    def on_search_typed(self, message: SearchTyped) -> None:
        """Looks for what is typed so far."""
        self._searched = message.text
        words = self._target.search(message.text)
        if words is not None:
            self.query_one(SearchLine).show_count(words)

    def on_hits_counted(self, message: HitsCounted) -> None:
        """Says what was found in the log."""
        self.query_one(SearchLine).show_count(message.words)

    def on_search_closed(self, message: SearchClosed) -> None:
        """Gives the keys back to the pane that was searched."""
        self.query_one(SearchLine).close()
        self.set_focus(self._target)
        if not message.kept:
            self._searched = ""
            self._target.search("")

    def action_next_hit(self) -> None:
        """Goes to the next place that the search found."""
        self._next_hit(1)

    def action_previous_hit(self) -> None:
        """Goes to the place before."""
        self._next_hit(-1)

    def _next_hit(self, steps: int) -> None:
        pane = self.searched
        if not pane.needle and self._searched:
            # The search was made in another pane: here it begins with the same text.
            pane.search(self._searched)
        elif not pane.needle:
            self.notify("nothing is searched for yet: / begins", markup=False, timeout=3)
        else:
            pane.next_hit(steps)

    async def action_step_back(self) -> None:
        """Ends the search, then gives the overview its place back, then leaves the view."""
        if self._searched:
            self._searched = ""
            for pane in (*self.query(PageView), *self.query(LogView)):
                pane.search("")
        elif self.zoomed:
            self.action_zoom()
        else:
            await self.app.run_action("app.back")


def _add_sections() -> None:
    """Gives each section an action of its own, so that palette and commands reach it by name."""
    for section in SECTIONS:
        # As a default, because a closure would see the last section of the loop.
        def action(self: ExperimentScreen, chosen: str = section.id) -> None:
            self.choose(chosen)

        setattr(ExperimentScreen, f"action_section_{section.id}", action)


_add_sections()
SCREEN = ExperimentScreen
