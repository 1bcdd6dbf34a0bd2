"""A line of facts at the edge of a table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from branchlab.report.width import display_width
from branchlab_tui.widgets.drawn.drawn import Drawn
from branchlab_tui.widgets.status_line.layout import BETWEEN, Fact, lay_out

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.events import Click

    from branchlab_tui.drawing.piece import Line

_STYLES = ("dim", "warn", "bold", "problem", "filter", "live")


class StatusLine(Drawn, can_focus=False, inherit_css=False):
    """Shows one text at the left and as many facts at the right as there is room for; a click does what a fact says."""

    DEFAULT_CSS = Path(__file__).with_name("status_line.tcss").read_text("utf-8")
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"drawn--{style}" for style in _STYLES}
    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - as all widgets name it
        super().__init__(id=id, classes=classes)
        self._left = Fact("")
        self._facts: tuple[Fact, ...] = ()

    def show(self, left: Fact, facts: Sequence[Fact]) -> None:
        """Shows other facts; draws nothing when the line comes out the same."""
        self._left, self._facts = left, tuple(facts)
        self.redraw()

    def draw_lines(self, width: int, height: int) -> Sequence[Line]:  # noqa: ARG002 - one line, however high
        """Returns the line."""
        return [lay_out(self._left, self._facts, width)]

    async def on_click(self, event: Click) -> None:
        """Does what the fact under the mouse says."""
        at = 0
        for piece in lay_out(self._left, self._facts, self.content_size.width):
            at += display_width(piece.text)
            if event.x < at:
                action = next((fact.action for fact in (self._left, *self._facts) if fact.text == piece.text), "")
                if action and piece.text != BETWEEN:
                    await self.screen.run_action(action)
                return


# Neither the sheet of drawings nor their styles are for this line, and the first frame does not wait for them.
StatusLine._inherit_component_classes = False  # noqa: SLF001 - Widget takes no argument for it, as DOMNode does
