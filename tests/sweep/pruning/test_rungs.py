from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchlab.sweep.plan import Fidelity, Plan
from branchlab.sweep.pruning.brackets import bracket, rung_count, shares
from branchlab.sweep.pruning.rungs import first, levels, promote
from branchlab.sweep.trial import Told

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PLAN = Plan("s", (), reference=False, fidelity=Fidelity("epochs", 1, 9))
BANDS = PLAN._replace(fidelity=Fidelity("epochs", 1, 27, scheme="hyperband"))


def _told(losses: Sequence[float], begin: int = 0) -> list[Told]:
    return [Told(number, {}, (loss,)) for number, loss in enumerate(losses, begin)]


def test_the_last_rung_has_the_full_length_whatever_the_factor_makes() -> None:
    assert levels(Fidelity("epochs", 1, 9)) == (1, 3, 9)
    assert levels(Fidelity("epochs", 1, 100)) == (1, 3, 9, 27, 100)
    assert levels(Fidelity("epochs", 5, 5)) == (5,)
    assert levels(Fidelity("epochs", 4, 10)) == (4, 10)
    assert levels(Fidelity("epochs", 2, 243 * 2)) == (2, 6, 18, 54, 162, 486)


@given(st.integers(1, 1000), st.integers(0, 10**6), st.integers(2, 10))
def test_levels_rise_by_the_factor_at_least(low: int, more: int, factor: int) -> None:
    found = levels(Fidelity("epochs", low, low + more, factor))
    assert (found[0], found[-1]) == (low, low + more)
    assert all(b >= a * factor for a, b in pairwise(found)) or found == (low, low + more)


def test_rungs_are_counted_without_rounding() -> None:
    assert rung_count(1, 243, 3) == 6
    assert rung_count(1, 242, 3) == 5


def test_trials_begin_on_the_lowest_rung_and_the_reference_on_the_highest() -> None:
    assert first(PLAN, 0) == (0, 1)
    assert first(PLAN, 5) == (0, 1)
    assert first(PLAN._replace(reference=True), 0) == (2, 9)
    assert first(PLAN._replace(reference=True), 1) == (0, 1)


def test_hyperband_begins_on_each_rung_in_its_share() -> None:
    share = shares(4, 3)
    assert share == [27, 12, 6, 4]
    for start in (0, 1000):
        count = Counter(first(BANDS, number)[0] for number in range(start, start + sum(share)))
        assert all(abs(count[rung] - share[rung]) <= 2 for rung in range(4))


@given(st.integers(0, 10**9), st.integers(1, 12), st.integers(2, 5))
def test_every_number_has_a_bracket(number: int, rungs: int, factor: int) -> None:
    assert 0 <= bracket(number, rungs, factor) < rungs


def test_one_in_three_goes_on_the_best_first() -> None:
    assert promote(PLAN, {0: _told([5, 1, 4, 2, 3, 6])}) == (1, 3)
    assert promote(PLAN, {0: _told([5, 1])}) == ()


def test_who_went_on_already_counts() -> None:
    told = {0: _told([5, 4, 3, 6]), 1: _told([1], 9)}
    assert promote(PLAN, told) == ()
    assert promote(PLAN, {**told, 0: _told([5, 4, 3, 6, 7])}) == (2,)


def test_who_is_furthest_up_goes_on_first() -> None:
    assert promote(PLAN, {0: _told(range(6)), 1: _told([3, 2, 1], 20)}) == (22,)
    assert promote(PLAN, {0: _told(range(12)), 1: _told([3, 2, 1], 20)}) == (22, 0, 1)


def test_running_failed_and_pruned_trials_do_not_go_on_but_take_their_part() -> None:
    one, *rest = _told([1, 2, 3])
    assert promote(PLAN, {0: [one._replace(state="pruned"), *rest]}) == (1,)
    assert promote(PLAN, {0: [one._replace(state="failed", losses=None), *rest]}) == (1,)
    assert promote(PLAN, {0: [one._replace(state="running"), *rest]}) == ()
    assert promote(PLAN, {0: rest, 1: [one._replace(state="running")]}) == ()


def test_a_trial_without_a_number_does_not_go_on() -> None:
    told = [Told(0, {}, (float("nan"),)), Told(1, {}, None), Told(2, {}, (3.0,))]
    assert promote(PLAN, {0: told}) == (2,)


