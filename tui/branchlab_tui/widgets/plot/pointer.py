"""The mouse on a line plot: the wheel zooms, dragging pans, pointing reads, two clicks show all again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab_tui.drawing.navigate import nearest_step
from branchlab_tui.widgets.plot.body import PlotBody

if TYPE_CHECKING:
    from textual import events

_IN, _OUT = 0.8, 1.25  # each undoes the other
_PAN = 0.1
_LEFT_BUTTON = 1


class PlotPointer(PlotBody):
    """A plot that follows the mouse; a wheel over one that is not focused scrolls what the plot stands in."""

    _dragging = False
    _dragged = False
    _pointed = False  # whether the cursor stands only where the mouse points

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Begins to drag, or to click."""
        if event.button == _LEFT_BUTTON:
            self._dragging, self._dragged = True, False
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Pans while a button is held, else reads what is pointed at."""
        frame = self._frame
        if not frame:
            return
        if self._dragging:
            if event.delta_x or event.delta_y:  # some terminals report moves within a cell
                self._dragged = True
                self._pan(-event.delta_x / frame.width, event.delta_y / frame.height)
        elif self.has_focus and frame.holds(event.x, event.y) and (self._pointed or self.view.cursor is None):
            self._pointed = True
            self._point_at(event.x)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Ends a drag; a click puts the cursor down where it stays."""
        if not self._dragging:
            return
        self._dragging = False
        self.release_mouse()
        if not self._dragged and self._frame and self._frame.holds(event.x, event.y):
            self._pointed = False
            self._point_at(event.x)

    def on_leave(self) -> None:
        """Puts away a cursor that only followed the mouse."""
        if self._pointed:
            self._pointed = False
            self._put_cursor(None)

    def on_click(self, event: events.Click) -> None:
        """Shows all again on the second click."""
        if event.chain == 2:  # noqa: PLR2004 - a double click
            self._change(self.view._replace(x_range=None, y_range=None))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Zooms in."""
        self._wheel(event, _IN, -_PAN)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Zooms out."""
        self._wheel(event, _OUT, _PAN)

    def on_mouse_scroll_left(self, event: events.MouseScrollLeft) -> None:
        """Pans left."""
        self._sideways(event, -_PAN)

    def on_mouse_scroll_right(self, event: events.MouseScrollRight) -> None:
        """Pans right."""
        self._sideways(event, _PAN)

    def _wheel(self, event: events.MouseEvent, factor: float, pan: float) -> None:
        """Zooms around what is pointed at: x, or y with ctrl; pans with shift."""
        frame = self._frame
        if not self.has_focus or not frame:
            return
        event.stop()
        event.prevent_default()
        if event.shift:
            self._pan(pan, 0)
        elif event.ctrl:
            self._zoom_y(factor, _part(frame.top + frame.height - 1 - event.y, frame.height))
        else:
            self._zoom_x(factor, _part(event.x - frame.left, frame.width))

    def _sideways(self, event: events.MouseEvent, pan: float) -> None:
        if self.has_focus:
            event.stop()
            event.prevent_default()
            self._pan(pan, 0)

    def _point_at(self, column: int) -> None:
        if self._frame:
            step = nearest_step(self._shown(), self._frame.x, self._frame.x_at(column))
            if step is not None:
                self._put_cursor(step)


def _part(place: float, cells: int) -> float:
    return min(1.0, max(0.0, (place + 0.5) / cells))
