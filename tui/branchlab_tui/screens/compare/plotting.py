"""Draws the compared experiments: parallel coordinates, and a scatter of two columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab_tui.messages.filter_chosen import FilterChosen
from branchlab_tui.screens.compare.chosen import labels_of, names_of
from branchlab_tui.screens.compare.range_query import range_query
from branchlab_tui.screens.compare.rows import REFERENCE
from branchlab_tui.screens.compare.showing import Showing
from branchlab_tui.screens.compare.variables import (
    Variable,
    axes_of,
    parallel_variables,
    points_of,
    usual_axes,
    variables_of,
)
from branchlab_tui.widgets.parallel import ParallelPlot
from branchlab_tui.widgets.scatter import ScatterPlot
from branchlab_tui.widgets.series_legend.named_series import NamedSeries
from branchlab_tui.widgets.series_legend.series_legend import SeriesLegend

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.compare.comparison import Comparison
    from branchlab_tui.screens.compare.reading import Compared
    from branchlab_tui.widgets.parallel.messages.brushed import Brushed
    from branchlab_tui.widgets.picker.picker import Picked

_MOST_BRIGHT = 8  # strands that can be told apart by their colours


def point_names(compared: Compared) -> list[str]:
    """Returns what the points of the scatter are called."""
    names = names_of(compared.ones)
    return [f"{REFERENCE} {name}" if place == compared.against else name for place, name in enumerate(names)]


class Plotting(Showing):
    """A comparison with its plots."""

    variables: tuple[Variable, ...] = ()
    on_axes: tuple[Variable, ...] = ()
    scatter_axes = ("", "")

    def show_plots(self, compared: Compared, comparison: Comparison) -> None:
        """Draws both plots."""
        settings = self.snapshot.workspace.settings
        self.variables = variables_of(comparison)
        self.on_axes = tuple(parallel_variables(self.variables, settings))
        labels = labels_of(compared.ones)
        # Too many to tell apart: the front keeps its colours, the others step back.
        bright = labels if len(labels) <= _MOST_BRIGHT else [labels[place] for place in sorted(comparison.front)]
        bright = bright[:_MOST_BRIGHT]
        self.query_one(ParallelPlot).show(axes_of(self.on_axes), labels, bright=bright)
        self.query_one(SeriesLegend).show([NamedSeries(label) for label in bright])
        known = {one.key for one in self.variables}
        usual = usual_axes(self.variables, settings)
        # What the user chose stays while it can be drawn, also when other experiments come.
        x, y = (now if now in known else first for now, first in zip(self.scatter_axes, usual, strict=True))
        self.scatter_axes = (x, y)
        self._show_scatter()

    def on_brushed(self, message: Brushed) -> None:
        """Goes to the table, filtered by the range."""
        message.stop()
        for variable, axis in zip(self.on_axes, axes_of(self.on_axes), strict=True):
            if axis.title == message.axis:
                self.post_message(FilterChosen(range_query(variable, axis, message.low, message.high)))
                return

    def action_x_axis(self) -> None:
        """Lets the user choose what the scatter shows from left to right."""
        self._choose_axis(0)

    def action_y_axis(self) -> None:
        """Lets the user choose what the scatter shows from bottom to top."""
        self._choose_axis(1)

    def _choose_axis(self, place: int) -> None:
        from branchlab_tui.widgets.picker.choice import Choice
        from branchlab_tui.widgets.picker.picker import Picker

        if self.compared is None:
            return
        choices = [Choice(one.key, one.title, one.key.partition(".")[0]) for one in self.variables if one.is_number]

        def chosen(picked: Picked | None) -> None:
            if picked is not None:
                axes = list(self.scatter_axes)
                axes[place] = picked.key
                self.scatter_axes = (axes[0], axes[1])
                self._show_scatter()
                self.show_pane("scatter")

        title = "from left to right" if place == 0 else "from bottom to top"
        self.app.push_screen(Picker(title, choices, current=self.scatter_axes[place]), chosen)

    def show_pane(self, pane: str) -> None:
        """Gives the keys to a pane; see `Acting`."""

    def _show_scatter(self) -> None:
        compared = self.compared
        if compared is None or compared.comparison is None:
            return
        scatter = self.query_one(ScatterPlot)
        x, y = (self._variable(key) for key in self.scatter_axes)
        if x is None or y is None:
            scatter.show([], title="no two columns of numbers differ")
            return
        names: Sequence[str] = point_names(compared)
        points = points_of(names, x, y, compared.comparison.front, compared.against)
        scatter.show(points, title=f"{y.title} against {x.title}", x_title=x.title, y_title=y.title)

    def _variable(self, key: str) -> Variable | None:
        return next((one for one in self.variables if one.key == key), None)
