"""Every point of the space: in order (`grid`), or shuffled (`brute`), which sees all of it thinly if it ends early."""

from __future__ import annotations

from itertools import islice
from random import Random
from typing import TYPE_CHECKING

from branchlab.sweep.methods.fresh import LISTED, drawn, tried
from branchlab.sweep.space import digest, grid, size
from branchlab.sweep.steps import value_at
from branchlab.sweep.trial import Proposal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from branchlab.experiment import Scalar
    from branchlab.sweep.methods.search import Search
    from branchlab.sweep.plan import Space
    from branchlab.sweep.trial import Told


def propose_grid(search: Search, told: Sequence[Told], count: int, first_number: int) -> list[Proposal]:  # noqa: ARG001 - as every method
    """Proposes the next points of the grid that were not tried, of every part its share; raises `UsageError` for
    a space that has no grid.
    """
    return _next(search, told, grid(search.plan.space), count)


def propose_brute(search: Search, told: Sequence[Told], count: int, first_number: int) -> list[Proposal]:  # noqa: ARG001 - as every method
    """Proposes points in the shuffled order of the plan's seed; raises `UsageError` for a space that has no grid."""
    return _next(search, told, _shuffled(search.plan.space, search.plan.seed), count)


def _next(search: Search, told: Sequence[Told], points: Iterator[Mapping[str, Scalar]], count: int) -> list[Proposal]:
    taken = tried(told)
    share, shares = search.share
    mine = (values for values in islice(points, share, None, shares) if digest(values) not in taken)
    return [Proposal(values) for values in islice(mine, count)]


def _shuffled(space: Space, seed: int) -> Iterator[Mapping[str, Scalar]]:
    """Yields all points in an order that depends on the seed only; the grid follows where it is too long to list."""
    random = Random(f"{seed}/brute")  # noqa: S311 - an order, no cryptography
    points = size(space, points=True)
    if points is not None and points <= LISTED:
        every = [*grid(space)]
        random.shuffle(every)
        yield from every
        return
    seen: set[str] = set()
    for values in islice(drawn(_on_points(space), random), LISTED):
        if (name := digest(values)) not in seen:
            seen.add(name)
            yield values
    yield from (values for values in grid(space) if digest(values) not in seen)


def _on_points(space: Space) -> Space:
    """Returns a space that has the points of the grid and no others."""
    return tuple(
        parameter._replace(
            kind="choice", choices=tuple(value_at(parameter, place) for place in range(parameter.points))
        )
        if parameter.points
        else parameter
        for parameter in space
    )
