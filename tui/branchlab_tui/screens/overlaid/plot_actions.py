"""Actions that are those of the current line plot, so that palette and help have them as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from branchlab_tui.widgets.plot_grid.panel_plot import PanelPlot
    from branchlab_tui.widgets.plot_grid.plot_grid import PlotGrid


class PlotActions:
    """What a screen can do that shows a grid of plots, now and then or always."""

    @property
    def plots(self) -> PlotGrid | None:
        """The grid; None while something else is shown."""
        raise NotImplementedError

    @property
    def plot(self) -> PanelPlot | None:
        """The current plot of the grid."""
        return self.plots.current if self.plots else None

    def step_back_in_plot(self) -> bool:
        """Puts the cursor away or shows all series, as escape in the plot does; False when there is no such step."""
        goes_back = bool(self.plot and self.plot.check_action("back", ()))
        if self.plot and goes_back:
            self.plot.action_back()
        return goes_back

    def action_page_down(self) -> None:
        """Goes on by as many plots as are in sight."""
        if self.plots:
            self.plots.page(1)

    def action_page_up(self) -> None:
        """Goes back by as many."""
        if self.plots:
            self.plots.page(-1)

    def action_zoom_panel(self) -> None:
        """Lets the current plot fill the grid, or shows all again."""
        if self.plots:
            self.plots.zoom(zoomed=not self.plots.zoomed)

    def action_log_axes(self) -> None:
        """Changes between linear and logarithmic axes."""
        if self.plot:
            self.plot.action_log_axes()

    def action_smoother(self) -> None:
        """Smooths more."""
        if self.plot:
            self.plot.action_smooth(1)

    def action_rougher(self) -> None:
        """Smooths less."""
        if self.plot:
            self.plot.action_smooth(-1)

    def action_isolate(self) -> None:
        """Shows only one series, or all again."""
        if self.plot:
            self.plot.action_isolate()

    def action_next_series(self) -> None:
        """Brings the next series to the front."""
        if self.plot:
            self.plot.action_focus_series(1)

    def action_previous_series(self) -> None:
        """Brings the series before to the front."""
        if self.plot:
            self.plot.action_focus_series(-1)

    def action_cursor_left(self) -> None:
        """Reads the values further left."""
        if self.plot:
            self.plot.action_move_cursor(-1)

    def action_cursor_right(self) -> None:
        """Reads the values further right."""
        if self.plot:
            self.plot.action_move_cursor(1)

    def action_zoom_in(self) -> None:
        """Zooms the horizontal axis in."""
        if self.plot:
            self.plot.action_zoom(0.5)

    def action_zoom_out(self) -> None:
        """Zooms the horizontal axis out."""
        if self.plot:
            self.plot.action_zoom(2)

    def action_pan_left(self) -> None:
        """Shows what is further left."""
        if self.plot:
            # A quarter: most of what was seen stays in sight.
            self.plot.action_pan(-0.25, 0)

    def action_pan_right(self) -> None:
        """Shows what is further right."""
        if self.plot:
            self.plot.action_pan(0.25, 0)

    def action_reset_zoom(self) -> None:
        """Shows all of the data again."""
        if self.plot:
            self.plot.action_reset()
