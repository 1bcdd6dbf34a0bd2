"""The panel."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.content import Content

from branchlab.text import safe_text
from branchlab_tui.drawing.piece import Piece
from branchlab_tui.leaving import when_drawn
from branchlab_tui.widgets.drawn.bindings import bindings
from branchlab_tui.widgets.drawn.scrolled import Scrolled
from branchlab_tui.widgets.lines.viewport import Viewport
from branchlab_tui.widgets.preview.keys import KEYS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.binding import BindingType

    from branchlab_tui.drawing.piece import Line

    Page = Callable[[int, int], Sequence[Line]]

_STYLES = ("better", "bold", "live", "head", "note")


class Preview(Scrolled):
    """Shows a page that is made for the width it has, and scrolls it where it is longer; a frame names it."""

    DEFAULT_CSS = Path(__file__).with_name("preview.tcss").read_text("utf-8")
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"drawn--{style}" for style in _STYLES}
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - as all widgets name it
        super().__init__(id=id)
        self._page: Page | None = None
        self._about = ""
        self._view = Viewport()

    def show(self, about: str, page: Page) -> None:
        """Shows a page for something; one about the same thing stays scrolled as it is."""
        if about != self._about:
            self._about, self._view = about, Viewport()
            self.border_title = Content(safe_text(about))
        self._page = page
        self.redraw()
        when_drawn(self, self._tell_rest)  # how long the page is shows when it is drawn

    def on_resize(self) -> None:
        """Says how much is out of sight in the new size."""
        when_drawn(self, self._tell_rest)

    def draw_lines(self, width: int, height: int) -> Sequence[Line]:
        """Returns the part of the page that is in sight."""
        if self._page is None or width < 1 or height < 1:
            return [[Piece("")] for _ in range(height)]
        lines = self._page(width, height)
        self._view = Viewport(len(lines), height).put(0, self._view.top)
        shown = list(lines[self._view.top : self._view.top + height])
        return shown + [[Piece("")] for _ in range(height - len(shown))]

    @property
    def _window(self) -> Viewport:
        return self._view

    def _scroll(self, rows: int) -> None:
        self._view = self._view.scroll_by(rows)
        self.redraw()
        self._tell_rest()

    def action_step(self, rows: int) -> None:
        """Scrolls by rows, at most to the ends."""
        self._scroll(rows)

    def action_top(self) -> None:
        """Goes to the first row."""
        self._scroll(-self._view.total)

    def action_bottom(self) -> None:
        """Goes to the last row."""
        self._scroll(self._view.total)

    def _tell_rest(self) -> None:
        """Writes into the frame how many lines are out of sight below."""
        below = self._view.last_top - self._view.top
        words = f"{below} more below" if below > 0 else ""
        if words != (self.border_subtitle or ""):
            self.border_subtitle = Content(words)
