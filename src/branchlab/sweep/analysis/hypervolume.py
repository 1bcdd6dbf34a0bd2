"""How much of what is possible a front covers, exactly, and how that grew.

Source: Zitzler and Thiele (1998), Multiobjective Optimization Using Evolutionary Algorithms, PPSN V; slices along the
last objective as in Knowles (2002), Local-Search and Hybrid Evolutionary Algorithms for Pareto Optimization.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from branchlab.sweep.analysis.ranking import score
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.sweep.analysis.ranking import Value
    from branchlab.sweep.plan import Objectives
    from branchlab.sweep.trial import Study, Trial

Point = tuple[float, ...]

_PLANE = 2


class Covered(NamedTuple):
    """What the front covered once a trial had ended, as a share of the box between the best and the worst values."""

    trial: Trial
    share: float


def hypervolume(points: Sequence[Point], reference: Point) -> float:
    """Returns the volume that points dominate below a reference point; smaller is better in every place.

    Exact for any number of objectives: n log n for two, n² log n for three, and another n for each beyond.
    """
    inside = [point for point in points if all(x < bound for x, bound in zip(point, reference, strict=True))]
    if not inside:
        return 0.0
    if len(reference) == 1:
        return reference[0] - min(inside)[0]
    return _area(inside, reference) if len(reference) == _PLANE else _slices(inside, reference)


def volumes(study: Study, objectives: Objectives, value: Value = "last") -> list[Covered]:
    """Returns how the front grew, one entry per finished trial that keeps the constraints; empty for one objective.

    The box goes from the best to the worst value that any trial reached in each objective, so that shares of one study
    can be compared, and those of two cannot.
    """
    kept = [one for one in score(study, objectives, value) if not one.violation]
    if len(objectives.optimize) < _PLANE or not kept:
        return []
    columns = list(zip(*(one.losses for one in kept), strict=True))
    scales = [(min(column), max(column) - min(column)) for column in columns]
    reference = (1.0,) * len(scales)
    found: list[Covered] = []
    points: list[Point] = []
    share = 0.0
    for one in kept:
        point = tuple(
            # a metric that is the same everywhere tells nothing: all stand at its best
            (loss - low) / span if span else 0.0
            for loss, (low, span) in zip(one.losses, scales, strict=True)
        )
        # volume is dear, and a point that the front dominates adds none
        if not any(all(x <= y for x, y in zip(other, point, strict=True)) for other in points):
            points = [other for other in points if not all(x <= y for x, y in zip(point, other, strict=True))]
            points.append(point)
            share = hypervolume(points, reference)
        found.append(Covered(one.trial, share))
    return found


def _area(points: Sequence[Point], reference: Point) -> float:
    area, bound = 0.0, reference[1]
    for x, y in sorted(points):
        if y < bound:
            area += (reference[0] - x) * (bound - y)
            bound = y
    return area


def _slices(points: Sequence[Point], reference: Point) -> float:
    """Cuts the volume where the last objective changes; each slice is one objective flatter."""
    ordered = sorted(points, key=lambda point: point[-1])
    heights = [*(point[-1] for point in ordered), reference[-1]]
    volume = 0.0
    for count, (low, high) in enumerate(pairwise(heights), 1):
        if high > low:
            volume += (high - low) * hypervolume([point[:-1] for point in ordered[:count]], reference[:-1])
    return volume
