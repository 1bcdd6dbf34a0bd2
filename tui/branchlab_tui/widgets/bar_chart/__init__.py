"""Bars of slices, one or two for each; knows nothing of experiments."""

from branchlab_tui.drawing.bars import Bar
from branchlab_tui.widgets.bar_chart.bar_chart import BarChart

__all__ = ["Bar", "BarChart"]
