"""How the three panes of a comparison share the screen. Pure."""

from __future__ import annotations

from typing import Literal

from branchlab.tuples import NamedTuple

Pane = Literal["table", "parallel", "scatter"]
PANES: tuple[Pane, ...] = ("table", "parallel", "scatter")

PLOTS_FROM = 36  # lines of the screen from which plots stand below the table
BOTH_FROM = 150  # cells from which both plots stand beside each other
_SHARE = 0.6  # of the lines that the table takes at most while plots stand below
_LEAST_PLOT = 14  # lines


class Arrangement(NamedTuple):
    """Which panes are in sight, and how many lines the table gets; 0 for all there are."""

    shown: frozenset[Pane]
    table_lines: int = 0


def arrange(width: int, height: int, wanted: int, current: Pane, *, zoomed: bool) -> Arrangement:
    """Returns how the panes are put.

    Args:
        width: cells of the screen.
        height: lines of the screen.
        wanted: lines that the table needs.
        current: the pane with the keys.
        zoomed: the user wants one pane only.
    """
    if zoomed or height < PLOTS_FROM:
        return Arrangement(frozenset([current]))
    plots: list[Pane] = ["parallel", "scatter"]
    if width < BOTH_FROM:
        plots = ["scatter"] if current == "scatter" else ["parallel"]
    lines = max(min(wanted, int(height * _SHARE), height - _LEAST_PLOT - 5), 5)
    return Arrangement(frozenset(["table", *plots]), lines)


def next_pane(current: Pane, steps: int) -> Pane:
    """Returns the pane that the tab key goes to."""
    return PANES[(PANES.index(current) + steps) % len(PANES)]
