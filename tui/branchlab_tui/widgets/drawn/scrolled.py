"""A drawing that is longer than the room it has: keys and wheel move a window over its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab_tui.widgets.drawn.drawn import Drawn
from branchlab_tui.widgets.lines.viewport import WHEEL, Viewport

if TYPE_CHECKING:
    from textual import events


class Scrolled(Drawn):
    """Moves by rows, half pages and pages. A subclass moves in `_scroll`; one with a cursor also in `_turn`."""

    @property
    def _window(self) -> Viewport:
        """The window whose height pages are measured by."""
        raise NotImplementedError

    def _scroll(self, rows: int) -> None:
        """Moves the window."""
        raise NotImplementedError

    def _turn(self, rows: int) -> None:
        """Moves the window, and a cursor with it."""
        self._scroll(rows)

    def action_half_page(self, pages: int) -> None:
        """Moves by half a page."""
        self._turn(pages * self._window.half)

    def action_page(self, pages: int) -> None:
        """Moves by a page."""
        self._turn(pages * self._window.page)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scrolls down."""
        event.stop()
        self._scroll(WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scrolls up."""
        event.stop()
        self._scroll(-WHEEL)
