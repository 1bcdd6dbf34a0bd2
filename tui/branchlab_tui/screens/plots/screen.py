"""The view of plots: what there is at the left, the plot at the right."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Container

from branchlab_tui.screens.base import bindings_of
from branchlab_tui.screens.plots.build import Known, build
from branchlab_tui.screens.plots.choice import Choice, choose
from branchlab_tui.screens.plots.entries import Entry, entry_of, list_entries, neighbour
from branchlab_tui.screens.plots.entry_list import EntryList
from branchlab_tui.screens.plots.facts import caption, describe
from branchlab_tui.screens.plots.file_actions import FileActions
from branchlab_tui.screens.plots.files import Files
from branchlab_tui.screens.plots.messages.files_read import FilesRead
from branchlab_tui.screens.plots.pane import PlotPane
from branchlab_tui.screens.plots.reading import read_material
from branchlab_tui.screens.plots.shown import Lines, Shown, Words
from branchlab_tui.widgets.series_legend.series_legend import SeriesLegend
from branchlab_tui.widgets.status_line.status_line import StatusLine

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from branchlab.experiment import Experiment
    from branchlab_tui.screens.plots.files import Wanted
    from branchlab_tui.screens.plots.messages.entry_chosen import EntryChosen
    from branchlab_tui.screens.plots.reading import Material
    from branchlab_tui.widgets.plot_grid.plot_grid import PlotGrid

_HOW_TO_LOG = (
    "run.log_confusion_matrix(…), log_roc_curve(…), log_slices(…) and log_artifact(…)\n"
    "inside  with branchlab.start_run() as run:  give this view something to show"
)


class PlotsScreen(FileActions):
    """Shows one entry of the list at a time."""

    VIEW = "plots"
    CSS_PATH = "screen.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("plots")]
    HORIZONTAL_BREAKPOINTS = [(0, "-switched"), (100, "-listed")]  # noqa: RUF012 - as Textual declares it

    def compose_body(self) -> ComposeResult:
        """Makes the legend, the list and the pane."""
        self._entries: tuple[Entry, ...] = ()
        self._entry: Entry | None = None
        self._subject = 0
        self._metric = 0
        self._paired = {"slices": True}  # slices beside those of the baseline at once; all else alone until `d`
        self._files = Files(self.library)
        self._last: Shown | None = None
        self._notes: Mapping[str, str] = {}
        yield SeriesLegend(self.colours)
        with Container(id="body"):
            yield EntryList()
            yield PlotPane(self.colours)
        yield StatusLine()

    @property
    def pane(self) -> PlotPane:
        """Where the plot stands."""
        return self.query_one(PlotPane)

    @property
    def plots(self) -> PlotGrid | None:
        """The line plots, while some are shown."""
        return self.pane.grid

    @property
    def files(self) -> Files:
        """The files of the plots."""
        return self._files

    @property
    def choice(self) -> Choice | None:
        """What is looked at; None while there is nothing."""
        return choose(self._entry, self.shown.shown, self._subject) if self._entry else None

    def read_one(self, one: Experiment) -> Material:
        """Returns what an experiment has to look at."""
        return read_material(self.library, one)

    def show_known(self) -> None:
        """Shows the list and the current entry."""
        self._entries = list_entries(self._materials)
        # Kept until it is there: materials of some experiments come later.
        if (wanted := entry_of(self._entries, self.place)) is not None:
            self._entry, self.place = wanted, ""
        # 0 places further: the same entry where it is still there, else the first one.
        self._entry = neighbour(self._entries, self._entry, 0)
        self.query_one(EntryList).show(self._entries, self._entry, len(self._materials))
        self._read_files()
        self._show_entry()

    def show_place(self, place: str) -> None:
        """Goes to the plot with this path."""
        super().show_place(place)
        self.show_known()

    def on_view_changed(self) -> None:
        """Says which experiment is in front."""
        self.show_legend(self._notes)

    def on_unmount(self) -> None:
        """Leaves no copies behind."""
        self._files.close()

    def on_entry_chosen(self, message: EntryChosen) -> None:
        """Shows what was clicked."""
        self._go(message.by)

    def on_files_read(self, message: FilesRead) -> None:
        """Shows the files that were read."""
        self.files.take(message.found)
        self._show_entry()

    def action_next_entry(self) -> None:
        """Shows the next entry."""
        self._go(1)

    def action_previous_entry(self) -> None:
        """Shows the entry before."""
        self._go(-1)

    def action_next_subject(self) -> None:
        """Shows the entry of the next experiment."""
        self._change_subject(1)

    def action_previous_subject(self) -> None:
        """Shows the entry of the experiment before."""
        self._change_subject(-1)

    def action_change_metric(self) -> None:
        """Shows the next metric of slices, or the summary of resources."""
        self._metric += 1
        self._show_entry()

    def action_change_pairing(self) -> None:
        """Takes another experiment from this one, or stands it beside it, or neither."""
        choice = self.choice
        if choice is None:
            return
        if not choice.other:
            self.notify("no other experiment here has it: mark two in the table", markup=False)
            return
        self._paired[choice.entry.section] = not self._paired.get(choice.entry.section, False)
        self._show_entry()

    def action_normalise(self) -> None:
        """Changes between counts and shares."""
        self.pane.normalise()

    async def action_step_back(self) -> None:
        """Puts the cursor away, then leaves the single line plot, then the view."""
        # The plot hears the key first, but only while it has the focus; its cursor moves without.
        if self.step_back_in_plot():
            return
        if self.plots and self.plots.zoomed:
            self.plots.zoom(zoomed=False)
        else:
            await self.app.run_action("app.back")

    def _go(self, by: int) -> None:
        self._entry = neighbour(self._entries, self._entry, by)
        self._metric = 0
        self.query_one(EntryList).show(self._entries, self._entry, len(self._materials))
        self._read_files()
        self._show_entry()

    def _change_subject(self, by: int) -> None:
        choice = self.choice
        if choice is not None:
            # From the place that is shown: `_subject` may count beyond those that have this entry.
            self._subject = choice.place + by
            self._read_files()
            self._show_entry()

    @property
    def _materials(self) -> dict[str, Material]:
        return {subject.key: self.known[subject.key] for subject in self.shown.shown if subject.key in self.known}

    def _read_files(self) -> None:
        choice = self.choice
        wanted = self.files.ask(choice, self.shown.shown, self._materials) if choice else []
        if wanted:
            work = partial(self._read_and_tell, wanted)
            self.run_worker(work, thread=True, group="files", name="files of plots", exit_on_error=False)

    def reading_failed(self, group: str, why: str) -> None:
        """Lets the files be asked for again."""
        super().reading_failed(group, why)
        if group == "files":
            self.files.forget()

    def _read_and_tell(self, wanted: list[Wanted]) -> None:
        self.post_message(FilesRead(self.files.read(wanted)))

    def _show_entry(self) -> None:
        """Shows what is known of the current entry; nothing is drawn where that is the same as before."""
        choice = self.choice
        rules = self.snapshot.workspace.settings.metrics
        known = Known(self.shown.shown, self._materials, self.files.tables, self.files.places, rules)
        shown = self._nothing() if choice is None else self._build(choice, known)
        # By value: the table, the list and each reading come here, mostly with nothing new to draw.
        if shown != self._last:
            self._last = shown
            self.pane.show(shown)
        self._notes = shown.notes if isinstance(shown, Lines) else {}
        self.show_legend(self._notes)
        facts = describe(choice, known, self.shown, alone=_belongs_to_one(choice, shown))
        self.query_one(StatusLine).show(caption(choice, known), facts)

    def _build(self, choice: Choice, known: Known) -> Shown:
        return build(choice, known, self._metric, paired=self._paired.get(choice.entry.section, False))

    def _nothing(self) -> Words:
        problems = [one.problem for one in self._materials.values() if one.problem]
        if not self.shown.shown:
            said = "these experiments are not there any more" if self.keys else "no experiment is marked"
            return Words("empty", said, "esc goes back to the table")
        if self.reading:
            return Words("loading", "reading what there is")
        if problems:
            return Words("error", problems[0], "branchlab check tells more")
        return Words("empty", "nothing to look at", _HOW_TO_LOG)


def _belongs_to_one(choice: Choice | None, shown: Shown) -> bool:
    """Says whether only one of the experiments that have an entry is shown."""
    return choice is not None and choice.entry.section != "resources" and not isinstance(shown, Lines)


SCREEN = PlotsScreen
