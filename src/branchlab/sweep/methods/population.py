"""Population based training: members train on, and those that fell behind go on from the checkpoint of a better one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from branchlab.sweep.methods.drawing import sequence
from branchlab.sweep.methods.fresh import fresh, tidy
from branchlab.sweep.methods.ranks import best_first
from branchlab.sweep.methods.search import draws
from branchlab.sweep.space import from_unit, to_unit
from branchlab.sweep.trial import Proposal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from random import Random

    from branchlab.experiment import Scalar
    from branchlab.sweep.methods.search import Search
    from branchlab.sweep.plan import Plan
    from branchlab.sweep.trial import Told


def propose_population(search: Search, told: Sequence[Told], count: int, first_number: int) -> list[Proposal]:
    """Proposes the next members (Jaderberg et al. 2017); trial `n` is member `n mod size` of generation `n div size`.
    Parts of a divided sweep take generations by turns, and each has a population of its own.

    A member of a later generation goes on from the checkpoint of the one before it, or, where that was among the
    worst, from that of one of the best with values that differ a little. Fewer than `count` come back where the
    generation before has no member with a loss yet, and behind the last generation.
    """
    size, generations = search.plan.population.size, search.plan.population.generations
    own, parts = search.share
    last = min(first_number + count, size * generations * parts)
    first = fresh(
        search.plan.space,
        told,
        sequence(search, first_number),
        max(min(last, size * (own + 1)) - first_number, 0) if first_number < size * parts else 0,
        draws(search, first_number, "population"),
    )
    proposals = first
    for number in range(first_number + len(first), last):
        following = _following(search, told, number)
        if following is None:
            break
        proposals.append(following)
    return proposals


def _following(search: Search, told: Sequence[Told], number: int) -> Proposal | None:
    """Returns the trial that follows on the generation before; None while nothing of it has a loss."""
    size, (_, parts) = search.plan.population.size, search.share
    # the same member one generation before: parts take generations by turns
    own = number - size * parts
    before = [trial for trial in told if trial.number // size == own // size]
    ranked = [trial for trial in best_first(before) if trial.losses is not None]
    if not ranked:
        return None
    cut = max(math.ceil(len(ranked) * search.plan.population.truncation), 1)
    place = next((place for place, trial in enumerate(ranked) if trial.number == own), None)
    if place is not None and (place < len(ranked) - cut or len(ranked) == 1):
        return Proposal(ranked[place].values, own, number // size // parts)
    random = draws(search, number, "population")
    # a member without a loss is replaced as well: `place` is None
    better = random.choice(ranked[:cut])
    return Proposal(_explored(search.plan, better.values, random), better.number, number // size // parts)


def _explored(plan: Plan, values: Mapping[str, Scalar], random: Random) -> Mapping[str, Scalar]:
    """Multiplies each number by one of the factors, and draws a value afresh now and then; always inside the space."""
    changed = dict(values)
    for parameter in plan.space:
        value = values.get(parameter.name)
        if parameter.kind != "choice" and isinstance(value, int | float):
            changed[parameter.name] = value * random.choice(plan.population.factors)
    point = [
        random.random() if parameter.name not in values or random.random() < plan.population.resample else unit
        for parameter, unit in zip(plan.space, to_unit(plan.space, changed), strict=True)
    ]
    return tidy(plan.space, from_unit(plan.space, point))
