"""The scatter plot as screens use it: points in, messages out."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from branchlab_tui.drawing.labels import Labels
from branchlab_tui.drawing.scatter import (
    ScatterView,
    draw_scatter,
    next_front,
    next_point,
    shown_points,
)
from branchlab_tui.drawing.spots import nearest
from branchlab_tui.widgets.drawn.bindings import bindings
from branchlab_tui.widgets.drawn.drawn import Drawn
from branchlab_tui.widgets.drawn.messages.point_chosen import PointChosen
from branchlab_tui.widgets.scatter.keys import KEYS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.binding import BindingType

    from branchlab_tui.drawing.frame import Frame
    from branchlab_tui.drawing.piece import Line
    from branchlab_tui.drawing.scatter import Point

_AXES = ((False, False), (False, True), (True, False), (True, True))


class ScatterPlot(Drawn):
    """Points that can be read one by one. Posts `PointChosen`."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS)

    _points: Sequence[Point] = ()
    _labels = Labels()
    _view = ScatterView()
    _frame: Frame | None = None

    def show(self, points: Sequence[Point], *, title: str = "", x_title: str = "", y_title: str = "") -> None:
        """Shows other points; the one that is read stays when it is still there."""
        self._points = points
        self._labels = Labels(title, x_title, y_title)
        if all(point.name != self._view.focused for point in points):
            self._view = self._view._replace(focused="")
        self.redraw()

    @property
    def focused_point(self) -> str:
        """The name of the point that is read; empty for none."""
        return self._view.focused

    def focus_point(self, name: str) -> None:
        """Reads a point."""
        self._look(self._view._replace(focused=name))

    def draw_lines(self, width: int, height: int) -> list[Line]:
        """Returns the lines of the scatter."""
        drawing = draw_scatter(self._points, self._view, (width, height), self._labels)
        self._frame = drawing.frame
        return drawing.lines

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leaves escape to the screen when no point is read."""
        if action == "back":
            return bool(self._view.focused)
        return super().check_action(action, parameters)

    def action_step(self, across: int, up: int) -> None:
        """Reads the next point in a direction."""
        self.focus_point(next_point(shown_points(self._points, self._view), self._view.focused, across, up))

    def action_front(self) -> None:
        """Reads the next point of the front."""
        self.focus_point(next_front(shown_points(self._points, self._view), self._view.focused))

    def action_log_axes(self) -> None:
        """Changes between linear and logarithmic axes."""
        log_x, log_y = _AXES[(_AXES.index((self._view.log_x, self._view.log_y)) + 1) % len(_AXES)]
        self._look(self._view._replace(log_x=log_x, log_y=log_y))

    def action_choose(self) -> None:
        """Tells that the point that is read was chosen."""
        if self._view.focused:
            self.post_message(PointChosen(self._view.focused, self))

    def action_back(self) -> None:
        """Reads no point any more."""
        self.focus_point("")

    def on_click(self, event: events.Click) -> None:
        """Reads the nearest point; the second click chooses it."""
        if not self._frame or not self._frame.holds(event.x, event.y):
            return
        point = nearest(shown_points(self._points, self._view), self._frame, event.x, event.y)
        if point:
            self.focus_point(point.name)
            if event.chain == 2:  # noqa: PLR2004 - a double click
                self.action_choose()

    def _look(self, view: ScatterView) -> None:
        if view != self._view:
            self._view = view
            self.redraw()