def test_one_that_keeps_its_constraints_goes_on_before_a_better_one_that_does_not() -> None:
    told = [Told(0, {}, (1.0,), (0.5,)), Told(1, {}, (9.0,), (-1.0,)), Told(2, {}, (8.0,), (0.1,))]
    assert promote(PLAN, {0: told}) == (1,)


def test_with_several_metrics_the_front_goes_on() -> None:
    losses = [(1.0, 9.0), (5.0, 5.0), (9.0, 1.0), (6.0, 6.0), (9.0, 9.0), (10.0, 10.0)]
    told = [Told(number, {}, pair) for number, pair in enumerate(losses)]
    assert set(promote(PLAN, {0: told})) < {0, 1, 2}
    assert len(promote(PLAN, {0: told})) == 2


def test_the_last_trials_go_on_to_the_top_even_where_they_are_few() -> None:
    told: dict[int, list[Told]] = {0: _told([2, 1])}
    assert promote(PLAN, told, last=True) == (1,)
    told = {0: told[0][:1], 1: told[0][1:]}
    assert promote(PLAN, told, last=True) == (1,)
    assert promote(PLAN, {0: told[0], 2: told[1]}, last=True) == ()


def test_where_the_last_one_failed_further_up_the_next_goes_on() -> None:
    failed = Told(9, {}, None, state="failed")
    assert promote(PLAN, {0: _told([2, 1]), 1: [failed]}, last=True) == (1,)
    assert promote(PLAN, {0: _told([2, 1]), 1: [failed._replace(state="running")]}, last=True) == ()


def test_the_last_ones_wait_for_those_that_still_run() -> None:
    running = Told(1, {}, None, state="running")
    assert promote(PLAN, {0: [*_told([2]), running]}, last=True) == ()


@given(
    pairs=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 3)), max_size=40, unique_by=lambda pair: pair[0]),
    plan=st.sampled_from([PLAN, BANDS]),
    last=st.booleans(),
    random=st.randoms(),
)
def test_the_order_in_which_trials_ended_does_not_matter(
    pairs: list[tuple[int, int]], plan: Plan, *, last: bool, random: object
) -> None:
    told = _by_rung(pairs, plan)
    mixed = {rung: list(trials) for rung, trials in reversed(told.items())}
    for trials in mixed.values():
        random.shuffle(trials)  # type: ignore[attr-defined]  # hypothesis draws one of its own class
    assert promote(plan, mixed, last=last) == promote(plan, told, last=last)


@given(st.lists(st.floats(-9, 9), min_size=1, max_size=60), st.sampled_from([PLAN, BANDS]))
def test_a_sweep_in_rungs_ends_with_one_trial_of_each_bracket_at_full_length(losses: list[float], plan: Plan) -> None:
    at = {number: first(plan, number)[0] for number in range(len(losses))}
    brackets = set(at.values())
    top = max(rung for rung, _ in enumerate(levels(plan.fidelity or Fidelity("", 1, 1))))
    for last in (False, True):
        while going := promote(plan, _placed(losses, at), last=last):
            for number in going:
                at[number] += 1
    assert promote(plan, _placed(losses, at), last=True) == ()
    began = {first(plan, number)[0] for number, rung in at.items() if rung == top}
    assert began == brackets
    for begin in brackets:
        mine = [number for number in at if first(plan, number)[0] == begin]
        best = min(mine, key=lambda number: (losses[number], number))
        assert at[best] == top
        reached = sum(at[number] > begin for number in mine)
        assert begin == top or reached <= max(len(mine) // 3, 1)


def _placed(losses: list[float], at: Mapping[int, int]) -> dict[int, list[Told]]:
    told: dict[int, list[Told]] = {}
    for number, rung in at.items():
        told.setdefault(rung, []).append(Told(number, {}, (losses[number],)))
    return told


def _by_rung(pairs: list[tuple[int, int]], plan: Plan) -> dict[int, list[Told]]:
    told: dict[int, list[Told]] = {}
    for number, rung in pairs:
        told.setdefault(max(rung, first(plan, number)[0]), []).append(Told(number, {}, (float(number * 7 % 5),)))
    return told


def test_a_plan_without_rungs_is_refused() -> None:
    with pytest.raises(ValueError, match="no fidelity"):
        first(PLAN._replace(fidelity=None), 0)
    with pytest.raises(ValueError, match="at least 2"):
        levels(Fidelity("epochs", 1, 9, factor=1))
