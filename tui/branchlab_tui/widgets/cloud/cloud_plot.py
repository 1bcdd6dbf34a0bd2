"""One cloud as screens use it: dots in, messages out."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from branchlab_tui.drawing.cloud import Cloud, Placed, draw_placed, place_cloud
from branchlab_tui.drawing.dimension import Dimension
from branchlab_tui.widgets.cloud.keys import KEYS
from branchlab_tui.widgets.cloud.readable import Readable
from branchlab_tui.widgets.drawn.bindings import bindings

if TYPE_CHECKING:
    from textual.binding import BindingType

    from branchlab_tui.drawing.piece import Line


class CloudPlot(Readable):
    """Dots over two axes."""

    DEFAULT_CSS = ""  # the sheet of drawings applies
    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS)

    _cloud = Cloud("", Dimension(""), Dimension(""))
    _placed: Placed | None = None
    _placed_at = (0, 0)

    def show(self, cloud: Cloud) -> None:
        """Shows other dots; draws nothing when they are the same."""
        if cloud != self._cloud:
            self._cloud, self._placed = cloud, None
            self.redraw()

    def placed_here(self) -> Placed | None:
        """Returns the cloud as it was drawn."""
        return self._placed

    def draw_lines(self, width: int, height: int) -> list[Line]:
        """Returns the lines of the cloud."""
        if min(width, height) < 1:
            return []
        if self._placed is None or self._placed_at != (width, height):
            self._placed, self._placed_at = place_cloud(self._cloud, (width, height)), (width, height)
        return draw_placed(self._placed, self.focused_dot).lines
