"""A confusion matrix, or the difference of two; knows nothing of experiments."""

from branchlab_tui.drawing.heat import Matrix
from branchlab_tui.widgets.heat_map.heat_map import HeatMap

__all__ = ["HeatMap", "Matrix"]
