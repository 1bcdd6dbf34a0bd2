"""Parallel coordinates with a brush on each axis; knows nothing of experiments."""

from branchlab_tui.drawing.brush import Axis
from branchlab_tui.widgets.parallel.parallel_plot import ParallelPlot

__all__ = ["Axis", "ParallelPlot"]
