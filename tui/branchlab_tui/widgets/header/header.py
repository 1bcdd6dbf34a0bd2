"""The line at the top of every view."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.content import Content

from branchlab_tui.messages.open_view import OpenView
from branchlab_tui.widgets.header.layout import facts_of, lay_out
from branchlab_tui.widgets.styled.styled import Styled

if TYPE_CHECKING:
    from textual.events import Click

    from branchlab_tui.model.snapshot import Snapshot
    from branchlab_tui.widgets.header.layout import Piece

_KINDS = ("brand", "project", "tab", "here", "live", "problem", "dim")


class HeaderBar(Styled):
    """Shows project, branch, the views with the one that is open, how many runs are live, and what is wrong."""

    DEFAULT_CSS = Path(__file__).with_name("header.tcss").read_text("utf-8")
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"header--{kind}" for kind in _KINDS}
    ALLOW_SELECT = False

    def __init__(self, view: str, snapshot: Snapshot) -> None:
        super().__init__()
        self._view = view
        self._facts = facts_of(snapshot)

    def show(self, snapshot: Snapshot) -> None:
        """Shows a newer snapshot; draws nothing when it says the same."""
        facts = facts_of(snapshot)
        if facts != self._facts:
            self._facts = facts
            self.refresh()

    def render(self) -> Content:
        """Puts the line together."""
        return Content.assemble(*(self._painted(piece) for piece in self._pieces()))

    def on_click(self, event: Click) -> None:
        """Opens the view whose word was clicked."""
        at = 0
        for piece in self._pieces():
            at += Content(piece.text).cell_length
            if event.x < at:
                if piece.view:
                    self.post_message(OpenView(piece.view))
                return

    def _pieces(self) -> list[Piece]:
        return lay_out(self._facts, self._view, self.size.width)

    def _painted(self, piece: Piece) -> Content:
        if not piece.kind:
            return Content(piece.text)
        return Content.styled(piece.text, self.get_visual_style(f"header--{piece.kind}"))
