"""The axes around the field of a plot, for the room there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.text import safe_text
from branchlab_tui.drawing.axis import COLUMNS_PER_TICK, ROWS_PER_TICK, bottom_axis, left_axis, with_title
from branchlab_tui.drawing.frame import Frame, left_columns
from branchlab_tui.drawing.ticks import enough_ticks

if TYPE_CHECKING:
    from branchlab_tui.drawing.labels import Labels
    from branchlab_tui.drawing.piece import Line
    from branchlab_tui.drawing.scale import Scale


def left_side(x: Scale, y: Scale, size: tuple[int, int], top: int) -> tuple[Frame, list[Line]]:
    """Returns the frame and the rows of the left axis, which are empty where there is no room for labels."""
    width, height = size
    marks = enough_ticks(y, max(2, height // ROWS_PER_TICK), "number")
    longest = max((len(tick.label) for tick in marks), default=0)
    left = left_columns(longest, width)
    frame = Frame(left, top, width - left, height, x, y)
    return frame, left_axis(y, marks, height, left) if left else [[] for _ in range(height)]


def bottom_side(frame: Frame, labels: Labels, *, axis: bool, numbers: bool) -> list[Line]:
    """Returns the rows below the field: the line of the axis, then its numbers."""
    marks = enough_ticks(frame.x, max(2, frame.width // COLUMNS_PER_TICK), labels.x_kind)
    line, texts = bottom_axis(frame.x, marks, frame.width, left=frame.left)
    texts = with_title(texts, safe_text(labels.x_title))
    return [*([line] if axis else []), *([texts] if numbers else [])]
