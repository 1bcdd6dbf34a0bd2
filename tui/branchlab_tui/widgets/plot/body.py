"""What a line plot holds: its curves and its view, and what happens when the view changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab_tui.drawing.curve import Curve
from branchlab_tui.drawing.extent import x_scale, y_scale
from branchlab_tui.drawing.labels import Labels
from branchlab_tui.drawing.line_plot import draw, visible
from branchlab_tui.drawing.navigate import panned, zoomed
from branchlab_tui.drawing.palette import Colours
from branchlab_tui.drawing.view import PlotView
from branchlab_tui.widgets.drawn.drawn import Drawn
from branchlab_tui.widgets.plot.messages.cursor_at import CursorAt
from branchlab_tui.widgets.plot.messages.view_changed import ViewChanged

if TYPE_CHECKING:
    from collections.abc import Iterable

    from branchlab_tui.drawing.frame import Frame
    from branchlab_tui.drawing.piece import Line
    from branchlab_tui.drawing.scale import Scale
    from branchlab_tui.drawing.series import Series


class PlotBody(Drawn):
    """Curves in a view; each change is drawn and told.

    Args:
        title: what is drawn.
        colours: shared by all plots whose series have the same colours; a plot alone needs none.
    """

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
        self._labels = Labels(title)
        self._curves: dict[tuple[str, int], Curve] = {}
        self._view = PlotView()
        self._frame: Frame | None = None

    @property
    def view(self) -> PlotView:
        """What is looked at."""
        return self._view

    @property
    def names(self) -> list[str]:
        """The names of the series, in the order of the legend."""
        return [name for name, _ in self._curves]

    def show_view(self, view: PlotView) -> None:
        """Looks at something else without telling it: for plots that follow another one."""
        if view != self._view:
            self._view = view
            self.redraw()

    def draw_lines(self, width: int, height: int) -> list[Line]:
        """Returns the lines of the plot."""
        drawing = draw([*self._curves.values()], self._view, (width, height), self._labels, self.colours)
        self._frame = drawing.frame
        return drawing.lines

    def _take(self, series: Iterable[Series]) -> None:
        """Takes series; curves that only grew keep what was made of their old points."""
        before, self._curves = self._curves, {}
        counts: dict[str, int] = {}
        for one in series:
            key = (one.name, counts.get(one.name, 0))  # two may have the same name
            counts[one.name] = key[1] + 1
            curve = before.get(key)
            if curve is None:
                curve = Curve(one)
            else:
                curve.update(one)
            self._curves[key] = curve

    def _shown(self) -> list[Curve]:
        return visible([*self._curves.values()], self._view)

    def _change(self, view: PlotView) -> None:
        """Looks at something else and tells it."""
        if view == self._view:
            return
        self._view = view
        self.redraw()
        self.post_message(ViewChanged(view, self))

    def _put_cursor(self, x: float | None) -> None:
        """Puts the cursor on a step, or away, and tells it; a zoomed view follows it."""
        if x == self._view.cursor:
            return
        view = self._view._replace(cursor=x)
        if x is not None and self._frame and view.x_range and not view.x_range[0] <= x <= view.x_range[1]:
            shown = self._frame.x
            ends = panned(shown, self._whole_x() or shown, shown.fraction(x) - 0.5)
            # The cursor first: `_change` then tells a view only where its range is another one.
            self._view = view
            self._change(view._replace(x_range=ends))
        self._view = self._view._replace(cursor=x)
        self.redraw()
        self.post_message(CursorAt(x, self))

    def _zoom_x(self, factor: float, around: float | None = None) -> None:
        """Zooms the horizontal axis around a place in 0..1; without one around the cursor, else the middle."""
        if not self._frame or not (whole := self._whole_x()):
            return
        shown, cursor = self._frame.x, self._view.cursor
        if around is None:
            in_view = cursor is not None and shown.low <= cursor <= shown.high
            around = shown.fraction(cursor) if cursor is not None and in_view else 0.5
        self._change(self._view._replace(x_range=zoomed(shown, whole, factor, around)))

    def _zoom_y(self, factor: float, around: float = 0.5) -> None:
        if self._frame:
            ends = zoomed(self._frame.y, self._whole_y(self._frame.x), factor, around)
            self._change(self._view._replace(y_range=ends))

    def _pan(self, x: float, y: float) -> None:
        """Moves what is in view by parts of it."""
        if not self._frame:
            return
        view, frame = self._view, self._frame
        if x and view.x_range and (whole := self._whole_x()):
            view = view._replace(x_range=panned(frame.x, whole, x))
        if y and view.y_range:
            view = view._replace(y_range=panned(frame.y, self._whole_y(frame.x), y))
        self._change(view)

    def _whole_x(self) -> Scale | None:
        return x_scale(self._shown(), self._view._replace(x_range=None), self._labels.x_limits)

    def _whole_y(self, x: Scale) -> Scale:
        return y_scale(self._shown(), self._view._replace(y_range=None), self._labels.y_limits, x)
