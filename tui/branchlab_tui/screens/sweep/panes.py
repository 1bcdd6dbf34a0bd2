"""How the panes of a sweep share the screen. Pure."""

from __future__ import annotations

from typing import Literal

from branchlab_tui.widgets.tab_bar.layout import Tab

Pane = Literal["history", "slices", "contour", "strands", "importance", "progress"]
PANES: tuple[Pane, ...] = ("history", "slices", "contour", "strands", "importance", "progress")
TABS = (
    Tab("history", "history", "his"),
    Tab("slices", "slices", "sli"),
    Tab("contour", "contour", "con"),
    Tab("strands", "parallel", "par"),
    Tab("importance", "importance", "imp"),
    Tab("progress", "progress", "pro"),
)
ALL_FROM = (110, 34)  # cells and lines from which all stand beside each other


def in_sight(width: int, height: int, current: Pane, *, zoomed: bool) -> frozenset[Pane]:
    """Returns the panes that are shown: all where they have room, else the one with the keys."""
    if zoomed or width < ALL_FROM[0] or height < ALL_FROM[1]:
        return frozenset([current])
    return frozenset(PANES)


def next_pane(current: Pane, steps: int) -> Pane:
    """Returns the pane that the tab key goes to."""
    return PANES[(PANES.index(current) + steps) % len(PANES)]
