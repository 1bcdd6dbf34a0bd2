"""A list with a cursor."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.message import Message

from branchlab_tui.drawing.piece import Piece
from branchlab_tui.widgets.drawn.drawn import Drawn
from branchlab_tui.widgets.picker.choice import choice_line, search

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.events import Click, MouseScrollDown, MouseScrollUp
    from textual.geometry import Size

    from branchlab_tui.drawing.piece import Line
    from branchlab_tui.widgets.picker.choice import Choice

_STYLES = ("chosen", "chosen-detail", "detail", "empty")


class ChoiceList(Drawn):
    """Shows the choices that fit a search; the cursor stays on its choice."""

    DEFAULT_CSS = Path(__file__).with_name("choice_list.tcss").read_text("utf-8")
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"drawn--{style}" for style in _STYLES}

    class Clicked(Message):
        """A choice was clicked, twice when `again`; the cursor stands on it."""

        def __init__(self, *, again: bool) -> None:
            super().__init__()
            self.again = again

    def __init__(self) -> None:
        super().__init__()
        self._all: Sequence[Choice] = ()
        self._found: list[Choice] = []
        self._searched = ""
        self._cursor = 0
        self._top = 0

    @property
    def current(self) -> Choice | None:
        """The choice under the cursor; None where nothing fits."""
        return self._found[self._cursor] if self._found else None

    def show(self, choices: Sequence[Choice], cursor: str | None = None) -> None:
        """Shows other choices; the cursor goes to the one with this key, else stays on its own."""
        wanted = cursor if cursor is not None else self.current.key if self.current else None
        taller = len(choices) != len(self._all)
        self._all = choices
        self._find(wanted)
        if taller:
            self.refresh(layout=True)

    def search(self, text: str) -> None:
        """Shows only what fits; the best is under the cursor."""
        if text == self._searched:
            return
        self._searched = text
        self._find(None if text else self.current.key if self.current else None)  # with a text the best comes first

    def move(self, step: int) -> None:
        """Moves the cursor, at most to the ends."""
        self._cursor = max(min(self._cursor + step, len(self._found) - 1), 0)
        self.redraw()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's
        """Takes a line for each choice, searched or not, so that nothing jumps while one types."""
        return max(len(self._all), 1)

    def draw_lines(self, width: int, height: int) -> Sequence[Line]:
        """Returns the choices in sight, those around the cursor."""
        if not self._found:
            return [[Piece("  nothing is called so", "empty")]]
        self._top = max(min(self._top, self._cursor, len(self._found) - height), self._cursor - height + 1, 0)
        shown = self._found[self._top : self._top + height]
        return [choice_line(one, width, cursor=self._top + y == self._cursor) for y, one in enumerate(shown)]

    def on_click(self, event: Click) -> None:
        """Moves the cursor to what was clicked."""
        place = self._top + event.y
        if place < len(self._found):
            self._cursor = place
            self.redraw()
            self.post_message(self.Clicked(again=event.chain > 1))

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Moves the cursor down."""
        event.stop()
        self.move(1)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Moves the cursor up."""
        event.stop()
        self.move(-1)

    def _find(self, cursor: str | None) -> None:
        self._found = search(self._all, self._searched)
        keys = [one.key for one in self._found]
        self._cursor = keys.index(cursor) if cursor in keys else 0
        self.redraw()
