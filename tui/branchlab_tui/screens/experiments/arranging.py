"""Keys and mouse that arrange the table: sort, pin, hide, width, Δ, baseline, folds, marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab_tui.model.columns import default_columns
from branchlab_tui.screens.experiments import edits
from branchlab_tui.screens.experiments.ageing import Ageing

if TYPE_CHECKING:
    from branchlab_tui.widgets.table.messages import (
        ColumnDropped,
        ColumnMoved,
        HeadingClicked,
        WidthChanged,
    )

_SAMPLE = 500  # rows whose texts decide how wide a column must be
_WIDEST = 120


class Arranging(Ageing):
    """Changes how the table looks."""

    @property
    def shown_columns(self) -> tuple[str, ...]:
        """Keys of the columns that are shown, the name first."""
        return tuple(info.key for info in default_columns(self.snapshot, self.state))

    @property
    def column(self) -> str:
        """Key of the column under the cursor."""
        return self.table.cursor_column or edits.NAME

    def action_sort(self) -> None:
        """Sorts by the column under the cursor."""
        self.change(edits.sort_by(self.state, self.column))

    def action_add_sort(self) -> None:
        """Sorts by the column under the cursor where the others are equal."""
        self.change(edits.also_sort_by(self.state, self.column))

    def action_pin_column(self) -> None:
        """Keeps the column under the cursor in sight, or lets it go."""
        self.change(edits.pin(self.state, self.column))

    def action_hide_column(self) -> None:
        """Hides the column under the cursor."""
        hidden = self.column
        after = edits.hide(self.state, hidden, self.shown_columns)
        if after == self.state:
            self.notify("this column stays", markup=False)
            return
        shown = [column.key for column in self.arrangement.arranged.columns]
        place = shown.index(hidden) if hidden in shown else 0
        self.change(after)
        now = [column.key for column in self.arrangement.arranged.columns]
        # `show` would send the column cursor to the names, since its own column is gone.
        self.table.move_to_column(now[min(place, len(now) - 1)])

    def action_fit_column(self) -> None:
        """Makes the column under the cursor as wide as its longest text, or as usual."""
        key = self.column
        own = self.state.widths.get(key)
        self.change(edits.set_width(self.state, key, None if own is not None else self._widest(key)))

    def action_delta(self) -> None:
        """Shows metrics in the next way."""
        if not self.arrangement.arranged.sticky:
            self.notify("the baseline has no record; b compares with the experiment under the cursor", markup=False)
        self.change(edits.next_delta(self.state))

    def action_only_changed(self) -> None:
        """Leaves out what is the same everywhere, or shows it."""
        self.change(self.state._replace(only_changed=not self.state.only_changed))

    def action_front(self) -> None:
        """Shows only what no other beats, or all."""
        self.change(self.state._replace(front=not self.state.front))

    def action_pin_baseline(self) -> None:
        """Compares with the experiment under the cursor, or with the project's baseline again."""
        if self.under_cursor:
            self.change(edits.choose_baseline(self.state, self.under_cursor[0]))

    def action_fold_all(self) -> None:
        """Closes all groups, or opens them."""
        if self.state.group:
            self.change(edits.fold_all(self.state, [group.name for group in self.arrangement.arranged.groups]))
        else:
            self.notify("rows are not grouped: W groups them", markup=False)

    def action_unmark(self) -> None:
        """Takes all marks away."""
        self.table.set_marked(())
        # Not `change`: a mark moves no row, so nothing has to be arranged.
        self.remember(self.state._replace(marked=()))
        self.tell()

    def on_heading_clicked(self, message: HeadingClicked) -> None:
        """Sorts by the column, with shift after the others."""
        self.table.move_to_column(message.column)
        change = edits.also_sort_by if message.add else edits.sort_by
        self.change(change(self.state, message.column))

    def on_width_changed(self, message: WidthChanged) -> None:
        """Remembers the width of a column that was dragged."""
        self.change(edits.set_width(self.state, message.column, message.width))

    def on_column_dropped(self, message: ColumnDropped) -> None:
        """Moves a column."""
        self.change(edits.move(self.state, message.column, message.before, self.shown_columns))

    def on_column_moved(self, message: ColumnMoved) -> None:
        """Remembers the column under the cursor."""
        self.remember(self.state._replace(column=message.column))

    def _widest(self, key: str) -> int:
        from branchlab.report.width import display_width

        rows = self.arrangement.rows
        # Every n-th row: all of 10,000 would be made into text for one key.
        step = max(len(rows) // _SAMPLE, 1)
        places = (place for place in range(0, len(rows), step) if rows.kind(place) == "row")
        title = next((one.title for one in self.arrangement.arranged.columns if one.key == key), "")
        widest = max((display_width(rows.cell(place, key).text) for place in places), default=0)
        return max(min(max(widest, display_width(title)), _WIDEST), 2)
