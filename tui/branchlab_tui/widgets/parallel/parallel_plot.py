"""Parallel coordinates as screens use them: axes in, messages out."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from branchlab_tui.drawing.brush import between, ends, measure, moved, whole
from branchlab_tui.drawing.palette import Colours
from branchlab_tui.drawing.parallel import Strands, draw_parallel
from branchlab_tui.widgets.drawn.bindings import bindings
from branchlab_tui.widgets.drawn.drawn import Drawn
from branchlab_tui.widgets.parallel.keys import KEYS
from branchlab_tui.widgets.parallel.messages.brushed import Brushed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.binding import BindingType

    from branchlab_tui.drawing.brush import Axis, Brush, Ruler
    from branchlab_tui.drawing.parallel import ParallelFrame
    from branchlab_tui.drawing.piece import Line


class ParallelPlot(Drawn):
    """A line for each row over axes that can be brushed. Posts `Brushed`."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS)

    def __init__(
        self,
        title: str = "",
        *,
        colours: Colours | None = None,
        name: str | None = None,
        id: str | None = None,  # noqa: A002 - Textual's name
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self.colours = Colours() if colours is None else colours
        self._strands = Strands(title, (), (), ())
        self._brushes: list[Brush | None] = []
        self._focused = 0
        self._frame: ParallelFrame | None = None
        self._drag_from: float | None = None

    def show(
        self, axes: Sequence[Axis], names: Sequence[str], *, bright: Sequence[str] = (), title: str | None = None
    ) -> None:
        """Shows other strands; ranges stay on axes that are the same.

        Args:
            axes: with a value for each name.
            names: of the strands.
            bright: names that are drawn in their colour, the others plain.
            title: another title; None keeps the one there is.
        """
        title = self._strands.title if title is None else title
        before = dict(zip(self._strands.axes, zip(self._strands.rulers, self._brushes, strict=True), strict=True))
        rulers = [measure(axis) for axis in axes]
        self._strands = Strands(title, [axis.title for axis in axes], rulers, names, bright)
        self._brushes = []
        for axis, ruler in zip(axes, rulers, strict=True):
            old = before.get(axis.title)
            self._brushes.append(old[1] if old and old[0].stops == ruler.stops else None)  # a brush is places of stops
        self._focused = max(0, min(self._focused, len(axes) - 1))
        self.redraw()

    def draw_lines(self, width: int, height: int) -> list[Line]:
        """Returns the lines of the drawing."""
        lines, self._frame = draw_parallel(self._strands, self._brushes, self._focused, (width, height), self.colours)
        return lines

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leaves escape to the screen when there is no range on the axis."""
        if action == "back":
            return self._focused < len(self._brushes) and self._brushes[self._focused] is not None
        return super().check_action(action, parameters)

    def action_axis(self, step: int) -> None:
        """Goes to the next axis."""
        self._focused = max(0, min(len(self._brushes) - 1, self._focused + step))
        self.redraw()

    def action_range(self, low: int, high: int) -> None:
        """Moves the ends of the range on this axis."""
        if self._brushes and self._ruler.stops:
            brush = self._brushes[self._focused] or whole(self._ruler)
            self._brush(moved(brush, self._ruler, low, high))

    def action_apply(self) -> None:
        """Tells the range on this axis."""
        if self._brushes and (brush := self._brushes[self._focused]):
            low, high = ends(brush, self._ruler)
            self.post_message(Brushed(self._strands.axes[self._focused], low, high, self))

    def action_reset(self) -> None:
        """Takes all ranges away."""
        self._brushes = [None for _ in self._brushes]
        self.redraw()

    def action_back(self) -> None:
        """Takes the range on this axis away."""
        self._brush(None)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Goes to an axis and begins a range on it."""
        if self._frame and event.button == 1:
            self._focused = self._frame.axis_at(event.x)
            self._drag_from = self._frame.place_at(event.y)
            self.capture_mouse()  # else a range that is drawn beyond the edge never ends
            self.redraw()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Widens the range to where the mouse is."""
        if self._frame and self._drag_from is not None:
            place = self._frame.place_at(event.y)
            if place != self._drag_from:
                self._brush(between(self._ruler, self._drag_from, place))

    def on_mouse_up(self) -> None:
        """Ends the range."""
        if self._drag_from is not None:
            self._drag_from = None
            self.release_mouse()

    @property
    def _ruler(self) -> Ruler:
        return self._strands.rulers[self._focused]

    def _brush(self, brush: Brush | None) -> None:
        if brush == whole(self._ruler):
            brush = None
        self._brushes[self._focused] = brush
        self.redraw()
