"""Shows every widget that draws, but the line plot: `python -m branchlab_tui.widgets.drawn`."""

from __future__ import annotations

from branchlab_tui.widgets.drawn.gallery import Gallery

if __name__ == "__main__":
    Gallery().run()
