"""Shows what was read of a pair, in the panes that there is room for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from branchlab.report.values import short_names
from branchlab.text import safe_text
from branchlab_tui.leaving import when_drawn
from branchlab_tui.model.snapshot import row_key
from branchlab_tui.screens.base import View
from branchlab_tui.screens.diff.arrived import DifferenceArrived
from branchlab_tui.screens.diff.entry import Section
from branchlab_tui.screens.diff.metric_rows import tally
from branchlab_tui.screens.diff.pair import Pair, choose_pair, name_of_key
from branchlab_tui.screens.diff.panes import arrange, table_cells, table_lines
from branchlab_tui.screens.diff.reading import USUAL, Shown, read_pair
from branchlab_tui.screens.diff.record_table import RecordTable
from branchlab_tui.screens.diff.sections import counts_of, make_sections, unrecorded
from branchlab_tui.screens.diff.title import pair_title
from branchlab_tui.widgets.diff_view.view import DiffView
from branchlab_tui.widgets.state_panel.state_panel import StatePanel
from branchlab_tui.widgets.status_line.layout import Fact, cells_of
from branchlab_tui.widgets.status_line.status_line import StatusLine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from branchlab_tui.model.library import DifferenceRead
    from branchlab_tui.model.snapshot import Snapshot

_AROUND = 5  # blanks around title and facts
_BORDER = 1
_TALL = 20  # lines of the screen from which the row under the cursor is told in full


class Showing(View):
    """Reads a pair in a worker and shows it; keeps what it shows until something newer is there."""

    pair = Pair()
    shown: Shown | None = None
    context = USUAL
    swapped = False
    everything = False
    zoomed = False
    current: Literal["record", "code"] = "record"
    gone = ""
    _failed = False  # the pair could not be read

    def on_mount(self) -> None:
        """Reads what the view was opened for."""
        self.show_keys(self.keys)

    def on_resize(self) -> None:
        """Puts the panes where there is room for them."""
        self.show_panes(shown=self.shown is not None)
        self.show_sections()
        self.arrange_panes()
        self.show_title()

    def show_keys(self, keys: tuple[str, ...]) -> None:
        """Shows other experiments."""
        self.keys = keys
        self.shown, self.gone, self.swapped = None, "", False
        self.pair = choose_pair(self.snapshot, self.state, keys)
        self.nothing.show_loading(f"reading {_name(self.pair)}" if self.pair.a else "")
        self.show_panes(shown=False)
        self.read()

    def snapshot_changed(self, before: Snapshot) -> None:
        """Reads again when one of the two is another one now; says so when it is gone."""
        pair = choose_pair(self.snapshot, self.state, self.keys)
        # What was read stays in sight although one of the two is gone, with a word that it is.
        if pair.a is None and self.shown is not None and self.shown.read is not None:
            gone = next((key for key in self.keys[:2] if self.snapshot.find(key) is None), "")
            self.gone = f"{name_of_key(gone)} is gone"
            self.show_title()
            return
        self.gone = ""
        # Without B it is compared with the baseline, which may have moved.
        moved = pair.b is None and before.baseline != self.snapshot.baseline
        if pair != self.pair or moved or self._failed:
            self.pair = pair
            self.read()
        self.show_title()

    def read(self) -> None:
        """Reads the pair in a worker; a reading that is under way is given up."""
        library, pair, context, swapped = self.library, self.pair, self.context, self.swapped

        def work() -> None:
            self.post_message(DifferenceArrived(read_pair(library, pair, context, swapped=swapped)))

        self._failed = False
        name = f"the difference of {_name(pair)}"
        self.run_worker(work, name=name, group="difference", exclusive=True, thread=True, exit_on_error=False)

    def reading_failed(self, group: str, why: str) -> None:
        """Shows why there is nothing; what is shown stays."""
        if group == "difference":
            self._show_problem(Shown(self.pair, problem=why, hint="R reads again"))

    def on_difference_arrived(self, message: DifferenceArrived) -> None:
        """Shows what was read, unless something else is wanted by now."""
        shown = message.shown
        if (shown.pair, shown.context, shown.swapped) != (self.pair, self.context, self.swapped):
            return
        if shown.read is None:
            self._show_problem(shown)
            return
        self.shown = shown
        self.show_panes(shown=True)
        self.code.show(shown.patch)
        self.show_sections()
        self.arrange_panes()
        self.show_title()
        if self.place:
            # After the refresh: a pane that just came into sight has no size to scroll in.
            when_drawn(self, self.show_place, self.place)

    @property
    def subjects(self) -> tuple[str, ...]:
        """The experiment that is judged: actions are about it alone."""
        judged = self.pair.b if self.swapped and self.pair.b else self.pair.a
        return (row_key(judged),) if judged else self.keys

    @property
    def record(self) -> RecordTable:
        """The table of what was recorded."""
        return self.query_one(RecordTable)

    @property
    def code(self) -> DiffView:
        """The patch."""
        return self.query_one(DiffView)

    @property
    def nothing(self) -> StatePanel:
        """What stands there when there is nothing to show."""
        return self.query_one("#nothing", StatePanel)

    def show_sections(self) -> None:
        """Shows the sections of the table."""
        if self.shown is None or self.shown.read is None:
            return
        read = self.shown.read
        sections = make_sections(read.difference, everything=self.everything, problem=read.problem)
        b, a = short_names([read.difference.b.name, read.difference.a.name])
        self.record.show_sections(sections, (safe_text(b), safe_text(a)), everything=self.everything)
        self.show_told()

    def arrange_panes(self) -> None:
        """Puts the panes beside each other, above each other, or shows one of them, as there is room."""
        if self.shown is None:
            return
        width, height = self.size
        code = bool(self.shown.patch.files)
        if not code and self.current == "code":
            self.current = "record"
            self.set_focus(self.record)
        way = arrange(width, height, zoomed=self.zoomed, code=code)
        both = way != "single"
        # Straight to the widgets: a class on the screen would make Textual match every rule again, 30 ms each time.
        self.record.display = both or self.current == "record"
        self.code.display = code and (both or self.current == "code")
        panes, styles = self.query_one("#panes"), self.record.styles
        panes.styles.layout = "horizontal" if way == "beside" else "vertical"
        # 0 before the panes were laid out for the first time.
        room = panes.size.height or height
        styles.height = table_lines(self.record.line_count, room) if way == "stacked" else "1fr"
        styles.width = table_cells(self.record.cells_wanted + _BORDER, width) if way == "beside" else "1fr"
        self.record.set_class(way == "beside", "-beside")

    def show_panes(self, *, shown: bool) -> None:
        """Shows the panes, or what stands there when there is nothing to show."""
        self.nothing.display = not shown
        self.query_one("#panes").display = shown
        self.query_one("#told").display = shown and self.size.height >= _TALL

    def show_title(self) -> None:
        """Says what is judged against what, and what came out."""
        title = self.query_one("#title", StatusLine)
        if self.shown is None or self.shown.read is None:
            title.show(Fact("difference", "bold"), ())
            return
        facts = tuple(self._facts(self.shown, self.shown.read))
        room = max(self.size.width - cells_of(facts) - _AROUND, self.size.width // 2)
        title.show(Fact(pair_title(self.shown.read, room), "bold"), facts)

    def show_told(self) -> None:
        """Says all about the row under the cursor, with whole numbers."""
        here = self.record.here
        text = "" if here is None or isinstance(here, Section) else here.told
        self.query_one("#told", StatusLine).show(Fact(text), ())

    def _facts(self, shown: Shown, read: DifferenceRead) -> Iterator[Fact]:
        if self.gone:
            yield Fact(f"{self.gone}; this is what it was", "problem")
        if self.snapshot.problem:
            yield Fact("stale", "problem", 1)
        if shown.pair.more:
            yield Fact(f"the first 2 of {shown.pair.more + 2}", "", 4)
        known = not unrecorded(read.difference)
        if known and (
            verdicts := tally([change for change in read.difference.metrics if change.name == change.metric])
        ):
            yield Fact(verdicts, "", 2)
        if read.difference.code:
            yield Fact(f"code {counts_of(read.difference.code)}", "", 2, "other_pane")

    def _show_problem(self, shown: Shown) -> None:
        """Shows why there is nothing; what was read before stays, with a word that it is old."""
        self._failed = shown.pair.a is not None
        if self.shown is not None:
            self.gone = safe_text(shown.problem)
            self.show_title()
            return
        show = self.nothing.show_empty if shown.pair.a is None else self.nothing.show_error
        show(shown.problem, shown.hint)
        self.show_title()


def _name(pair: Pair) -> str:
    return safe_text(pair.a.name or pair.a.run) if pair.a else ""
