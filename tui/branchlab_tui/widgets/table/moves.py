"""What the keys of a table do."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from branchlab_tui.widgets.drawn.bindings import bindings
from branchlab_tui.widgets.table.keys import KEYS
from branchlab_tui.widgets.table.layout import in_order, reveal
from branchlab_tui.widgets.table.messages import (
    ColumnDropped,
    ColumnMoved,
    CursorMoved,
    MarksChanged,
    RowOpened,
    Scrolled,
)
from branchlab_tui.widgets.table.surface import TableSurface

if TYPE_CHECKING:
    from textual.binding import BindingType

    from branchlab_tui.widgets.lines.viewport import Viewport
    from branchlab_tui.widgets.table.column import Column


class TableMoves(TableSurface, can_focus=True):
    """A table that follows its keys."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS)

    def __init__(self, *, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - as all widgets name it
        super().__init__(name=name, id=id, classes=classes)
        self._told: str | None = None  # the row that the last CursorMoved named
        self._told_rows = range(0)
        self._wanted: str | None = None  # the row that the user went to, also while a filter hides it

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leaves escape to the screen while no range is being marked."""
        if action == "end_range":
            return self._marks.anchor is not None
        return super().check_action(action, parameters)

    def on_resize(self) -> None:
        """Keeps cursor and column in sight in the new size, and says which rows are in sight now."""
        if self._drawn_size != self.content_size:  # a line that was asked for before has fitted it
            self._fit()
        self._tell_window()

    def action_column(self, columns: int) -> None:
        """Moves the column cursor."""
        ordered = in_order(self._columns)
        if ordered:
            place = self._column_place(ordered) + columns
            self._go_to_column(ordered[max(min(place, len(ordered) - 1), 0)].key)

    def action_edge_column(self, place: int) -> None:
        """Moves the column cursor to the first or the last column."""
        if self._columns:
            self._go_to_column(in_order(self._columns)[place].key)

    def action_mark(self) -> None:
        """Marks the row under the cursor, or takes its mark away, and goes on to the next."""
        if self._view.total:
            self._toggle(self._view.cursor)
        self.action_step(1)

    def action_range(self) -> None:
        """Begins to mark a range at the cursor, or marks the one that was begun."""
        if self._marks.anchor is None:
            self._marks.anchor = self.cursor_key
            self._redraw()
            return
        chosen = self._row_keys(self._marked_places())
        self._marks.anchor = None
        self._marks.keys |= set(chosen)
        self._tell_marks()

    def action_end_range(self) -> None:
        """Gives up the range that is being marked."""
        self._marks.anchor = None
        self._redraw()

    def action_mark_all(self) -> None:
        """Marks all rows that are shown; when all are marked, takes their marks away."""
        self._marks.anchor = None
        self._marks.toggle_all(self._row_keys(range(self._view.total)))
        self._tell_marks()

    def action_open(self) -> None:
        """Asks the screen to open the row under the cursor."""
        if (key := self.cursor_key) is not None:
            self.post_message(RowOpened(key, self))

    def action_shift_column(self, columns: int) -> None:
        """Asks the screen to move the column under the cursor; frozen and other columns keep apart."""
        movable = [column.key for column in in_order(self._columns)[1:] if column.pinned == self._is_pinned(self._here)]
        if self._here not in movable:
            return
        place = movable.index(self._here) + columns
        if 0 <= place < len(movable):
            behind = place + (columns > 0)  # the message names what stands behind the new place
            self.post_message(ColumnDropped(self._here, movable[behind] if behind < len(movable) else None, self))

    def _go(self, view: Viewport) -> None:
        """Moves the cursor, and says so when it stands on another row."""
        self._view = view
        self._wanted = self.cursor_key
        self._redraw()
        self._tell_cursor()
        self._tell_window()

    def _scroll(self, rows: int) -> None:
        """Moves the window and leaves the cursor, even out of sight."""
        self._view = self._view.scroll_by(rows)
        self._redraw()
        self._tell_window()

    def _tell_cursor(self) -> None:
        if (key := self.cursor_key) != self._told:
            self._told = key
            self.post_message(CursorMoved(key, self))

    def _tell_window(self, *, always: bool = False) -> None:
        if always or self._view.rows != self._told_rows:
            self._told_rows = self._view.rows
            self.post_message(Scrolled(self))

    def _tell_marks(self) -> None:
        self._redraw()
        self.post_message(MarksChanged(self.marked, self))

    def _toggle(self, place: int) -> None:
        """Marks a row, or takes its mark away; a group's heading has none."""
        if self._rows.kind(place) == "row":
            self._marks.toggle(self._rows.key(place))
            self._tell_marks()

    def _go_to_column(self, key: str) -> None:
        """Moves the column cursor, and scrolls sideways only where that column is not in sight."""
        if key == self._here:
            return
        self._here = key
        # To arrange drops every line that was drawn, so a column in sight does not.
        if reveal(self._columns, self._placed.width, self._first_column, key) != self._first_column:
            self._arrange(follow=True)
        self._redraw()
        self.post_message(ColumnMoved(key, self))

    def _scroll_sideways(self, columns: int) -> None:
        """Scrolls by whole columns; the column cursor may go out of sight."""
        self._first_column = max(self._first_column + columns, 0)
        self._arrange(follow=False)
        self._redraw()

    def _set_width(self, key: str, width: int) -> None:
        """Makes a column wider or narrower."""
        self._columns = tuple(column._replace(width=width) if column.key == key else column for column in self._columns)
        self._arrange(follow=False)
        self._redraw()

    def _column_place(self, ordered: tuple[Column, ...]) -> int:
        keys = [column.key for column in ordered]
        return keys.index(self._here) if self._here in keys else 0

    def _is_pinned(self, key: str | None) -> bool:
        return any(column.pinned for column in self._columns if column.key == key)

    def _row_keys(self, places: range) -> list[str]:
        return [self._rows.key(place) for place in places if self._rows.kind(place) == "row"]
