"""Finds what no other beats in several scores, within a frame also where thousands are not beaten.

`branchlab.compare.pareto` compares with the whole front, which may be everything; a key cannot wait for that.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NEVER = float("-inf")  # the score of what is not judged

_BLOCK = 64  # places of a ranking between two sets that are kept
_TWO, _THREE = 2, 3


def falling(scores: Sequence[Sequence[float]]) -> list[int]:
    """Returns the rows that have all scores, the best of the first score first."""
    rows = [row for row in range(len(scores[0])) if all(column[row] > NEVER for column in scores)]
    for column in reversed(scores):
        rows.sort(key=column.__getitem__, reverse=True)
    return rows


def unbeaten(order: Sequence[int], scores: Sequence[Sequence[float]]) -> frozenset[int]:
    """Returns the rows that no other beats: none is as good in all scores and better in one.

    Args:
        order: some of what `falling` gave, in that order.
        scores: two or more columns, the larger the better.
    """
    if len(scores) == _TWO:
        return frozenset(_sweep(order, *scores))
    if len(scores) == _THREE:
        return frozenset(_climb(order, *scores))
    return frozenset(_rank(order, scores))


def _sweep(order: Iterable[int], first: Sequence[float], second: Sequence[float]) -> list[int]:
    """Walks once: with the first score falling, only a larger second one is not beaten."""
    front: list[int] = []
    top, last = NEVER, NEVER
    for row in order:
        if second[row] > top or (second[row] == top and first[row] == last):
            front.append(row)
            top, last = second[row], first[row]
    return front


def _climb(order: Iterable[int], first: Sequence[float], second: Sequence[float], third: Sequence[float]) -> list[int]:
    """Walks once and keeps the stairs that second and third score make: what lies below them is beaten."""
    front: list[int] = []
    rising: list[float] = []  # second scores of the stairs
    falls: list[float] = []  # third scores, the larger the smaller the second
    last = (NEVER, NEVER, NEVER)
    for row in order:
        here = first[row], second[row], third[row]
        step = bisect_left(rising, here[1])
        if step < len(falls) and falls[step] >= here[2]:
            if here == last:
                front.append(row)
            continue
        end = bisect_right(rising, here[1])
        start = bisect_left(falls, -here[2], 0, end, key=float.__neg__)
        rising[start:end], falls[start:end] = [here[1]], [here[2]]
        front.append(row)
        last = here
    return front


def _rank(order: Iterable[int], scores: Sequence[Sequence[float]]) -> list[int]:
    """Takes for each row the set of those at least as good in each score; what all sets share beats it."""
    rows_at: dict[tuple[float, ...], list[int]] = {}
    for row in order:
        rows_at.setdefault(tuple(column[row] for column in scores), []).append(row)
    rankings = [_Ranking(list(column)) for column in zip(*rows_at, strict=True)]
    front: list[int] = []
    for place, rows in enumerate(rows_at.values()):
        itself = 1 << place
        surely = perhaps = -1
        for ranking in rankings:
            surely &= ranking.fewer(place)
            perhaps &= ranking.more(place)
        if surely & ~itself:
            continue
        if perhaps != itself:
            for ranking in rankings:
                perhaps &= ranking.exactly(place)
        if perhaps == itself:
            front += rows
    return front


class _Ranking:
    """Distinct points ranked by one score; sets of them are the bits of a number."""

    def __init__(self, values: list[float]) -> None:
        self._order = sorted(range(len(values)), key=values.__getitem__, reverse=True)
        self._bytes = len(values) // 8 + 1
        self._ends = [0] * len(values)  # how many are at least as good
        end = len(values)
        for position in range(len(values) - 1, -1, -1):
            place = self._order[position]
            if position + 1 < len(values) and values[place] != values[self._order[position + 1]]:
                end = position + 1
            self._ends[place] = end
        self._sets = [0]
        for start in range(0, len(values), _BLOCK):
            self._sets.append(self._sets[-1] | self._set(start, start + _BLOCK))

    def fewer(self, place: int) -> int:
        """Returns some of those that are at least as good."""
        return self._sets[self._ends[place] // _BLOCK]

    def more(self, place: int) -> int:
        """Returns all that are at least as good, and others."""
        return self._sets[-(-self._ends[place] // _BLOCK)]

    def exactly(self, place: int) -> int:
        """Returns all that are at least as good."""
        end = self._ends[place]
        return self.fewer(place) | self._set(end - end % _BLOCK, end)

    def _set(self, start: int, end: int) -> int:
        bits = bytearray(self._bytes)
        for place in self._order[start:end]:
            bits[place >> 3] |= 1 << (place & 7)
        return int.from_bytes(bits, "little")
