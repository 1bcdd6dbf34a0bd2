"""Evolution of a covariance matrix (CMA-ES), for many trials of numbers.

Its state is not kept: it is made again from the trials, a generation at a time, so that it depends on records only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.sweep.methods.drawing import sequence
from branchlab.sweep.methods.encoding import points
from branchlab.sweep.methods.fresh import fresh
from branchlab.sweep.methods.ranks import best_first, places
from branchlab.sweep.methods.search import draws
from branchlab.sweep.space import from_unit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from random import Random

    import numpy as np
    from cmaes import CMA
    from numpy.typing import NDArray

    from branchlab.experiment import Scalar
    from branchlab.sweep.methods.search import Search
    from branchlab.sweep.plan import Space
    from branchlab.sweep.trial import Proposal, Told

    Vector = NDArray[np.float64]

_REACH = 0.2  # standard deviation of the first generation, of a cube with edges of 1


def propose_cmaes(search: Search, told: Sequence[Told], count: int, first_number: int) -> list[Proposal]:
    """Proposes what CMA-ES samples (Hansen 2016); choices are drawn from those of the better half of the trials.

    The first generation is spread evenly, and evolution begins at its best. When it has converged it begins anew with
    twice as many members (IPOP, Auger and Hansen 2005).
    """
    space, random = search.plan.space, draws(search, first_number, "cmaes")
    size = population(space)
    ended = [trial for trial in told if trial.state != "running"]
    if len(ended) < size:
        return fresh(space, told, sequence(search, first_number), count, random)
    optimizer = _evolved(search, ended, size)
    optimizer.reseed_rng(random.getrandbits(32))
    return fresh(space, told, _sampled(space, optimizer, ended, random), count, random)


def population(space: Space) -> int:
    """Returns how many members a generation has: 4 + 3 ln n for n numbers (Hansen 2016, table 1)."""
    import math

    return 4 + math.floor(3 * math.log(max(len(_numbers(space)), 1)))


def _numbers(space: Space) -> list[int]:
    return [place for place, parameter in enumerate(space) if parameter.kind != "choice"]


def _evolved(search: Search, ended: Sequence[Told], size: int) -> CMA:
    """Replays all full generations."""
    numbers = _numbers(search.plan.space)
    ranks = places(ended)
    cube = points(search.plan.space, [trial.values for trial in ended])[:, numbers]
    start = min(range(size), key=lambda place: ranks[place])
    optimizer = _begun(cube[start], size, search.plan.seed)
    restarts = draws(search._replace(seed=search.plan.seed), 0, "restarts")
    place = size
    while place + optimizer.population_size <= len(ended):
        members = range(place, place + optimizer.population_size)
        # places, no losses: CMA-ES knows order alone, and what failed or broke a constraint has a place
        optimizer.tell([(cube[member], float(ranks[member])) for member in members])
        place += len(members)
        if optimizer.should_stop():
            import numpy as np

            anew = np.asarray([restarts.random() for _ in numbers])
            optimizer = _begun(anew, optimizer.population_size * 2, search.plan.seed)
    return optimizer


def _begun(mean: Vector, size: int, seed: int) -> CMA:
    import numpy as np
    from cmaes import CMA

    bounds = np.tile([0.0, 1.0], (len(mean), 1))
    return CMA(mean=mean, sigma=_REACH, bounds=bounds, seed=seed, population_size=size)


def _sampled(space: Space, optimizer: CMA, ended: Sequence[Told], random: Random) -> Iterator[Mapping[str, Scalar]]:
    """Yields samples of the distribution without end."""
    numbers = _numbers(space)
    better = points(space, [trial.values for trial in best_first(ended)[: max(len(ended) // 2, 1)]])
    while True:
        point = [
            float(random.choice(better)[place]) if random.random() < 0.9 else random.random()  # noqa: PLR2004 - one in ten is new
            for place in range(len(space))
        ]
        for place, value in zip(numbers, optimizer.ask().tolist(), strict=True):
            point[place] = value
        yield from_unit(space, point)
