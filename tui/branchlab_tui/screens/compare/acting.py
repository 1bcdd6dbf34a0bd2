"""What the keys of a comparison do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab_tui.clipboard import copy_text
from branchlab_tui.messages.open_view import OpenView
from branchlab_tui.model.snapshot import row_key
from branchlab_tui.screens.compare.compared_table import ComparedTable
from branchlab_tui.screens.compare.panes import PANES, Pane, next_pane
from branchlab_tui.screens.compare.plotting import Plotting, point_names
from branchlab_tui.screens.compare.rows import PARTS, TITLES
from branchlab_tui.widgets.parallel import ParallelPlot
from branchlab_tui.widgets.scatter import ScatterPlot
from branchlab_tui.widgets.search_line.hits import next_hit
from branchlab_tui.widgets.search_line.search_line import SearchLine

if TYPE_CHECKING:
    from textual.widget import Widget

    from branchlab_tui.model.state import Delta
    from branchlab_tui.widgets.drawn.messages.point_chosen import PointChosen
    from branchlab_tui.widgets.search_line.messages import SearchClosed, SearchTyped
    from branchlab_tui.widgets.table.messages import HeadingClicked, RowOpened

_DELTAS: tuple[Delta, ...] = ("value", "both", "percent", "delta")


class Acting(Plotting):
    """A comparison that follows its keys."""

    needle = ""

    def on_descendant_focus(self) -> None:
        """Remembers which pane has the keys."""
        for name, pane in self._panes().items():
            if self.focused is pane:
                self.current = name

    def on_row_opened(self, message: RowOpened) -> None:
        """Folds a section; on a row shows the experiment of the column."""
        message.stop()
        if message.key in TITLES or not self.column_key:
            self.action_fold()
        else:
            self.post_message(OpenView("experiment", (self.column_key,)))

    def on_heading_clicked(self, message: HeadingClicked) -> None:
        """Compares with the experiment whose name was clicked."""
        message.stop()
        if any(row_key(one) == message.column for one in self.chosen.ones):
            self._compare_with(message.column)

    def on_point_chosen(self, message: PointChosen) -> None:
        """Shows the experiment of a point."""
        message.stop()
        if self.compared is not None:
            # Names rather than places: they are made unique, and a message may come after others were read.
            ones = dict(zip(point_names(self.compared), self.compared.ones, strict=True))
            if message.name in ones:
                self.post_message(OpenView("experiment", (row_key(ones[message.name]),)))

    def show_pane(self, pane: str) -> None:
        """Gives the keys to a pane, and the screen where there is room for one only."""
        self.current = next(name for name in PANES if name == pane)
        self.show_rows()
        self.set_focus(self._panes()[self.current])  # at once, for keys that were typed ahead

    def action_other_pane(self) -> None:
        """Goes to the next pane."""
        self.show_pane(next_pane(self.current, 1))

    def action_previous_pane(self) -> None:
        """Goes to the pane before."""
        self.show_pane(next_pane(self.current, -1))

    def action_zoom(self) -> None:
        """Gives the whole screen to the pane with the keys, or takes it back."""
        self.zoomed = not self.zoomed
        self.show_rows()

    def action_everything(self) -> None:
        """Shows rows that are equal everywhere too, or only others."""
        self.everything = not self.everything
        self.show_rows()

    def action_delta(self) -> None:
        """Shows metrics as values, with differences, or differences alone."""
        self.delta = _DELTAS[(_DELTAS.index(self.delta) + 1) % len(_DELTAS)]
        self.show_rows()

    def action_order(self) -> None:
        """Orders the experiments by the row under the cursor, or as they were chosen."""
        key = self.table.cursor_key or ""
        self.ordered_by = "" if key == self.ordered_by else key
        self.show_rows()

    def action_reference(self) -> None:
        """Compares with the experiment of the column under the cursor."""
        if self.column_key:
            self._compare_with(self.column_key)

    def action_drop(self) -> None:
        """Leaves the experiment of the column under the cursor out."""
        key = self.column_key
        if not key:
            self.notify("move to the column of an experiment first", severity="warning", markup=False)
        elif len(self.chosen.ones) <= 1:
            self.notify("the last experiment stays", severity="warning", markup=False)
        else:
            self.table.action_column(1)
            if self.column_key == key:
                self.table.action_column(-1)
            # The cursor leaves the column first, to its neighbour: `show` would send it to the names.
            self.dropped |= {key}
            self.choose()

    def action_bring_back(self) -> None:
        """Takes the experiments that were left out in again."""
        if self.dropped:
            self.dropped = frozenset()
            self.choose()

    def action_diff(self) -> None:
        """Shows what differs between the experiment of the column and what it is compared with."""
        key, against = self.column_key, self.chosen.reference
        if key and key != against:
            self.post_message(OpenView("diff", (key, against)))

    def action_open_view(self, view: str) -> None:
        """Shows all compared experiments in another view, one of them where only one can be shown."""
        keys = tuple(row_key(one) for one in self.chosen.ones)
        self.post_message(OpenView(view, self.subjects if view == "experiment" else keys or self.keys))

    def action_fold(self) -> None:
        """Closes or opens the section of the row under the cursor."""
        key, rows = self.table.cursor_key, self.rows
        if rows is None or key is None:
            return
        folder = rows.folder_of(key)
        if folder.startswith(PARTS):
            self.folded ^= {folder}
            key = f"metrics/{folder.removeprefix(PARTS)}"
        elif folder in TITLES:
            self.folded ^= {folder}
            key = folder
        self.show_rows()
        self.table.move_to(key)

    def action_search(self) -> None:
        """Takes a text to look for."""
        if self.compared is not None:
            self.show_pane("table")
            self.query_one(SearchLine).open(self.needle)

    def on_search_typed(self, message: SearchTyped) -> None:
        """Looks for the text in the names of rows."""
        message.stop()
        self.needle = message.text
        rows = self.rows
        found = rows.holding(self.needle) if rows and self.needle else []
        if found and self.table.cursor_key not in found:
            self._go_to_hit(1)
        count = "nothing" if not found else "1 row" if len(found) == 1 else f"{len(found)} rows"
        self.query_one(SearchLine).show_count(count if self.needle else "")

    def on_search_closed(self, message: SearchClosed) -> None:
        """Gives the keys back to the table."""
        message.stop()
        self.query_one(SearchLine).close()
        # Kept, so that `n` goes on after enter.
        self.needle = self.needle if message.kept else ""
        self.set_focus(self.table)

    def action_next_hit(self) -> None:
        """Goes to the next row that was found."""
        self._go_to_hit(1)

    def action_previous_hit(self) -> None:
        """Goes to the row before that was found."""
        self._go_to_hit(-1)

    def action_copy_table(self) -> None:
        """Copies the table as Markdown."""
        rows = self.rows
        if rows is not None:
            copy_text(self.app, rows.markdown(), "the table, as Markdown")

    async def action_step_back(self) -> None:
        """Gives up the search, then the zoom, then the view."""
        if self.needle:
            self.needle = ""
        elif self.zoomed:
            self.action_zoom()
        else:
            await self.app.run_action("back")

    def _panes(self) -> dict[Pane, Widget]:
        return {
            "table": self.query_one(ComparedTable),
            "parallel": self.query_one(ParallelPlot),
            "scatter": self.query_one(ScatterPlot),
        }

    def _compare_with(self, key: str) -> None:
        self.reference = key
        self.choose()

    def _go_to_hit(self, steps: int) -> None:
        rows = self.rows
        found = rows.holding(self.needle) if rows and self.needle else []
        if rows is None or not found:
            return
        here = rows.place(self.table.cursor_key or "") or 0
        places = [rows.place(key) or 0 for key in found]
        self.table.move_to(rows.key(next_hit(places, here, steps)))
