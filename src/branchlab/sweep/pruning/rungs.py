"""Rungs: many trials begin short, and the best of a rung go on from their checkpoint on the next.

Source: Jamieson and Talwalkar (2016), Non-stochastic Best Arm Identification and Hyperparameter Optimization, AISTATS;
    Li et al. (2020), A System for Massively Parallel Hyperparameter Tuning, MLSys 2, algorithm 2 (promotion without
    waiting for a whole rung).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.sweep.order import ranked
from branchlab.sweep.pruning.brackets import bracket, rung_count

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab.sweep.plan import Fidelity, Plan
    from branchlab.sweep.trial import Told


def levels(fidelity: Fidelity) -> tuple[int, ...]:
    """Returns the value of the fidelity parameter on each rung; the last one is `high` whatever the factor makes."""
    count = rung_count(fidelity.low, fidelity.high, fidelity.factor)
    if fidelity.low < fidelity.high:
        count = max(count, 2)  # a short trial first, although the long one is less than `factor` times as long
    return (*(fidelity.low * fidelity.factor**rung for rung in range(count - 1)), fidelity.high)


def first(plan: Plan, number: int) -> tuple[int, int]:
    """Returns the rung on which a trial begins, and the value of the fidelity parameter there.

    The reference trial runs at full length, so that there is something to compare the best with.
    With `hyperband` the number tells the bracket, so the answer never changes.
    """
    fidelity = _fidelity(plan)
    values = levels(fidelity)
    rung = 0
    if plan.reference and number == 0:
        rung = len(values) - 1
    elif fidelity.scheme == "hyperband":
        rung = bracket(number, len(values), fidelity.factor)
    return rung, values[rung]


def promote(plan: Plan, told: Mapping[int, Sequence[Told]], *, last: bool = False) -> tuple[int, ...]:
    """Returns the numbers of the trials that should go on to the next rung now, those furthest up first.

    Of the trials of one bracket that reached a rung, one in `factor` goes on; the answer depends on the trials alone,
    not on their order, nor on what was asked before: whoever is on a higher rung has gone on.

    Args:
        plan: with a fidelity.
        told: all trials by the rung that they ran on last, running ones by the rung that they are on.
        last: there will be no further trials, so at least one of each bracket goes on as far as the top.
    """
    fidelity = _fidelity(plan)
    top = len(levels(fidelity)) - 1
    brackets: dict[int, dict[int, list[Told]]] = {}
    for rung, trials in told.items():
        for one in trials:
            # the sweep file may have been cut since: a rung above the top counts as the top
            brackets.setdefault(first(plan, one.number)[0], {}).setdefault(min(rung, top), []).append(one)
    found = [
        (rung, number)
        for _, trials_by_rung in sorted(brackets.items())
        for rung in range(top)
        for number in _going_on(trials_by_rung, rung, fidelity.factor, last=last)
    ]
    return tuple(number for _, number in sorted(found, key=lambda one: -one[0]))


def _going_on(told: Mapping[int, Sequence[Told]], rung: int, factor: int, *, last: bool) -> list[int]:
    """Returns who of one bracket leaves a rung."""
    here = [one for one in told.get(rung, ()) if one.state != "running"]
    gone = sum(len(trials) for other, trials in told.items() if other > rung)
    places = (len(here) + gone) // factor
    if last and not _alive_above(told, rung) and not _still_running(told, rung):
        places = max(places, gone + 1)
    candidates = ranked(one for one in here if one.state == "complete")
    return [one.number for one in candidates[: max(places - gone, 0)]]


def _alive_above(told: Mapping[int, Sequence[Told]], rung: int) -> bool:
    states = {one.state for other, trials in told.items() if other > rung for one in trials}
    return not states.isdisjoint(("complete", "running"))


def _still_running(told: Mapping[int, Sequence[Told]], rung: int) -> bool:
    return any(one.state == "running" for other, trials in told.items() if other <= rung for one in trials)


def _fidelity(plan: Plan) -> Fidelity:
    if plan.fidelity is None:
        raise ValueError(f"the sweep {plan.name} has no fidelity")
    return plan.fidelity
