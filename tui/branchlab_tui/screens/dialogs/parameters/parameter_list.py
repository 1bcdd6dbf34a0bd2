"""Parameters below each other: name, value, and the new value where there is one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.message import Message

from branchlab.report.width import display_width, pad, shorten
from branchlab.text import safe_text
from branchlab_tui.drawing.piece import Piece
from branchlab_tui.widgets.drawn.drawn import Drawn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from textual.events import Click, MouseScrollDown, MouseScrollUp
    from textual.geometry import Size

    from branchlab_tui.drawing.piece import Line
    from branchlab_tui.performing.parameters import Parameter

_MOST_NAME = 32
_MOST_VALUE = 20


class ParameterList(Drawn, can_focus=False):
    """Shows the parameters around the cursor; those with a new value are marked.

    Args:
        parameters: in the order of their files.
        changes: new values by key; the owner changes it and calls `redraw`.
        problems: what is wrong with new values, by key.
    """

    DEFAULT_CSS = Path(__file__).with_name("parameter_list.tcss").read_text("utf-8")
    COMPONENT_CLASSES: ClassVar[set[str]] = {"drawn--chosen", "drawn--changed", "drawn--bad"}

    class Chosen(Message):
        """The cursor stands on another parameter."""

    def __init__(
        self, parameters: Sequence[Parameter], changes: Mapping[str, str], problems: Mapping[str, str]
    ) -> None:
        super().__init__()
        self._parameters = parameters
        self._changes = changes
        self._problems = problems
        self._cursor = 0
        self._top = 0

    @property
    def current(self) -> Parameter:
        """The parameter under the cursor."""
        return self._parameters[self._cursor]

    def move(self, step: int) -> None:
        """Moves the cursor, at most to the ends."""
        place = max(min(self._cursor + step, len(self._parameters) - 1), 0)
        if place != self._cursor:
            self._cursor = place
            self.redraw()
            self.post_message(self.Chosen())

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's
        """Takes a line for each parameter."""
        return len(self._parameters)

    def draw_lines(self, width: int, height: int) -> Sequence[Line]:
        """Returns the lines in sight."""
        # Stays where it is unless the cursor would be out of sight, or blank lines would stand at the end.
        self._top = max(min(self._top, self._cursor, len(self._parameters) - height), self._cursor - height + 1, 0)
        # All parameters, not those in sight: columns must not jump while one scrolls.
        names = min(max(display_width(one.key) for one in self._parameters), _MOST_NAME, width // 2)
        values = min(max(display_width(one.value) for one in self._parameters), _MOST_VALUE, width // 4)
        shown = range(self._top, min(self._top + height, len(self._parameters)))
        return [self._line(place, names, values, width) for place in shown]

    def on_click(self, event: Click) -> None:
        """Goes to what was clicked."""
        self.move(self._top + event.y - self._cursor)

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Goes down."""
        event.stop()
        self.move(1)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Goes up."""
        event.stop()
        self.move(-1)

    def _line(self, place: int, names: int, values: int, width: int) -> Line:
        one = self._parameters[place]
        here = "chosen" if place == self._cursor else ""
        new = self._changes.get(one.key)
        mark = "▸" if here else " "
        sign = " " if new is None else "✗" if one.key in self._problems else "→"
        name = pad(shorten(safe_text(one.key), names, "ends"), names)
        old = pad(shorten(safe_text(one.value), values, "start"), values)
        start = f"{mark} {name}  {old}  "
        rest = "" if new is None else f"{sign} {safe_text(new)}"
        rest = pad(shorten(rest, max(width - display_width(start), 0), "start"), max(width - display_width(start), 0))
        return [Piece(start, here), Piece(rest, here or ("bad" if sign == "✗" else "changed"))]
