"""Finds which cells of a line differ from what was painted there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.strip import Strip


def changed_cells(old: Strip, new: Strip) -> range:
    """Returns the cells from the first to the last piece that differs; none for lines that look the same."""
    if old is new:  # most lines come from a cache
        return range(0)
    before, after = list(old), list(new)
    if before == after:
        return range(0)
    same = 0
    while same < min(len(before), len(after)) and before[same] == after[same]:
        same += 1
    start = sum(segment.cell_length for segment in after[:same])
    end = 0
    while end < min(len(before), len(after)) - same and before[-1 - end] == after[-1 - end]:
        end += 1
    width = new.cell_length
    return range(start, width - sum(segment.cell_length for segment in after[len(after) - end :]))
