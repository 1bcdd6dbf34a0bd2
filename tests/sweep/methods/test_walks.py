"""Methods that walk through the space in an order of their own: grid, brute force, Sobol points."""

from __future__ import annotations

import functools
import operator
from itertools import chain
from typing import TYPE_CHECKING

import pytest

from branchlab.sweep.methods.choose import make_method
from branchlab.sweep.plan import Parameter
from branchlab.sweep.space import grid
from sweep_in_hand import LOSS, SMALL, ended, plan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchlab.experiment import Scalar
    from branchlab.sweep.plan import Method

SQUARE = (Parameter("x", "float", 0, 1), Parameter("y", "float", 0, 1))


def all_of(method: Method, share: tuple[int, int] = (0, 1), seed: int = 1) -> list[Mapping[str, Scalar]]:
    chosen = make_method(plan(SMALL, method), LOSS, seed=seed, share=share)
    return [proposal.values for proposal in chosen.ask([], 99, 0)]


def test_a_grid_comes_in_order_and_goes_on_behind_what_was_told() -> None:
    every = [*grid(SMALL)]
    assert all_of("grid") == every
    first, second, *_ = make_method(plan(SMALL, "grid"), LOSS, seed=1).ask([], 2, 0)
    told = [ended(0, second, lambda _: 0.0), ended(1, first, lambda _: 0.0)]
    rest = make_method(plan(SMALL, "grid"), LOSS, seed=9).ask(told, 99, 2)
    assert [proposal.values for proposal in rest] == every[2:]


def test_brute_force_shuffles_by_the_seed_of_the_plan_and_not_of_the_batch() -> None:
    assert all_of("brute", seed=1) == all_of("brute", seed=2)
    assert all_of("brute") != [*grid(SMALL)]


@pytest.mark.parametrize("method", ["grid", "brute"])
def test_parts_of_a_sweep_share_the_points_without_overlap(method: Method) -> None:
    parts = [all_of(method, (part, 3)) for part in range(3)]
    assert sorted(map(str, functools.reduce(operator.iadd, parts, []))) == sorted(map(str, grid(SMALL)))
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


def test_a_grid_takes_the_points_of_a_float_that_names_them() -> None:
    space = (Parameter("x", "float", 0.0, 1.0, points=5),)
    proposals = make_method(plan(space, "brute"), LOSS, seed=1).ask([], 99, 0)
    assert sorted(float(str(proposal.values["x"])) for proposal in proposals) == [0.0, 0.25, 0.5, 0.75, 1.0]


def test_brute_force_draws_from_a_space_that_is_too_long_to_list() -> None:
    space = tuple(Parameter(f"n{place}", "int", 1, 100) for place in range(4))
    proposals = make_method(plan(space, "brute"), LOSS, seed=1).ask([], 50, 0)
    assert len({str(proposal.values) for proposal in proposals}) == 50
    assert len({proposal.values["n0"] for proposal in proposals}) > 10


def test_sobol_points_of_batches_are_those_of_one_question() -> None:
    whole = make_method(plan(SQUARE, "quasi"), LOSS, seed=1).ask([], 16, 0)
    told = [ended(number, proposal, lambda _: 0.0) for number, proposal in enumerate(whole)]
    batches = [make_method(plan(SQUARE, "quasi"), LOSS, seed=9).ask(told[:at], 4, at) for at in (0, 4, 8, 12)]
    assert functools.reduce(operator.iadd, batches, []) == whole


def test_sobol_points_fill_each_quarter_evenly() -> None:
    points = [proposal.values for proposal in make_method(plan(SQUARE, "quasi"), LOSS, seed=1).ask([], 16, 0)]
    quarters = [(float(str(point["x"])) > 0.5, float(str(point["y"])) > 0.5) for point in points]
    assert {quarters.count(quarter) for quarter in quarters} == {4}


def test_parts_take_the_points_of_their_own_numbers() -> None:
    whole = make_method(plan(SQUARE, "quasi"), LOSS, seed=1).ask([], 8, 0)
    parts = [make_method(plan(SQUARE, "quasi"), LOSS, seed=1, share=(part, 2)).ask([], 4, 4 * part) for part in (0, 1)]
    assert [*chain.from_iterable(parts)] == whole
