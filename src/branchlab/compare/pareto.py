"""The best value of one metric, and the experiments that no other beats in all of them."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from branchlab.experiment import Number
    from branchlab.project import Goal

Point = tuple[float, ...]


def best_positions(values: Sequence[Number | None], goal: Goal | None) -> set[int]:
    """Returns the positions of the best value, all of them on a tie; missing values, NaN and infinities never win."""
    known = {position: value for position, value in enumerate(values) if value is not None and -inf < value < inf}
    if goal is None or not known:
        return set()
    top = max(known.values()) if goal == "maximize" else min(known.values())
    return {position for position, value in known.items() if value == top}


def pareto_front(rows: Sequence[Sequence[Number | None]], goals: Sequence[Goal]) -> set[int]:
    """Returns the positions of the rows that no other row dominates.

    A row dominates another when it is at least as good in every metric and better in one, so equal rows stand on the
    front together. A row with a missing value, NaN or an infinity is never on it.
    Two metrics take n log n, more take n times the front.
    """
    if not goals:
        return set()
    points = [(_towards_minimum(row, goals), position) for position, row in enumerate(rows) if _complete(row)]
    points.sort()
    front = _sweep(points) if len(goals) <= 2 else _peel(points)  # noqa: PLR2004 - two can be walked in one order
    return set(front)


def _complete(row: Sequence[Number | None]) -> bool:
    return all(value is not None and -inf < value < inf for value in row)  # also false for NaN


def _towards_minimum(row: Sequence[Number | None], goals: Sequence[Goal]) -> Point:
    return tuple(-(value or 0) if goal == "maximize" else (value or 0) for value, goal in zip(row, goals, strict=True))


def _sweep(points: Iterable[tuple[Point, int]]) -> list[int]:
    """Walks sorted points once: with the first value growing, only a smaller last value is not dominated."""
    front: list[int] = []
    last: Point | None = None
    for point, position in points:
        if last is None or point[-1] < last[-1] or point == last:
            front.append(position)
            last = point
    return front


def _peel(points: Iterable[tuple[Point, int]]) -> list[int]:
    """Compares with the front only: sorted points are never dominated by a later one."""
    front: list[tuple[Point, int]] = []
    for point, position in points:
        beaten = any(other != point and all(x <= y for x, y in zip(other, point, strict=True)) for other, _ in front)
        if not beaten:
            front.append((point, position))
    return [position for _, position in front]
