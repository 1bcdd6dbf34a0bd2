"""Draws a table line by line, and repaints only the lines that differ from what stands on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from branchlab_tui.widgets.lines.lines import Lines
from branchlab_tui.widgets.lines.signs import BAR, THUMB
from branchlab_tui.widgets.table.column import NoRows, PlacedRows
from branchlab_tui.widgets.table.layout import lay_out, reveal
from branchlab_tui.widgets.table.line import BEHIND, Piece, group_line, gutter, heading_line, row_line
from branchlab_tui.widgets.table.painter import CLASSES, Painter
from branchlab_tui.widgets.table.selection import Marks

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.strip import Strip

    from branchlab_tui.widgets.table.column import Column, Rows

_CACHED_ROWS = 1000  # beyond that all go: a page is made again in 6 ms
_LINES_BESIDE_STICKY = 4  # a heading and three rows; with less room nothing is frozen

_Look = tuple[str, bool, bool, str | None]  # kind of line, marked, beside the thumb, column under the cursor


def _finder(rows: Rows) -> Callable[[str], int | None]:
    """Returns what finds the place of a key; made once for many keys, because the test of a protocol is slow."""
    if isinstance(rows, PlacedRows):
        return rows.place
    return {rows.key(place): place for place in range(len(rows))}.get


class TableSurface(Lines):
    """The state of a table and how it becomes lines.

    Whatever changes the state calls `_redraw`, which makes all visible lines, most of them from a cache, and
    refreshes those that are not the same as before. So no change can forget a line, and none repaints too many.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = CLASSES

    def __init__(self, *, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - as all widgets name it
        super().__init__(name=name, id=id, classes=classes)
        self._rows: Rows = NoRows()
        self._columns: tuple[Column, ...] = ()
        self._sorted_by: tuple[tuple[str, bool], ...] = ()
        self._sticky: tuple[int, ...] = ()
        self._find: Callable[[str], int | None] | None = None
        self._first_column = 0
        self._here: str | None = None
        self._marks = Marks()
        self._painter = Painter(self)
        self._strips: dict[int, dict[_Look, Strip]] = {}
        self._placed = lay_out((), 0, 0)

    @property
    def cursor_key(self) -> str | None:
        """Key of the row under the cursor; None while the table is empty."""
        return self._rows.key(self._view.cursor) if self._view.total else None

    @property
    def cursor_column(self) -> str | None:
        """Key of the column under the cursor; None without columns."""
        return self._here

    @property
    def marked(self) -> tuple[str, ...]:
        """Keys of the marked rows in the order of the rows; those that are not shown come last."""
        return self._marks.in_order(self._place_of)

    def on_focus(self) -> None:
        """Shows that keys come here."""
        self._redraw()

    def on_blur(self) -> None:
        """Shows that keys go elsewhere."""
        self._redraw()

    def _take_colours(self) -> None:
        self._painter = Painter(self)
        self._strips.clear()

    def _fit(self) -> None:
        """Lays everything out for the size there is, and draws it."""
        follow = not self._drawn_size or self._column_in_sight()
        self._drawn_size = self.content_size
        self._view = self._view.resized(self._body_height)
        self._arrange(follow=follow)
        self._lines = self._make_lines()
        self.call_later(self._tell_position)  # while lines are rendered, a change of the border goes unseen

    def _arrange(self, *, follow: bool) -> None:
        """Lays the columns out anew; no row that was drawn before holds any longer.

        `follow` scrolls sideways as far as the column under the cursor needs.
        """
        self._strips.clear()
        width = max(self._drawn_size.width - BAR, 0)
        if follow and self._here is not None:
            self._first_column = reveal(self._columns, width, self._first_column, self._here)
        self._placed = lay_out(self._columns, width, self._first_column)
        self._first_column = self._placed.first

    def _column_in_sight(self) -> bool:
        return any(slot.column.key == self._here for slot in self._placed.slots)

    def _redraw(self) -> None:
        """Draws all visible lines and repaints those that changed."""
        if self._is_fitted:  # else the next `render_line` draws everything
            self._repaint()
            self._tell_position()

    def _tell_position(self) -> None:
        """Writes which rows are in sight into the border below, if there is one: that costs no line."""
        if not self.styles.border_bottom[0]:
            return
        rows = self._view.rows
        position = f"{rows.start + 1}-{rows.stop} of {self._view.total}" if rows else ""
        if position != (self.border_subtitle or ""):  # to set it repaints the whole table, see _BorderTitle of Textual
            self.border_subtitle = position

    @property
    def _frozen_rows(self) -> tuple[int, ...]:
        return self._sticky[: max(self._drawn_size.height - _LINES_BESIDE_STICKY, 0)]

    @property
    def _body_height(self) -> int:
        return max(self._drawn_size.height - 1 - len(self._frozen_rows), 0)

    def _place_at(self, y: int) -> int | None:
        """Returns the place of the row on a line of the body; None on other lines."""
        place = self._view.top + y - 1 - len(self._frozen_rows)
        return place if self._view.top <= place < self._view.total else None

    def _place_of(self, key: str) -> int | None:
        """Returns the place of a key in the list; None if it is not there."""
        place = self._any_place_of(key)
        return place if place is not None and place < len(self._rows) else None

    def _any_place_of(self, key: str) -> int | None:
        """Returns the place of a key, also of a row that is only ever frozen."""
        if self._find is None:
            self._find = _finder(self._rows)
        return self._find(key)

    def _marked_places(self) -> range:
        """Returns the range that is being marked."""
        if self._marks.anchor is None or (anchor := self._place_of(self._marks.anchor)) is None:
            return range(0)
        return range(min(anchor, self._view.cursor), max(anchor, self._view.cursor) + 1)

    def _make_lines(self) -> list[Strip]:
        if not self._columns:
            return [self._blank() for _ in range(self._drawn_size.height)]
        if len(self._strips) > _CACHED_ROWS:
            self._strips.clear()
        chosen = self._marked_places()
        lines = [self._heading()]
        frozen = self._frozen_rows
        lines += [self._row(place, "sticky", chosen, thumb=False) for place in frozen[:-1]]
        lines += [self._row(place, "sticky-last", chosen, thumb=False) for place in frozen[-1:]]
        thumb = self._view.thumb
        for y, place in enumerate(self._view.rows):
            kind = "cursor" if place == self._view.cursor else "row"
            lines.append(self._row(place, kind, chosen, thumb=y in thumb))
        blank = self._blank()
        lines += [blank] * (self._drawn_size.height - len(lines))
        return lines[: self._drawn_size.height]

    def _blank(self) -> Strip:
        return self._painter.strip([(" " * self._placed.width, "")], "row", (" " * BAR, "bar"))

    def _heading(self) -> Strip:
        pieces = heading_line(self._placed, self._sorted_by, self._here)
        return self._painter.strip(pieces, "heading", (BEHIND if self._placed.more else " ", "bar"))

    def _row(self, place: int, kind: str, chosen: range, *, thumb: bool) -> Strip:
        marked = place in chosen or self._rows.key(place) in self._marks.keys
        look = (kind, marked, thumb, self._here if kind == "cursor" else None)
        looks = self._strips.setdefault(place, {})
        if look not in looks:
            looks[look] = self._draw_row(place, look)
        return looks[look]

    def _draw_row(self, place: int, look: _Look) -> Strip:
        kind, marked, thumb, here = look
        start = gutter(cursor=kind == "cursor", marked=marked)
        if self._rows.kind(place) == "group":
            text, style = self._rows.cell(place, self._columns[0].key)
            pieces = group_line(self._placed, start, text, style)
            kind = "group" if kind == "row" else kind
        else:
            pieces = row_line(self._placed, start, lambda column: self._rows.cell(place, column), here)
        if kind == "cursor" and not self.has_focus:
            kind = "cursor-blurred"
        bar: Piece = (THUMB, "thumb") if thumb else (" " * BAR, "bar")
        return self._painter.strip(pieces, kind, bar)
