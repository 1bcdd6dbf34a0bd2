"""Two curves drawn so small that they fit a cell, on one scale, so that they can be compared by eye."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from branchlab.text import sparkline

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH = 12


def curve_pair(one: Sequence[float | None], other: Sequence[float | None], width: int = WIDTH) -> tuple[str, str]:
    """Returns both curves as at most `width` block characters each; one that has fewer than two points is empty."""
    first, second = _buckets(one, width), _buckets(other, width)
    points = [*first, *second]
    # Drawn as one and cut apart afterwards: one scale for both.
    drawn = sparkline(points, len(points)) if points else ""
    return drawn[: len(first)].rstrip(), drawn[len(first) :].rstrip()


def _buckets(values: Sequence[float | None], width: int) -> list[float]:
    """Returns at most `width` means of what was logged; NaN where nothing else was."""
    points = [value for value in values if value is not None]
    if len(points) < 2:  # noqa: PLR2004 - one point is no curve
        return []
    if len(points) <= width:
        return points
    edges = [len(points) * place // width for place in range(width + 1)]
    return [_mean(points[start:end]) for start, end in pairwise(edges)]


def _mean(points: Sequence[float]) -> float:
    known = [point for point in points if not math.isnan(point)]
    return sum(point / len(known) for point in known) if known else math.nan
