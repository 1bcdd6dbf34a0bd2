"""One bandit per parameter: its values are arms, and a trial pulls one arm of each."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from branchlab.sweep.methods.fresh import fresh
from branchlab.sweep.methods.ranks import best_first
from branchlab.sweep.methods.search import draws
from branchlab.sweep.space import from_unit, to_unit
from branchlab.sweep.steps import count_of
from branchlab.sweep.trial import Proposal, Told
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from random import Random

    from branchlab.experiment import Scalar
    from branchlab.sweep.methods.search import Search
    from branchlab.sweep.plan import Parameter, Space

_EPSILON = 0.1  # part of the pulls that are random
_IMPATIENCE = 0.02  # added to it for each combination that was tried before
_ARMS = 8  # numbers with more values than that are cut into parts
_PARTS = 5


class _Pulls(NamedTuple):
    """What is known of the arms of one parameter: how often each was pulled, and the sum of its rewards."""

    counts: list[int]
    rewards: list[float]


def propose_bandit(search: Search, told: Sequence[Told], count: int, first_number: int) -> list[Proposal]:
    """Proposes the arms with the highest upper confidence bound (UCB1, Auer et al. 2002), now and then random ones.

    The reward of a trial is its rank among all, from 0 for the worst to 1 for the best.
    """
    space, random = search.plan.space, draws(search, first_number, "bandit")
    proposals: list[Proposal] = []
    seen = list(told)
    while len(proposals) < count:
        found = fresh(space, seen, _pulled(space, _known(space, seen), random), 1, random)
        if not found:
            break
        proposals += found
        seen.append(Told(first_number + len(proposals) - 1, found[0].values, None, state="running"))
    return proposals


def _arms(parameter: Parameter) -> int:
    count = count_of(parameter)
    return count if count is not None and (count <= _ARMS or parameter.kind == "choice") else _PARTS


def _known(space: Space, told: Sequence[Told]) -> list[_Pulls]:
    """Counts the pulls; one that still runs counts without changing the mean of its arm."""
    pulls = [_Pulls([0] * _arms(parameter), [0.0] * _arms(parameter)) for parameter in space]
    ended = best_first(told)
    for rank, trial in enumerate(ended):
        _count(space, pulls, trial.values, 1.0 - rank / max(len(ended) - 1, 1))
    for trial in told:
        if trial.state == "running":
            _count(space, pulls, trial.values, None)
    return pulls


def _count(space: Space, pulls: list[_Pulls], values: Mapping[str, Scalar], reward: float | None) -> None:
    for parameter, known, unit in zip(space, pulls, to_unit(space, values), strict=True):
        if parameter.name not in values:
            continue
        arms = len(known.counts)
        arm = min(int(unit * arms), arms - 1)
        mean = known.rewards[arm] / known.counts[arm] if known.counts[arm] else 0.5
        known.counts[arm] += 1
        known.rewards[arm] += mean if reward is None else reward


def _pulled(space: Space, pulls: list[_Pulls], random: Random) -> Iterator[Mapping[str, Scalar]]:
    """Yields combinations without end, each more random than the one before."""
    epsilon = _EPSILON
    while True:
        arms = [
            random.randrange(len(known.counts)) if random.random() < epsilon else _best(known, random)
            for known in pulls
        ]
        units = [(arm + random.random()) / len(known.counts) for arm, known in zip(arms, pulls, strict=True)]
        yield from_unit(space, units)
        epsilon = min(epsilon + _IMPATIENCE, 1.0)


def _best(known: _Pulls, random: Random) -> int:
    """Returns the arm with the highest bound; one that was never pulled has no bound."""
    total = sum(known.counts)
    bounds = [
        reward / count + math.sqrt(2 * math.log(total) / count) if count else math.inf
        for count, reward in zip(known.counts, known.rewards, strict=True)
    ]
    best = max(bounds)
    return random.choice([arm for arm, bound in enumerate(bounds) if bound == best])
