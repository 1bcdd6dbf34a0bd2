"""A grid of line plots as screens use it: keys of panels and where to get them in, messages out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Container

from branchlab_tui.drawing.view import PlotView
from branchlab_tui.widgets.plot_grid.arrange import Arrangement, arrange, first_shown
from branchlab_tui.widgets.plot_grid.messages.panels_shown import PanelsShown
from branchlab_tui.widgets.plot_grid.panel_plot import PanelPlot

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual import events

    from branchlab_tui.drawing.palette import Colours
    from branchlab_tui.drawing.view import Range
    from branchlab_tui.widgets.plot.messages.cursor_at import CursorAt
    from branchlab_tui.widgets.plot.messages.view_changed import ViewChanged
    from branchlab_tui.widgets.plot_grid.panel import Panel


class PlotGrid(Container, can_focus=False):
    """As many line plots as stay readable; the others are reached by moving on. Posts `PanelsShown`.

    All share cursor, horizontal axis, smoothing and focused series; each has its own vertical zoom. Only the
    panels in sight are asked for, so a thousand cost no more than nine.

    Args:
        colours: shared with everything that shows the same series.
    """

    DEFAULT_CSS: ClassVar[str] = Path(__file__).with_name("plot_grid.tcss").read_text("utf-8")

    def __init__(self, colours: Colours, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.view = PlotView()
        self.follows = False
        self.zoomed = False
        self._colours = colours
        self._keys: tuple[str, ...] = ()
        self._source: Callable[[str], Panel] | None = None
        self._grid = Arrangement(1, 1)
        self._first = 0
        self._current = ""
        self._moved = False  # whether the user chose the current panel
        self._wants_focus = False  # whether the focus was given before there was a plot to take it
        self._plots: list[PanelPlot] = []
        self._shown: list[tuple[str, Panel] | None] = []
        self._y_ranges: dict[str, Range] = {}  # by key, so that a panel keeps its zoom while it is out of sight
        self._last_x: float | None = None
        self._linking = False

    @property
    def current(self) -> PanelPlot | None:
        """The plot of the current panel."""
        place = self._place() - self._first
        return self._plots[place] if self._keys and 0 <= place < len(self._plots) else None

    def show(self, keys: Sequence[str], source: Callable[[str], Panel]) -> None:
        """Shows panels by their keys; `source` returns a panel, and the same one again as long as nothing is new."""
        self._source = source
        if tuple(keys) != self._keys:
            self._keys = tuple(keys)
            if not self._moved or self._current not in self._keys:
                self._current = self._keys[0] if self._keys else ""
            self._arrange()
        self._fill()

    def change_view(self, **changes: object) -> None:
        """Looks at all panels in another way."""
        self.view = self.view._replace(**changes)  # type: ignore[arg-type]
        self._fill()

    def move(self, by: int) -> None:
        """Makes another panel current, round the end, and brings it into sight."""
        if self._keys:
            self._go((self._place() + by) % len(self._keys))

    def page(self, by: int) -> None:
        """Moves by as many panels as are in sight, not round the end."""
        if self._keys:
            self._go(max(0, min(len(self._keys) - 1, self._place() + by * self._grid.places)))

    def zoom(self, *, zoomed: bool) -> None:
        """Lets the current panel fill the grid, or shows all again."""
        if zoomed != self.zoomed and self._keys:
            self.zoomed = zoomed
            self._arrange()
            self._fill()

    def focus_current(self) -> None:
        """Gives the focus to the current panel, as soon as there is one."""
        plot = self.current
        self._wants_focus = plot is None
        if plot is not None:
            plot.focus(scroll_visible=False)  # the grid pages by itself

    def on_resize(self) -> None:
        """Finds the grid that fits."""
        self._arrange()
        self._fill()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Makes the panel current that got the focus."""
        if isinstance(event.widget, PanelPlot) and event.widget in self._plots:
            place = self._first + self._plots.index(event.widget)
            if place < len(self._keys) and self._keys[place] != self._current:
                self._moved = True
                self._current = self._keys[place]
                self._tell()

    def on_cursor_at(self, message: CursorAt) -> None:
        """Moves all cursors together."""
        message.stop()
        self.view = self.view._replace(cursor=message.x)
        self._link_soon()

    def on_view_changed(self, message: ViewChanged) -> None:
        """Lets all panels look in the same way; the message goes on to the screen."""
        plot = message.plot
        if isinstance(plot, PanelPlot) and plot in self._plots:
            place = self._first + self._plots.index(plot)
            if message.view.y_range is None:
                self._y_ranges.pop(self._keys[place], None)
            else:
                self._y_ranges[self._keys[place]] = message.view.y_range
        if (message.view.log_y, message.view.log_x) != (self.view.log_y, self.view.log_x):
            self._y_ranges.clear()  # a range of one kind of axis is none of the other
        self.view = message.view._replace(y_range=None)
        self._link_soon()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Goes on to the next panels, over plots that have not the focus."""
        event.stop()
        self.page(1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Goes back to the panels before."""
        event.stop()
        self.page(-1)

    def _place(self) -> int:
        return self._keys.index(self._current) if self._current in self._keys else 0

    def _go(self, place: int) -> None:
        self._moved = True
        self._current = self._keys[place]
        first = first_shown(place, self._first, len(self._keys), self._grid)
        if first != self._first:
            self._first = first
            self._fill()
        self.focus_current()
        self._tell()

    def _arrange(self) -> None:
        """Takes as many plots as fit; those that are not needed wait, because making one takes a while."""
        if not self.size or not self.is_mounted:  # the first resize comes back here
            return
        count = len(self._keys)
        self._grid = Arrangement(1, 1) if self.zoomed else arrange(count, *self.size)
        self._first = first_shown(self._place(), self._first, count, self._grid)
        places = min(self._grid.places, count)
        if places > len(self._plots):
            new = [PanelPlot(colours=self._colours) for _ in range(places - len(self._plots))]
            self._plots += new
            self._shown += [None] * len(new)
            self.mount(*new)
        for place, plot in enumerate(self._plots):
            plot.display = place < places
        self.styles.grid_size_columns = self._grid.columns
        self.styles.grid_size_rows = max(1, self._grid.rows)
        if self._takes_focus():
            self.focus_current()
        self._tell()

    def _takes_focus(self) -> bool:
        if any(plot.has_focus for plot in self._plots):  # the current panel may stand in another plot now
            return True
        focused = self.screen.focused
        # Somebody else may have been given it since.
        return self._wants_focus and (focused is None or not focused.display)

    def _fill(self) -> None:
        """Gives each plot in sight its panel; nothing happens where it is the same as before."""
        if self._source is None:
            return
        keys = self._keys[self._first : self._first + self._grid.places]
        panels = [self._source(key) for key in keys]
        self._follow(panels)
        for place, (key, panel) in enumerate(zip(keys, panels, strict=True)):
            if place >= len(self._plots):
                break
            before = self._shown[place]
            if before is None or before[0] != key or before[1] is not panel:  # by identity: `==` would walk all points
                self._shown[place] = (key, panel)
                self._show(self._plots[place], panel)
        self._link()

    def _show(self, plot: PanelPlot, panel: Panel) -> None:
        plot.show(
            panel.series,
            title=panel.title,
            x_title=panel.x_title,
            y_title=panel.y_title,
            x_kind=panel.x_kind,
            x_limits=panel.x_limits,
            y_limits=panel.y_limits,
            names=False,
        )

    def _follow(self, panels: Sequence[Panel]) -> None:
        """Moves a part of the axis that is looked at on with the newest points."""
        last = max((x for panel in panels if (x := panel.last_x) is not None), default=None)
        if self.follows and self.view.x_range and last is not None and self._last_x is not None and last > self._last_x:
            low, high = self.view.x_range
            self.view = self.view._replace(x_range=(last - (high - low), last))
        self._last_x = last

    def _link_soon(self) -> None:
        """Lets the other plots follow once the keys that wait are done: one drawing for all of them."""
        if not self._linking:
            self._linking = True
            self.call_later(self._link)

    def _link(self) -> None:
        self._linking = False
        for key, plot in zip(self._keys[self._first :], self._plots, strict=False):
            plot.show_view(self.view._replace(y_range=self._y_ranges.get(key)))

    def _tell(self) -> None:
        shown = min(self._grid.places, len(self._keys) - self._first)
        self.post_message(PanelsShown(self._first, shown, len(self._keys), self._current, zoomed=self.zoomed))
