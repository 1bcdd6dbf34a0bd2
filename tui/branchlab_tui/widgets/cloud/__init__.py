"""Dots over two axes that are read one by one, alone or as a grid of small plots; knows nothing of experiments."""

from branchlab_tui.drawing.cloud import Cloud, Dot
from branchlab_tui.drawing.dimension import Dimension
from branchlab_tui.widgets.cloud.cloud_grid import CloudGrid
from branchlab_tui.widgets.cloud.cloud_plot import CloudPlot

__all__ = ["Cloud", "CloudGrid", "CloudPlot", "Dimension", "Dot"]
