"""The signs that lists, tables and pages share: where the cursor is, and where one is in the whole. Free of Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.width import display_width
from branchlab_tui.drawing.piece import Piece

if TYPE_CHECKING:
    from collections.abc import Iterable

    from branchlab_tui.drawing.piece import Line

CURSOR = "▸"
THUMB = "▐"
OPEN, CLOSED = "▾", "▹"  # of what can be folded
BAR = 1  # cells at the right edge, kept free so that nothing shifts when rows are filtered


def with_bar(lines: Iterable[Line], thumb: range, width: int) -> list[Line]:
    """Returns lines `width` cells wide, the scroll bar at their ends; its thumb stands beside the lines of a range."""
    drawn = []
    for place, line in enumerate(lines):
        blanks = width - BAR - sum(display_width(piece.text) for piece in line)
        drawn.append([*line, Piece(" " * blanks), Piece(THUMB if place in thumb else " " * BAR, "thumb")])
    return drawn
