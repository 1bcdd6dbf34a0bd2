"""A line of tabs as screens use it: tabs in, the one that was clicked out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from branchlab_tui.widgets.drawn.drawn import Drawn
from branchlab_tui.widgets.tab_bar.layout import Tab, tab_at, tab_line
from branchlab_tui.widgets.tab_bar.tab_chosen import TabChosen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.events import Click

    from branchlab_tui.drawing.piece import Line


class TabBar(Drawn, can_focus=False):
    """Shows which tabs there are; a click posts `TabChosen`."""

    DEFAULT_CSS = Path(__file__).with_name("tab_bar.tcss").read_text("utf-8")
    COMPONENT_CLASSES: ClassVar[set[str]] = {"drawn--tab", "drawn--tab-here"}
    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__()
        self._tabs: Sequence[Tab] = ()
        self._current = ""

    def show(self, tabs: Sequence[Tab], current: str) -> None:
        """Shows these tabs, and which of them is open."""
        self._tabs, self._current = tabs, current
        self.redraw()

    def draw_lines(self, width: int, height: int) -> Sequence[Line]:  # noqa: ARG002 - one line, however high
        """Returns the line."""
        return [tab_line(self._tabs, self._current, width)]

    def on_click(self, event: Click) -> None:
        """Tells which tab is under the mouse."""
        found = tab_at(self._tabs, self._current, self.size.width, event.x)
        if found:
            self.post_message(TabChosen(found))
