"""Where other trials stood at a step, sorted, so that a look costs the same beside ten of them and a thousand.

A trial stands at a step where it stood when it last logged at or before that step, and when it has ended, where it
ended. So the trials that were pruned count at later steps too: without them the median would be that of the survivors
of the median, and halve them again at each step (docs/sweeps.md).
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left, bisect_right, insort
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Track = tuple[tuple[int, float], ...]  # (mark, loss), each mark once, ascending

_EXACT_BITS = 9  # steps below 512 are kept apart; from there on 256 marks for each doubling


class Standing:
    """Losses of one metric at each step, sorted.

    A step is looked up at the mark at or before it: below 512 each step is one, further on marks lie up to 0.4% apart,
    which bounds memory. Then others are seen a little earlier than the trial, that is at worse losses.
    """

    def __init__(self) -> None:
        self._marks: list[int] = []
        self._losses: list[array[float]] = []

    def add(self, track: Track) -> None:
        """Takes in the track of a trial."""
        for mark, _ in track:
            self._open(mark)
        for losses, loss in self._along(track):
            insort(losses, loss)

    def remove(self, track: Track) -> None:
        """Forgets a track that was taken in."""
        for losses, loss in self._along(track):
            del losses[bisect_left(losses, loss)]

    def at(self, step: int) -> Sequence[float]:
        """Returns the losses at a step, best first; without trials that had not logged yet or had no number."""
        place = bisect_right(self._marks, mark_before(step)) - 1
        return self._losses[place] if place >= 0 else ()

    def _open(self, mark: int) -> None:
        """Makes room for a mark: between two of them nobody moved."""
        place = bisect_left(self._marks, mark)
        if place == len(self._marks) or self._marks[place] != mark:
            before = self._losses[place - 1][:] if place else array("d")
            self._marks.insert(place, mark)
            self._losses.insert(place, before)

    def _along(self, track: Track) -> Iterator[tuple[array[float], float]]:
        """Yields the losses of each mark with that of the track there."""
        place = bisect_left(self._marks, track[0][0]) if track else len(self._marks)
        ahead, loss = 0, math.nan
        for mark, losses in zip(self._marks[place:], self._losses[place:], strict=True):
            if ahead < len(track) and track[ahead][0] == mark:
                loss = track[ahead][1]
                ahead += 1
            if math.isfinite(loss):
                yield losses, loss


def track_of(points: Sequence[tuple[int, float]]) -> Track:
    """Returns (step, loss) as logged by mark; of several at one mark the last counts."""
    return tuple(sorted({mark_after(step): loss for step, loss in sorted(points, key=lambda point: point[0])}.items()))


def mark_before(step: int) -> int:
    """Returns the last mark that is not behind a step."""
    width = 1 << max(step.bit_length() - _EXACT_BITS, 0)
    return step // width * width


def mark_after(step: int) -> int:
    """Returns the first mark that is not before a step."""
    width = 1 << max(step.bit_length() - _EXACT_BITS, 0)
    return -(-step // width) * width


def quantile(ascending: Sequence[float], percent: float) -> float:
    """Returns a percentile of at least one value, between two of them on the straight line (type 7 of Hyndman and Fan).

    Source: Hyndman and Fan (1996), Sample Quantiles in Statistical Packages, The American Statistician 50(4); the
    rounding is that of `numpy.percentile`.
    """
    place = percent / 100 * (len(ascending) - 1)
    low = math.floor(place)
    a, b, share = ascending[low], ascending[min(low + 1, len(ascending) - 1)], place - low
    return b - (b - a) * (1 - share) if share >= 0.5 else a + (b - a) * share  # noqa: PLR2004 - from the nearer end
