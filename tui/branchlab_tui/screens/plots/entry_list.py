"""The list of what can be looked at: a column at the left, or a line at the top where there is little room."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from branchlab_tui.screens.plots.list_text import draw_column, draw_switcher
from branchlab_tui.screens.plots.messages.entry_chosen import EntryChosen
from branchlab_tui.widgets.drawn.drawn import Drawn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events

    from branchlab_tui.drawing.piece import Line
    from branchlab_tui.screens.plots.entries import Entry


class EntryList(Drawn, can_focus=False):
    """Shows which entry is current; posts `EntryChosen` when one is clicked or the wheel turns."""

    DEFAULT_CSS: ClassVar[str] = Path(__file__).with_name("entry_list.tcss").read_text("utf-8")

    def __init__(self) -> None:
        super().__init__()
        self._entries: tuple[Entry, ...] = ()
        self._current = 0
        self._of = 0

    def show(self, entries: Sequence[Entry], current: Entry | None, of: int) -> None:
        """Shows entries; `of` is the number of experiments."""
        self._entries, self._of = tuple(entries), of
        ids = [entry.id for entry in entries]
        self._current = ids.index(current.id) if current is not None and current.id in ids else 0
        self.redraw()

    def draw_lines(self, width: int, height: int) -> list[Line]:
        """Returns the lines."""
        if height == 1:
            return [draw_switcher(self._entries, self._current, self._of, width)]
        return draw_column(self._entries, self._current, self._of, width, height).lines

    def on_click(self, event: events.Click) -> None:
        """Chooses what is under the mouse; in a single line the next one, or at its left end the one before."""
        width, height = self.size
        if height == 1:
            self.post_message(EntryChosen(by=-1 if event.x < 3 else 1))  # noqa: PLR2004 - the arrow at the left
            return
        places = draw_column(self._entries, self._current, self._of, width, height).places
        place = places[event.y] if event.y < len(places) else None
        if place is not None:
            self.post_message(EntryChosen(by=place - self._current))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Goes on to the next one."""
        event.stop()
        self.post_message(EntryChosen(by=1))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Goes back to the one before."""
        event.stop()
        self.post_message(EntryChosen(by=-1))
