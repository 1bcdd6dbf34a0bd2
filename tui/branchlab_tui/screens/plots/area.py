"""The area under a ROC or PR curve, from its points alone."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_CLOSE = 1e-9  # rates that were rounded on their way through a file still reach 0 and 1


def area_under_roc(false_rate: Sequence[float], true_rate: Sequence[float]) -> float | None:
    """Returns the area by trapezoids; None when the curve does not reach from 0 to 1 or leaves it."""
    points = _points(false_rate, true_rate)
    if points is None or points[0][0] > _CLOSE or points[-1][0] < 1 - _CLOSE:
        return None
    return math.fsum((right - left) * (low + high) / 2 for (left, low), (right, high) in pairwise(points))


def average_precision(recall: Sequence[float], precision: Sequence[float]) -> float | None:
    """Returns the precisions weighted by what each adds to the recall, without interpolation, as scikit-learn does.

    None when the curve does not reach a recall of 1 or leaves the square.
    """
    points = _points(recall, precision)
    if points is None or points[0][0] > _CLOSE or points[-1][0] < 1 - _CLOSE:
        return None
    return math.fsum((right - left) * high for (left, _), (right, high) in pairwise(points))


def _points(x: Sequence[float], y: Sequence[float]) -> list[tuple[float, float]] | None:
    """Returns the points by ascending x; None when there are fewer than two or one lies outside of the unit square."""
    points = list(zip(x, y, strict=True))
    if len(points) < 2 or not all(-_CLOSE <= value <= 1 + _CLOSE for point in points for value in point):  # noqa: PLR2004
        return None
    # scikit-learn writes PR curves from recall 1 down. Turned round first, as sorting keeps the order of equal x.
    if points[0][0] > points[-1][0]:
        points.reverse()
    return sorted(points, key=lambda point: point[0])
