"""The axes of a plot: labels that line up and never touch each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.width import display_width
from branchlab_tui.drawing.piece import Line, Piece

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab_tui.drawing.scale import Scale
    from branchlab_tui.drawing.ticks import Tick

ROWS_PER_TICK = 4
COLUMNS_PER_TICK = 11
_BETWEEN = 2  # blanks between two labels at least


def cell_of(fraction: float, cells: int) -> int:
    """Returns the cell of an axis that a place falls into; one that is not in 0..1, infinity too, is at the rim."""
    return min(cells - 1, int(min(1.0, max(0.0, fraction)) * cells))


def left_axis(scale: Scale, marks: Sequence[Tick], height: int, width: int) -> list[Line]:
    """Returns `height` pieces of `width` columns: labels flush right, then the axis."""
    labels: dict[int, str] = {}
    for tick in marks:
        # Of two marks in one row the first is written, which is the lower one.
        labels.setdefault(height - 1 - cell_of(scale.fraction(tick.value), height), tick.label)
    return [
        [Piece(f"{labels.get(row, ''):>{width - 1}.{width - 1}}" + ("┤" if row in labels else "│"), "axis")]
        for row in range(height)
    ]


def bottom_axis(scale: Scale, marks: Sequence[Tick], width: int, *, left: int) -> tuple[Line, Line]:
    """Returns the axis and its labels, both `left` + `width` columns wide; labels that would touch are left out."""
    axis = ["─"] * width
    labels = [" "] * (left + width)
    free_from = 0
    for tick in marks:
        place = cell_of(scale.fraction(tick.value), width)
        size = len(tick.label)
        start = max(0, min(left + place - size // 2, left + width - size))
        if start < free_from or size > width:
            continue
        axis[place] = "┬"
        labels[start : start + size] = tick.label
        free_from = start + size + _BETWEEN
    corner = " " * (left - 1) + "└" if left else ""
    return [Piece(corner + "".join(axis), "axis")], [Piece("".join(labels), "axis")]


def with_title(labels: Line, title: str) -> Line:
    """Returns the labels of the bottom axis with its title at the right end, where there is room for it."""
    text = "".join(piece.text for piece in labels)
    room, size = len(text) - len(text.rstrip()), display_width(title)
    if not size or room < size + _BETWEEN:
        return labels
    return [Piece(text[: len(text) - size], "axis"), Piece(title, "axis.title")]
