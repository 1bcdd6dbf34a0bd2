"""The table as screens use it: rows and columns go in, messages come out."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, ClassVar

from branchlab_tui.widgets.table.column import PlacedRows
from branchlab_tui.widgets.table.pointer import TablePointer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from branchlab_tui.widgets.table.column import Column, Rows

with open(os.path.join(os.path.dirname(__file__), "table.tcss"), encoding="utf-8") as _sheet:
    _STYLES = _sheet.read()


class LineTable(TablePointer):
    """A table of any number of rows that draws only what is in sight.

    Posts the messages of `branchlab_tui.widgets.table.messages`; what they ask for (sorting, moving a column)
    is up to the screen, which then calls `show` again.
    """

    DEFAULT_CSS: ClassVar[str] = _STYLES

    def show(
        self,
        rows: Rows,
        columns: Sequence[Column],
        *,
        sorted_by: Sequence[tuple[str, bool]] = (),
        sticky: Sequence[str] = (),
    ) -> None:
        """Shows other rows or columns. The cursor stays on its row and column; where that is gone, on its place.

        A row that a filter hid gets the cursor back when it returns, unless the user moved on in between. As long
        as the cursor was never moved it stays on the first row, whichever that is.

        Args:
            rows: what to show.
            columns: in which columns; the first one names the rows and never scrolls.
            sorted_by: keys of the columns that sort, the first one first, and whether from large to small.
            sticky: keys of rows that are repeated under the heading, or stand only there (`PlacedRows`).
        """
        follow = not self._columns or self._column_in_sight()  # asked while the old columns are laid out
        self._rows, self._columns = rows, tuple(columns)
        self._sorted_by, self._find = tuple(sorted_by), None  # the old finder knows the old rows
        self._sticky = tuple(place for key in sticky if (place := self._any_place_of(key)) is not None)
        if not any(column.key == self._here for column in self._columns):
            self._here = self._columns[0].key if self._columns else None
        wanted = None if self._wanted is None else self._place_of(self._wanted)
        cursor = self._view.cursor if wanted is None else wanted
        self._view = self._view.resized(self._body_height).replaced(len(rows), cursor)
        self._arrange(follow=follow)
        self._redraw()
        self._tell_cursor()
        self._tell_window(always=True)  # the same places hold other rows now

    def update(self, rows: Rows, keys: Iterable[str] | None = None) -> None:
        """Shows the same rows with other texts, such as those of live runs: same keys in the same places.

        Args:
            rows: what to show.
            keys: rows whose texts differ; None for any.
        """
        self._rows = rows
        if isinstance(rows, PlacedRows):  # what was made from the keys of other rows holds for these as well
            self._find = rows.place
        if keys is None:
            self._strips.clear()
            self._redraw()
        else:
            self.refresh_rows(keys)

    def refresh_rows(self, keys: Iterable[str]) -> None:
        """Draws some rows anew; lines that come out the same, or are not in sight, cost nothing."""
        for key in keys:
            if (place := self._any_place_of(key)) is not None:
                self._strips.pop(place, None)
        self._redraw()

    def visible_keys(self) -> list[str]:
        """Returns the keys of the rows in sight, from top to bottom, without group headings."""
        return self._row_keys(self._view.rows)

    def move_to(self, key: str) -> None:
        """Moves the cursor to a row, if it is there."""
        if (place := self._place_of(key)) is not None:
            self._go(self._view.step_to(place))

    def move_to_column(self, key: str) -> None:
        """Moves the column cursor, and scrolls sideways where needed."""
        if any(column.key == key for column in self._columns):
            self._go_to_column(key)

    def set_marked(self, keys: Iterable[str]) -> None:
        """Marks these rows and no others, without a message."""
        self._marks.keys = set(keys)
        self._marks.anchor = None
        self._redraw()
