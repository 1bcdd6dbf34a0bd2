"""A text to scroll through, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding

from branchlab.report.width import display_width
from branchlab.text import safe_text
from branchlab_tui.drawing.piece import Piece
from branchlab_tui.widgets.drawn.drawn import Drawn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.binding import BindingType
    from textual.events import MouseScrollDown, MouseScrollUp
    from textual.geometry import Size

    from branchlab_tui.drawing.piece import Line

_SIDEWAYS = 8
_FAR = 1_000_000  # lines, more than any text has: Textual's actions take literals only, no infinity


class TextLines(Drawn):
    """Shows a text as it is; what is wider than the widget is reached sideways."""

    DEFAULT_CSS = """
    TextLines { height: auto; min-height: 1; max-height: 1fr; background: $surface; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = set()
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "scroll_lines(1)", "down", show=False),
        Binding("k,up", "scroll_lines(-1)", "up", show=False),
        Binding("pagedown,ctrl+f,space", "scroll_pages(1)", "page down", show=False),
        Binding("pageup,ctrl+b", "scroll_pages(-1)", "page up", show=False),
        Binding("ctrl+d", "scroll_pages(0.5)", "half a page down", show=False),
        Binding("ctrl+u", "scroll_pages(-0.5)", "half a page up", show=False),
        Binding("g,home", f"scroll_lines(-{_FAR})", "start", show=False),
        Binding("G,end", f"scroll_lines({_FAR})", "end", show=False),
        Binding("h,left", f"sideways(-{_SIDEWAYS})", "left", show=False),
        Binding("l,right", f"sideways({_SIDEWAYS})", "right", show=False),
    ]

    def __init__(self, text: str) -> None:
        super().__init__()
        # Tabs first, or `safe_text` would show them as `\t`.
        self._lines = [safe_text(line.expandtabs(4)) for line in text.rstrip("\n").split("\n")]
        self._widest = max(map(display_width, self._lines))
        self._top = 0
        self._left = 0

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's
        """Takes a line for each line."""
        return len(self._lines)

    def draw_lines(self, width: int, height: int) -> Sequence[Line]:  # noqa: ARG002 - all lines are as wide
        """Returns the lines in sight."""
        self._top = max(min(self._top, len(self._lines) - height), 0)
        return [[Piece(line[self._left :])] for line in self._lines[self._top : self._top + height]]

    def action_scroll_lines(self, count: int) -> None:
        """Moves the text up or down."""
        self._top = max(min(self._top + count, len(self._lines) - self.size.height), 0)
        self.redraw()

    def action_scroll_pages(self, count: float) -> None:
        """Moves the text by pages."""
        self.action_scroll_lines(round(count * self.size.height))

    def action_sideways(self, cells: int) -> None:
        """Moves the text to the left or right."""
        self._left = max(min(self._left + cells, self._widest - self.size.width), 0)
        self.redraw()

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Moves the text up."""
        event.stop()
        self.action_scroll_lines(3)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Moves the text down."""
        event.stop()
        self.action_scroll_lines(-3)
