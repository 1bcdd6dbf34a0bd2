"""Points of two columns against each other; knows nothing of experiments."""

from branchlab_tui.drawing.scatter import Point
from branchlab_tui.widgets.scatter.scatter_plot import ScatterPlot

__all__ = ["Point", "ScatterPlot"]
