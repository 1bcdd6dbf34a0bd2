"""The panel."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.content import Content

from branchlab.text import safe_text
from branchlab_tui.drawing.piece import Piece
from branchlab_tui.widgets.drawn.drawn import Drawn

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.binding import BindingType
    from textual.events import MouseScrollDown, MouseScrollUp

    from branchlab_tui.drawing.piece import Line

    Page = Callable[[int, int], Sequence[Line]]

_STYLES = ("better", "bold", "live", "head", "note")
_WHEEL = 3


class Preview(Drawn):
    """Shows a page that is made for the width it has, and scrolls it where it is longer; a frame names it."""

    DEFAULT_CSS = Path(__file__).with_name("preview.tcss").read_text("utf-8")
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"drawn--{style}" for style in _STYLES}
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "scroll_lines(1)", "down", show=False, id="preview.down"),
        Binding("k,up", "scroll_lines(-1)", "up", show=False, id="preview.up"),
        Binding("ctrl+d", "scroll_pages(1, 2)", "half a page down", show=False, id="preview.half_down"),
        Binding("ctrl+u", "scroll_pages(-1, 2)", "half a page up", show=False, id="preview.half_up"),
        Binding("pagedown,ctrl+f,space", "scroll_pages(1, 1)", "page down", show=False, id="preview.page_down"),
        Binding("pageup,ctrl+b", "scroll_pages(-1, 1)", "page up", show=False, id="preview.page_up"),
        Binding("g,home", "scroll_lines(-100000)", "top", show=False, id="preview.top"),
        Binding("G,end", "scroll_lines(100000)", "bottom", show=False, id="preview.bottom"),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - as all widgets name it
        super().__init__(id=id)
        self._page: Page | None = None
        self._about = ""
        self._top = 0
        self._length = 0

    def show(self, about: str, page: Page) -> None:
        """Shows a page for something; one about the same thing stays scrolled as it is."""
        if about != self._about:
            self._about, self._top = about, 0
            self.border_title = Content(safe_text(about))
        self._page = page
        self.redraw()
        self.call_after_refresh(self._tell_rest)  # how long the page is shows when it is drawn

    def on_resize(self) -> None:
        """Says how much is out of sight in the new size."""
        self.call_after_refresh(self._tell_rest)

    def draw_lines(self, width: int, height: int) -> Sequence[Line]:
        """Returns the part of the page that is in sight."""
        if self._page is None or width < 1 or height < 1:
            return [[Piece("")] for _ in range(height)]
        lines = self._page(width, height)
        self._length = len(lines)
        self._top = max(min(self._top, self._length - height), 0)
        shown = list(lines[self._top : self._top + height])
        return shown + [[Piece("")] for _ in range(height - len(shown))]

    def action_scroll_lines(self, lines: int) -> None:
        """Scrolls by lines, at most to the ends."""
        self._top = max(min(self._top + lines, self._length - self.size.height), 0)
        self.redraw()
        self._tell_rest()

    def action_scroll_pages(self, pages: int, part: int) -> None:
        """Scrolls by pages, or parts of one."""
        self.action_scroll_lines(pages * max(self.size.height // part - 1, 1))

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Scrolls down."""
        event.stop()
        self.action_scroll_lines(_WHEEL)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Scrolls up."""
        event.stop()
        self.action_scroll_lines(-_WHEEL)

    def _tell_rest(self) -> None:
        """Writes into the frame how many lines are out of sight below."""
        below = self._length - self.size.height - self._top
        words = f"{below} more below" if below > 0 else ""
        if words != (self.border_subtitle or ""):
            self.border_subtitle = Content(words)
