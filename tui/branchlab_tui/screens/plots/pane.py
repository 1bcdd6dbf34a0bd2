"""The pane of the plots: whatever widget fits what is shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.containers import Container
from textual.widget import Widget

from branchlab_tui.leaving import when_drawn
from branchlab_tui.screens.plots.shown import Bars, Cells, Heat, Image, Lines, Shown, Words
from branchlab_tui.widgets.plot_grid.plot_grid import PlotGrid
from branchlab_tui.widgets.state_panel.state_panel import StatePanel

if TYPE_CHECKING:
    from collections.abc import Callable

    from branchlab_tui.drawing.palette import Colours

_Made = TypeVar("_Made", bound=Widget)


class PlotPane(Container):
    """Shows one thing at a time; the widget for a kind of thing is made when the first one comes.

    Args:
        colours: shared with everything that shows the same experiments.
    """

    DEFAULT_CSS: ClassVar[str] = Path(__file__).with_name("pane.tcss").read_text("utf-8")

    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self._colours = colours
        self._made: dict[type[Widget], Widget] = {}
        self._active: Widget | None = None
        self._shown: Shown | None = None

    def show(self, shown: Shown) -> None:
        """Shows something else; nothing is drawn when it is the same."""
        if shown is self._shown:
            return
        self._shown = shown
        if isinstance(shown, Lines):
            self._show_lines(shown)
        elif isinstance(shown, Heat):
            self._show_heat(shown)
        elif isinstance(shown, Bars):
            self._show_bars(shown)
        elif isinstance(shown, Cells):
            self._show_cells(shown)
        elif isinstance(shown, Image):
            self._show_image(shown)
        else:
            self._show_words(shown)

    @property
    def grid(self) -> PlotGrid | None:
        """The line plots, while some are shown."""
        return self._active if isinstance(self._active, PlotGrid) else None

    @property
    def active(self) -> Widget | None:
        """The widget that is shown."""
        return self._active

    def normalise(self) -> None:
        """Changes between counts and shares where a matrix is shown."""
        if isinstance(self._shown, Heat):
            from branchlab_tui.widgets.heat_map.heat_map import HeatMap

            self.query_one(HeatMap).action_normalise()

    def focus_active(self) -> None:
        """Gives the focus to what is shown."""
        if isinstance(self._active, PlotGrid):
            self._active.focus_current()
        elif self._active is not None and self._active.can_focus:
            self._active.focus(scroll_visible=False)
        else:
            self.screen.set_focus(None)

    def _show_lines(self, shown: Lines) -> None:
        grid = self._bring(PlotGrid, lambda: PlotGrid(self._colours))
        grid.show(tuple(shown.panels), shown.panels.__getitem__)

    def _show_heat(self, shown: Heat) -> None:
        from branchlab_tui.widgets.heat_map.heat_map import HeatMap

        self._bring(HeatMap, HeatMap).show(shown.matrix, against=shown.against, title=shown.title)

    def _show_bars(self, shown: Bars) -> None:
        from branchlab_tui.widgets.bar_chart.bar_chart import BarChart

        chart = self._bring(BarChart, lambda: BarChart(colours=self._colours))
        chart.show(shown.bars, series=shown.series, title=shown.title, lower_is_better=shown.lower_is_better)

    def _show_cells(self, shown: Cells) -> None:
        from branchlab_tui.screens.plots.cell_rows import CellRows, columns_of
        from branchlab_tui.widgets.table.table import LineTable

        self._bring(LineTable, LineTable).show(CellRows(shown), columns_of(shown))

    def _show_image(self, shown: Image) -> None:
        from branchlab_tui.widgets.picture.picture import Picture

        self._bring(Picture, Picture).show(shown.path)

    def _show_words(self, shown: Words) -> None:
        panel = self._bring(StatePanel, StatePanel)
        if shown.kind == "loading":
            panel.show_loading(shown.text)
        elif shown.kind == "error":
            panel.show_error(shown.text, shown.hint)
        else:
            panel.show_empty(shown.text, shown.hint)

    def _bring(self, kind: type[_Made], make: Callable[[], _Made]) -> _Made:
        """Returns the widget of a kind, in sight, with the focus if the one before it had it or nobody has it."""
        known = self._made.get(kind)
        widget = known if isinstance(known, kind) else make()
        if widget is not known:
            self._made[kind] = widget
            self.mount(widget)
        # Hidden rather than removed: the next entry is often of the same kind.
        if widget is not self._active:
            for one in self._made.values():
                one.display = one is widget
            self._active = widget
            when_drawn(self, self._take_focus, widget)
        return widget

    def _take_focus(self, widget: Widget) -> None:
        focused = self.screen.focused
        # The focus may be elsewhere by now, as in a dialog; it is taken from the widget of before only.
        inside = focused is None or not focused.display or self in focused.ancestors
        if widget is self._active and inside:
            self.focus_active()
