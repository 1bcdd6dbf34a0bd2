"""A plot of curves that can be zoomed, panned and read; it knows nothing of experiments."""

from branchlab_tui.drawing.palette import Colours
from branchlab_tui.drawing.series import Series
from branchlab_tui.drawing.view import PlotView
from branchlab_tui.widgets.plot.line_plot import LinePlot

__all__ = ["Colours", "LinePlot", "PlotView", "Series"]
