"""Shows what was read of several experiments, in the panes that there is room for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.comparison import legend
from branchlab.text import safe_text
from branchlab_tui.model.snapshot import row_key
from branchlab_tui.screens.base import View
from branchlab_tui.screens.compare.arrived import ComparisonArrived
from branchlab_tui.screens.compare.chosen import Chosen, choose_columns, names_of
from branchlab_tui.screens.compare.compared_table import ComparedTable
from branchlab_tui.screens.compare.order import order_by
from branchlab_tui.screens.compare.panes import Pane, arrange
from branchlab_tui.screens.compare.reading import Compared, read_compared
from branchlab_tui.screens.compare.rows import REFERENCE, Cells, ComparedRows
from branchlab_tui.widgets.scatter import ScatterPlot
from branchlab_tui.widgets.state_panel.state_panel import StatePanel
from branchlab_tui.widgets.status_line.layout import Fact
from branchlab_tui.widgets.status_line.status_line import StatusLine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from branchlab.compare.comparison import Comparison
    from branchlab_tui.model.snapshot import Snapshot
    from branchlab_tui.model.state import Delta

_LEAST = 2
_HELP: dict[Pane, str] = {
    "parallel": "h l axis, j k J K its range, ⏎ filters by it",
    "scatter": "h j k l next point, f next of the front, ⏎ opens it",
}
_LEGEND_FROM = 100  # cells of the screen from which marks are explained


class Showing(View):
    """Reads what was chosen in a worker and shows it; keeps what it shows until something newer is there."""

    chosen = Chosen()
    compared: Compared | None = None
    dropped: frozenset[str] = frozenset()
    reference = ""
    everything = False
    delta: Delta = "value"
    ordered_by = ""
    folded: frozenset[str] = frozenset()
    cells: Cells | None = None
    zoomed = False
    current: Pane = "table"
    _failed = False  # what was chosen last could not be read

    def on_mount(self) -> None:
        """Reads what the view was opened for."""
        self.show_keys(self.keys)

    def on_resize(self) -> None:
        """Puts the panes where there is room for them."""
        self.show_rows()

    def show_keys(self, keys: tuple[str, ...]) -> None:
        """Shows other experiments."""
        self.keys = keys
        self.compared, self.dropped, self.reference, self.ordered_by = None, frozenset(), "", ""
        self.choose()

    def choose(self) -> None:
        """Reads what is to stand side by side now."""
        self.chosen = choose_columns(
            self.snapshot, self.state, self.keys, dropped=self.dropped, reference=self.reference
        )
        # Once something is shown the last column may stand alone: the user dropped the others and can bring them back.
        if len(self.chosen.ones) < _LEAST and self.compared is None:
            self._show_nothing()
            return
        if self.compared is None:
            self.nothing.show_loading(f"reading {len(self.chosen.ones)} experiments")
            self.show_panes(shown=False)
        library, chosen = self.library, self.chosen

        def work() -> None:
            self.post_message(ComparisonArrived(read_compared(library, chosen)))

        self._failed = False
        name = "the comparison"
        self.run_worker(work, name=name, group="comparison", exclusive=True, thread=True, exit_on_error=False)

    def reading_failed(self, group: str, why: str) -> None:
        """Shows why there is nothing; what is shown stays."""
        if group == "comparison":
            self._show_failure(why)

    def snapshot_changed(self, before: Snapshot) -> None:
        """Reads again when one of the experiments is another one now, or is gone."""
        chosen = choose_columns(self.snapshot, self.state, self.keys, dropped=self.dropped, reference=self.reference)
        # Rows are compared, not keys: a live run is another row after each step.
        if chosen != self.chosen or self._failed:
            self.choose()
        elif before.problem != self.snapshot.problem:
            self.show_title()

    def on_comparison_arrived(self, message: ComparisonArrived) -> None:
        """Shows what was read, unless something else is wanted by now."""
        compared = message.compared
        # An older thread ends in its own time, whatever was cancelled.
        if compared.chosen != self.chosen:
            return
        if compared.comparison is None:
            self.compared = None
            self._show_failure("; ".join(compared.problems) or "nothing could be read")
            return
        # Cells belong to one reading; `ComparedRows` adds to these.
        self.compared, self.cells = compared, {}
        self.show_panes(shown=True)
        self.show_rows()
        self.show_plots(compared, compared.comparison)

    @property
    def table(self) -> ComparedTable:
        """The table."""
        return self.query_one(ComparedTable)

    @property
    def nothing(self) -> StatePanel:
        """What stands there when there is nothing to show."""
        return self.query_one("#nothing", StatePanel)

    @property
    def rows(self) -> ComparedRows | None:
        """The rows as they are shown; None before anything was read."""
        compared = self.compared
        if compared is None or compared.comparison is None:
            return None
        order = order_by(compared.comparison, self.ordered_by, compared.against) if self.ordered_by else None
        return ComparedRows(
            compared,
            compared.comparison,
            everything=self.everything,
            delta=self.delta,
            folded=self.folded,
            order=order,
            known=self.cells,
        )

    def show_rows(self) -> None:
        """Shows the table, and puts the panes where there is room for them."""
        rows = self.rows
        if rows is not None:
            self.table.show(rows, rows.columns(self.size.width))
            self.arrange_panes(len(rows) + 1)
        self.show_title()

    def show_plots(self, compared: Compared, comparison: Comparison) -> None:
        """Draws what was read; see `Plotting`."""

    def show_panes(self, *, shown: bool) -> None:
        """Shows the panes, or what stands there when there is nothing to show."""
        self.nothing.display = not shown
        if not shown:
            self.table.display = self.query_one("#plots").display = False

    def arrange_panes(self, wanted: int) -> None:
        """Shows the panes that there is room for; `wanted` is how many lines the table needs."""
        width, height = self.size
        way = arrange(width, height, wanted, self.current, zoomed=self.zoomed)
        panes = {"table": self.table, "parallel": self.query_one("#strands"), "scatter": self.query_one(ScatterPlot)}
        for name, pane in panes.items():
            pane.display = name in way.shown
        self.query_one("#plots").display = way.shown != {"table"}
        self.table.styles.height = way.table_lines or "1fr"

    def show_title(self) -> None:
        """Says how many experiments stand side by side, against which one, and what the marks mean."""
        title = self.query_one("#title", StatusLine)
        if self.compared is None or self.compared.comparison is None:
            title.show(Fact("comparison", "bold"), ())
            return
        count = len(self.compared.ones)
        name = names_of(self.compared.ones)[self.compared.against]
        many = f"{count} experiments" if self.size.width >= _LEGEND_FROM else str(count)
        what = f"{many} against {REFERENCE} {name}" if count > 1 else f"{REFERENCE} {name} alone"
        title.show(Fact(what, "bold"), tuple(self._facts(self.compared, self.compared.comparison)))

    def _facts(self, compared: Compared, comparison: Comparison) -> Iterator[Fact]:
        wrong = [*compared.problems, *(f"{name} is gone" for name in compared.chosen.gone)]
        yield from (Fact(problem, "problem", 1) for problem in [*wrong, *(["stale"] if self.snapshot.problem else [])])
        if compared.chosen.left_out:
            yield Fact(f"{compared.chosen.left_out} more left out", "warn", 2)
        if self.dropped:
            yield Fact(f"{len(self.dropped)} dropped", "", 2, "bring_back")
        if self.delta != "value":
            yield Fact({"both": "Δ %", "delta": "Δ alone", "percent": "Δ % alone"}[self.delta], "", 3, "delta")
        hidden = sum(not row.differs for row in comparison.rows)
        if hidden:
            yield Fact(f"{hidden} equal rows {'shown' if self.everything else 'hidden'}", "", 4, "everything")
        if self.ordered_by:
            yield Fact(f"by {safe_text(self.ordered_by.partition('/')[2])}", "", 3, "order")
        if self.current in _HELP:
            yield Fact(_HELP[self.current], "", 5)
        # Without the hidden rows, which are a fact of their own above.
        for part in legend(comparison._replace(hidden=0)) if self.size.width >= _LEGEND_FROM else ():
            yield Fact(part.replace("no other is better in all optimised metrics", "front"), "dim", 9)

    def _show_failure(self, why: str) -> None:
        self._failed = True
        if self.compared is None:
            self.show_panes(shown=False)
            self.nothing.show_error(why, "R reads again")
            self.show_title()

    def _show_nothing(self) -> None:
        """Says why there is nothing to compare."""
        self.show_panes(shown=False)
        gone = self.chosen.gone
        what = f"{', '.join(gone)} is not there any more" if gone else "there is nothing to compare with"
        if not self.keys:
            what = "no experiments are chosen"
        self.nothing.show_empty(what, "mark two or more in the table (1), then c")
        self.show_title()

    @property
    def subjects(self) -> tuple[str, ...]:
        """The experiment of the column under the cursor, else all that were chosen and not left out."""
        key = self.column_key
        return (key,) if key else tuple(one for one in self.keys if one not in self.dropped)

    @property
    def column_key(self) -> str:
        """Row key of the experiment whose column the cursor is in; empty for the column of names."""
        key = self.table.cursor_column
        ones = self.compared.ones if self.compared else ()
        return key if key is not None and any(row_key(one) == key for one in ones) else ""
