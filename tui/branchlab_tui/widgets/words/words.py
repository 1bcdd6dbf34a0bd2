"""A panel of words that are laid out for the size it has."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from branchlab_tui.drawing.piece import Piece
from branchlab_tui.widgets.drawn.drawn import Drawn

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from branchlab_tui.drawing.piece import Line

_STYLES = ("bold", "key", "title", "dim")


class Words(Drawn):
    """Shows what a function makes of its size; takes the focus so that the keys of its screen work."""

    DEFAULT_CSS = Path(__file__).with_name("words.tcss").read_text("utf-8")
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"drawn--{style}" for style in _STYLES}
    ALLOW_SELECT = False

    def __init__(self, make: Callable[[int, int], Sequence[Line]], *, id: str | None = None) -> None:  # noqa: A002 - as all widgets name it
        super().__init__(id=id)
        self._make = make

    def show(self, make: Callable[[int, int], Sequence[Line]]) -> None:
        """Shows other words."""
        self._make = make
        self.redraw()

    def draw_lines(self, width: int, height: int) -> Sequence[Line]:
        """Returns as many lines as there is room for."""
        lines = list(self._make(width, height))[:height]
        return lines + [[Piece("")] for _ in range(height - len(lines))]
