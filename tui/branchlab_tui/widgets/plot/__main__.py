"""Shows the line plot with curves that grow: `python -m branchlab_tui.widgets.plot`."""

from __future__ import annotations

from branchlab_tui.widgets.plot.demo import PlotDemo

if __name__ == "__main__":
    PlotDemo().run()
