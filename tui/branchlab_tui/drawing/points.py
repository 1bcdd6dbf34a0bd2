"""The points of a curve that can be drawn, with the extremes of each block, so that looking at them is quick."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from branchlab_tui.drawing.thin import Thinner

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

BLOCK = 64


class Points:
    """Finite points in the order of x, which only ever grow at the end.

    The lowest and the highest value of each full block of 64 points are kept, so that the extremes of any
    stretch cost one look per block and appending costs what was appended.

    Attributes:
        x: ascending.
        y: as many.
        gaps: places of points before which the line is interrupted.
        thinner: keeps the bins that were drawn last.
    """

    def __init__(self) -> None:
        self.x: list[float] = []
        self.y: list[float] = []
        self.gaps: set[int] = set()
        self.thinner = Thinner(self)
        self._lows: list[float] = []
        self._highs: list[float] = []

    def __len__(self) -> int:
        """Returns how many points there are."""
        return len(self.x)

    def extend(self, x: Sequence[float], y: Sequence[float], gaps: Iterable[int] = ()) -> None:
        """Appends points that stand at or after the last one; `gaps` counts from the first point of all."""
        self.x.extend(x)
        self.y.extend(y)
        self.gaps.update(gaps)
        values = self.y
        # Full blocks only: the last one may still grow.
        for start in range(len(self._lows) * BLOCK, len(values) - BLOCK + 1, BLOCK):
            block = values[start : start + BLOCK]
            self._lows.append(min(block))
            self._highs.append(max(block))

    def extremes(self, start: int, end: int) -> tuple[float, float]:
        """Returns the lowest and the highest value of the points from `start` up to, not including, `end`."""
        first, last = -(-start // BLOCK), end // BLOCK
        if last <= first:
            piece = self.y[start:end]
            return min(piece), max(piece)
        rest = self.y[start : first * BLOCK] + self.y[last * BLOCK : end]
        return min(self._lows[first:last] + rest), max(self._highs[first:last] + rest)


def nearest_place(steps: Sequence[float], x: float) -> int | None:
    """Returns the place of the step that is nearest to `x`, of two the earlier one; None where there is no step."""
    if not len(steps):
        return None
    place = bisect_left(steps, x)
    if place and (place == len(steps) or x - steps[place - 1] <= steps[place] - x):
        place -= 1
    return place
