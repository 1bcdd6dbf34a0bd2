"""What a plot of dots and a grid of them have in common: one dot is read; a double click chooses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab_tui.drawing.cloud import nearest_dot, next_dot
from branchlab_tui.widgets.cloud.messages.dot_read import DotRead
from branchlab_tui.widgets.drawn.drawn import Drawn
from branchlab_tui.widgets.drawn.messages.point_chosen import PointChosen

if TYPE_CHECKING:
    from textual import events

    from branchlab_tui.drawing.cloud import Placed


class Readable(Drawn):
    """Follows keys and mouse from dot to dot. Posts `DotRead` and `PointChosen`."""

    focused_dot = ""

    def placed_here(self) -> Placed | None:
        """Returns the cloud that the keys are about, as it was drawn."""
        raise NotImplementedError

    def placed_at(self, column: int, row: int) -> tuple[Placed, int, int] | None:  # noqa: ARG002 - for those with several
        """Returns the cloud at a cell, and where its drawing begins: column and row."""
        here = self.placed_here()
        return (here, 0, 0) if here else None

    def focus_dot(self, name: str) -> None:
        """Reads a dot, without a message."""
        if name != self.focused_dot:
            self.focused_dot = name
            self.redraw()

    def action_step(self, across: int, up: int) -> None:
        """Reads the next dot in a direction."""
        here = self.placed_here()
        if here is not None:
            self._read(next_dot(here, self.focused_dot, across, up))

    def on_click(self, event: events.Click) -> None:
        """Reads the nearest dot; the second click chooses it."""
        found = self.placed_at(event.x, event.y)
        if found is None:
            return
        placed, left, top = found
        dot = nearest_dot(placed, event.x - left, event.y - top)
        if dot is not None and placed.frame is not None and placed.frame.holds(event.x - left, event.y - top):
            self._read(dot.name)
            if event.chain == 2:  # noqa: PLR2004 - a double click
                self.post_message(PointChosen(dot.name, self))

    def _read(self, name: str) -> None:
        if name and name != self.focused_dot:
            self.focus_dot(name)
            self.post_message(DotRead(name, self))
