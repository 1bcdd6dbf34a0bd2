"""The line plot as screens use it: series in, messages out."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from branchlab_tui.drawing.navigate import isolated, nearest_step, next_axes, next_focus, smoother, stepped
from branchlab_tui.widgets.drawn.bindings import bindings
from branchlab_tui.widgets.plot.keys import KEYS
from branchlab_tui.widgets.plot.pointer import PlotPointer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.binding import BindingType

    from branchlab_tui.drawing.series import Series
    from branchlab_tui.drawing.ticks import Kind
    from branchlab_tui.drawing.view import PlotView, Range


class LinePlot(PlotPointer):
    """Curves that can be zoomed, panned, smoothed and read. Posts `CursorAt` and `ViewChanged`."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS)

    def show(
        self,
        series: Iterable[Series],
        *,
        title: str | None = None,
        x_title: str = "",
        y_title: str = "",
        x_kind: Kind = "number",
        x_limits: Range | None = None,
        y_limits: Range | None = None,
        names: bool = True,
    ) -> None:
        """Shows other series, or the same ones with more points, which costs what is new; the view stays.

        Args:
            series: in the order of the legend.
            title: another title; None keeps the one there is.
            x_title: as in `step 400`.
            y_title: where the title does not say it.
            x_kind: `whole` for steps, `time` for seconds.
            x_limits: ends of the axis when nothing else is chosen, such as (0, 1); None for those of the data.
            y_limits: the same for the vertical axis.
            names: whether the legend names the series; not where several plots share one legend.
        """
        self._labels = self._labels._replace(
            title=self._labels.title if title is None else title,
            x_title=x_title,
            y_title=y_title,
            x_kind=x_kind,
            x_limits=x_limits,
            y_limits=y_limits,
            names=names,
        )
        self._take(series)
        self.redraw()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leaves escape to the screen when there is nothing here to go back from."""
        if action == "back":
            return self._back() != self.view
        return super().check_action(action, parameters)

    def action_move_cursor(self, cells: int) -> None:
        """Moves the cursor to the next step that is as many columns further."""
        if self._frame:
            self._pointed = False  # a cursor that keys moved stays when the mouse leaves
            self._put_cursor(stepped(self._shown(), self._frame.x, self._frame.width, self.view.cursor, cells))

    def action_cursor_first(self) -> None:
        """Puts the cursor on the first step in view."""
        if self._frame:
            self._put_cursor(nearest_step(self._shown(), self._frame.x, self._frame.x.low))

    def action_cursor_last(self) -> None:
        """Puts the cursor on the last step in view."""
        if self._frame:
            self._put_cursor(nearest_step(self._shown(), self._frame.x, self._frame.x.high))

    def action_focus_series(self, step: int) -> None:
        """Focuses the next series, or none."""
        self._change(next_focus(self.view, self.names, step))

    def action_isolate(self) -> None:
        """Shows only the focused series, or all again."""
        self._change(isolated(self.view, self.names))

    def action_zoom(self, factor: float) -> None:
        """Zooms the horizontal axis around the cursor."""
        self._zoom_x(factor)

    def action_zoom_y(self, factor: float) -> None:
        """Zooms the vertical axis."""
        self._zoom_y(factor)

    def action_pan(self, x: float, y: float) -> None:
        """Moves what is in view by parts of it."""
        self._pan(x, y)

    def action_reset(self) -> None:
        """Shows all of the data again."""
        self._change(self.view._replace(x_range=None, y_range=None))

    def action_log_axes(self) -> None:
        """Changes between linear and logarithmic axes."""
        self._change(next_axes(self.view))

    def action_smooth(self, step: int) -> None:
        """Smooths more or less."""
        self._change(smoother(self.view, step))

    def action_back(self) -> None:
        """Puts the cursor away, then shows all series, then focuses none."""
        view = self._back()
        if view.cursor != self.view.cursor:
            self._put_cursor(None)
        else:
            self._change(view)

    def _back(self) -> PlotView:
        if self.view.cursor is not None:
            return self.view._replace(cursor=None)
        if self.view.isolated:
            return self.view._replace(isolated=False)
        return self.view._replace(focused="")
