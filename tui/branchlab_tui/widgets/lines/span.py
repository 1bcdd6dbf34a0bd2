"""Finds which cells of a line differ from what was painted there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.segment import Segment
    from textual.strip import Strip


def changed_cells(old: Strip, new: Strip) -> range:
    """Returns the cells from the first to the last piece that differs; none for lines that look the same."""
    if old is new:  # most lines come from a cache
        return range(0)
    before, after = list(old), list(new)
    if before == after:
        return range(0)
    same, end = same_pieces(before, after)
    start = sum(segment.cell_length for segment in after[:same])
    width = new.cell_length
    return range(start, width - sum(segment.cell_length for segment in after[len(after) - end :]))


def same_pieces(before: Sequence[Segment], after: Sequence[Segment]) -> tuple[int, int]:
    """Returns how many pieces of two lines are the same at the start, and of the others how many at the end."""
    most = min(len(before), len(after))
    start = next((place for place in range(most) if before[place] != after[place]), most)
    end = next((place for place in range(most - start) if before[-1 - place] != after[-1 - place]), most - start)
    return start, end
