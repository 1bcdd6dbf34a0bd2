"""What the mouse does in a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.tuples import NamedTuple
from branchlab_tui.widgets.lines.viewport import WHEEL
from branchlab_tui.widgets.table.layout import in_order
from branchlab_tui.widgets.table.messages import ColumnDropped, HeadingClicked, WidthChanged
from branchlab_tui.widgets.table.moves import TableMoves

if TYPE_CHECKING:
    from textual import events

_LEAST_WIDTH = 2


class _Drag(NamedTuple):
    """What is being dragged: a heading's `edge`, a `heading`, or the `bar`; which column, and from which cell."""

    what: str
    column: str = ""
    x: int = 0
    width: int = 0
    moved: bool = False


class TablePointer(TableMoves):
    """A table that follows the mouse as well."""

    def __init__(self, *, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - as all widgets name it
        super().__init__(name=name, id=id, classes=classes)
        self._drag: _Drag | None = None

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Takes hold of a heading, of its edge, or of the scroll bar."""
        spot = event.get_content_offset(self)
        if spot is None or event.button != 1:
            return
        self._drag = None
        if spot.x >= self._placed.width and spot.y > 0:
            self._drag = _Drag("bar")
            self._scroll_to_line(spot.y)
        elif spot.y == 0 and (edge := self._placed.edge_at(spot.x)):
            self._drag = _Drag("edge", edge.column.key, spot.x, edge.column.width)
        elif spot.y == 0 and (column := self._placed.at(spot.x)):
            self._drag = _Drag("heading", column.key, spot.x)
        if self._drag:
            self.capture_mouse()  # else what happens beyond the edge is told to others

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Follows what is being dragged."""
        drag = self._drag
        if drag is None:
            return
        # `get_content_offset` would be None beyond the edge, where a drag goes on.
        x, y = event.x - self.content_offset.x, event.y - self.content_offset.y
        if drag.what == "bar":
            self._scroll_to_line(y)
        elif x != drag.x or drag.moved:  # to drag a heading away and back must not sort
            self._drag = drag._replace(moved=True)
            if drag.what == "edge":
                self._set_width(drag.column, max(drag.width + x - drag.x, _LEAST_WIDTH))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Lets go, and says what became of it."""
        drag, self._drag = self._drag, None
        if drag is None:
            return
        self.release_mouse()
        x = event.x - self.content_offset.x
        if drag.what == "heading" and not drag.moved:
            add = event.shift or event.ctrl
            self.post_message(HeadingClicked(drag.column, self, add=add))
        elif drag.what == "heading":
            self._drop(drag.column, x)
        elif drag.what == "edge" and drag.moved:
            width = next(column.width for column in self._columns if column.key == drag.column)
            self.post_message(WidthChanged(drag.column, width, self))

    def on_click(self, event: events.Click) -> None:
        """Moves the cursor to a row; opens it (twice), marks it (ctrl), or marks up to it (shift)."""
        spot = event.get_content_offset(self)
        place = None if spot is None or spot.x >= self._placed.width else self._place_at(spot.y)
        if spot is None or place is None:
            return
        if event.shift:
            self._mark_up_to(place)
            return
        self._go(self._view._replace(cursor=place))
        if event.ctrl:
            self._toggle(place)
        elif event.chain > 1:
            self.action_open()
        elif column := self._placed.at(spot.x):
            self._go_to_column(column.key)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scrolls down, or with shift to the right."""
        self._wheel(event, 1, sideways=event.shift or event.ctrl)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scrolls up, or with shift to the left."""
        self._wheel(event, -1, sideways=event.shift or event.ctrl)

    def on_mouse_scroll_right(self, event: events.MouseScrollRight) -> None:
        """Scrolls to the right."""
        self._wheel(event, 1, sideways=True)

    def on_mouse_scroll_left(self, event: events.MouseScrollLeft) -> None:
        """Scrolls to the left."""
        self._wheel(event, -1, sideways=True)

    def _wheel(self, event: events.MouseEvent, way: int, *, sideways: bool) -> None:
        event.stop()
        event.prevent_default()  # what Textual's Widget does: it may scroll as well
        if sideways:
            self._scroll_sideways(way)
        else:
            self._scroll(way * WHEEL)

    def _scroll_to_line(self, y: int) -> None:
        """Puts the thumb of the scroll bar beside a line of the window."""
        thumb = len(self._view.thumb)
        room = self._view.height - thumb
        if room <= 0 or not thumb:
            return
        line = y - 1 - len(self._frozen_rows) - thumb // 2  # the middle of the thumb goes to the mouse
        top = round(max(min(line, room), 0) * self._view.last_top / room)
        self._scroll(top - self._view.top)

    def _mark_up_to(self, place: int) -> None:
        """Marks the rows between the cursor and a place, and moves the cursor there."""
        first, last = sorted((self._view.cursor, place))
        self._marks.keys |= set(self._row_keys(range(first, last + 1)))
        self._go(self._view._replace(cursor=place))
        self._tell_marks()

    def _drop(self, column: str, x: int) -> None:
        """Asks the screen to put a column where its heading was let go; the first one stays the first."""
        movable = [other.key for other in in_order(self._columns)[1:]]
        target = self._placed.at(x)
        if target is None or target.key == column or column not in movable:
            return
        place = movable.index(target.key) if target.key in movable else 0
        behind = place + (movable.index(column) < place)  # as `movable` still holds the column that is moved
        self.post_message(ColumnDropped(column, movable[behind] if behind < len(movable) else None, self))
