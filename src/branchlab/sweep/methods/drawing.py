"""Points that are drawn without a look at what came of others: at random, or evenly spread (Sobol)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.sweep.methods.fresh import drawn, fresh
from branchlab.sweep.methods.search import draws
from branchlab.sweep.space import from_unit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from branchlab.experiment import Scalar
    from branchlab.sweep.methods.search import Search
    from branchlab.sweep.trial import Proposal, Told


def propose_random(search: Search, told: Sequence[Told], count: int, first_number: int) -> list[Proposal]:
    """Proposes points drawn evenly from the space."""
    random = draws(search, first_number)
    return fresh(search.plan.space, told, drawn(search.plan.space, random), count, random)


def propose_quasi(search: Search, told: Sequence[Told], count: int, first_number: int) -> list[Proposal]:
    """Proposes the points of one scrambled Sobol sequence from `first_number` on."""
    random = draws(search, first_number, "quasi")
    return fresh(search.plan.space, told, sequence(search, first_number), count, random)


def sequence(search: Search, first_number: int) -> Iterator[Mapping[str, Scalar]]:
    """Yields the points of the plan's scrambled Sobol sequence (Matousek 1998) from a place on, without end.

    Scrambled by the plan's seed alone: all batches together are evenly spread, which batches that are each
    scrambled on their own are not, and so are those of all parts of a divided sweep, which share the numbers.
    """
    import warnings

    from numpy.random import default_rng
    from scipy.stats import qmc

    space = search.plan.space
    engine = qmc.Sobol(len(space), scramble=True, seed=default_rng(search.plan.seed))
    if first_number > 0:  # SciPy cannot go forward by nothing
        engine.fast_forward(first_number)
    while True:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # that a number of points is no power of two
            point = engine.random(1)[0]
        yield from_unit(space, point.tolist())
