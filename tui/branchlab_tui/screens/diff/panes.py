"""How the two panes of a difference share the screen. Free of Textual."""

from __future__ import annotations

from typing import Literal

Arrangement = Literal["beside", "stacked", "single"]

BESIDE_FROM = 180  # cells across from which both panes stand beside each other
STACKED_FROM = 30  # lines from which they stand above each other
_SHARE = 0.45  # of the lines that the table takes at most while the code stands below
_LEAST_CODE = 10  # lines


def arrange(width: int, height: int, *, zoomed: bool, code: bool) -> Arrangement:
    """Returns how the panes are put.

    Args:
        width: cells of the screen.
        height: lines of the screen.
        zoomed: the user wants one pane only.
        code: whether there is code to show.
    """
    if zoomed or not code:
        return "single"
    if width >= BESIDE_FROM:
        return "beside"
    return "stacked" if height >= STACKED_FROM else "single"


def table_lines(wanted: int, room: int) -> int:
    """Returns how many lines the table gets above the code: what it needs, within its share of what there is."""
    return max(min(wanted, int(room * _SHARE), room - _LEAST_CODE), 3)


def table_cells(wanted: int, width: int) -> int:
    """Returns how many cells the table gets beside the code: what it needs, within half of the screen."""
    return max(min(wanted, width // 2), width // 3)
