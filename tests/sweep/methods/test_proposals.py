from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from branchlab.sweep.methods.choose import make_method
from branchlab.sweep.plan import Method, Objectives, Parameter, Space
from branchlab.sweep.space import check_values, digest, from_unit, grid, size
from branchlab.sweep.trial import Told
from sweep_in_hand import BOUND, LOSS, MIXED, ONE_GOAL, SMALL, TWO, plan, searched, spaces, told_of


def drawn(space: Space, count: int) -> list[Told]:
    numbers = random.Random(3)
    points = [from_unit(space, [numbers.random() for _ in space]) for _ in range(count)]
    return [
        Told(number, values, (float(number % 5), float(-number)), (number % 3 - 1.0,))
        for number, values in enumerate(points)
    ]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), space=spaces(), method=st.sampled_from(ONE_GOAL))
def test_proposals_fit_the_space_and_are_new_whatever_came_of_earlier_trials(
    data: st.DataObject, space: Space, method: Method
) -> None:
    if method == "cmaes" and all(parameter.kind == "choice" for parameter in space):
        method = "bandit"
    earlier = [trial.values for trial in drawn(space, data.draw(st.integers(0, 14)))]
    told = data.draw(told_of(earlier))
    proposals = make_method(plan(space, method), LOSS, seed=5).ask(told, 3, len(told))
    assert [check_values(space, proposal.values) for proposal in proposals] == [None] * len(proposals)
    names = {digest(proposal.values) for proposal in proposals}
    tried = {digest(trial.values) for trial in told}
    assert len(names) == len(proposals)
    assert not names & tried
    points = size(space)
    assert len(proposals) == (3 if points is None else min(3, points - len(tried)))


@pytest.mark.parametrize("method", ["gp", "tpe", "nsga2", "nsga3", "random"])
@pytest.mark.parametrize("objectives", [TWO, BOUND], ids=["two objectives", "a constraint"])
def test_several_objectives_and_constraints_give_proposals_that_fit(method: Method, objectives: Objectives) -> None:
    goals = len(objectives.optimize)
    told = [trial._replace(losses=(trial.losses or ())[:goals]) for trial in drawn(MIXED, 16)]
    if goals > 1:
        told = [trial._replace(violations=()) for trial in told]
    proposals = make_method(plan(MIXED, method), objectives, seed=2).ask(told, 3, 16)
    assert [check_values(MIXED, proposal.values) for proposal in proposals] == [None] * 3


@pytest.mark.parametrize("method", ["grid", "brute", *ONE_GOAL])
def test_a_small_space_is_searched_to_its_last_point_and_no_point_twice(method: Method) -> None:
    told = searched(plan(SMALL, method), lambda values: float(str(values["a"]) == "x"), 20)
    assert sorted(digest(trial.values) for trial in told) == sorted(digest(values) for values in grid(SMALL))


@pytest.mark.parametrize("method", ["gp", "tpe", "cmaes", "bandit", "nsga2"])
def test_a_reference_outside_the_space_is_learnt_from(method: Method) -> None:
    space = (Parameter("lr", "float", 0.1, 1.0), Parameter("kind", "choice", choices=("a", "b")))
    outside = [Told(0, {"lr": 7.5, "kind": "c"}, (0.5,))]
    told = [*outside, *(t._replace(number=t.number + 1, violations=()) for t in drawn(space, 12))]
    told = [trial._replace(losses=(trial.losses or ())[:1]) for trial in told]
    (proposal,) = make_method(plan(space, method), LOSS, seed=1).ask(told, 1, 13)
    assert check_values(space, proposal.values) is None


@pytest.mark.parametrize("method", ["gp", "tpe", "cmaes"])
def test_a_search_that_learns_finds_more_than_chance(method: Method) -> None:
    space = (Parameter("x", "float", -5, 5), Parameter("y", "float", -5, 5))
    trials = 20 if method == "gp" else 60

    def loss(values: object) -> float:
        assert isinstance(values, dict)
        return float((values["x"] - 2) ** 2 + (values["y"] + 1) ** 2)

    def best(name: Method) -> float:
        return min((trial.losses or (9.0,))[0] for trial in searched(plan(space, name), loss, trials))

    assert best(method) < best("random") / 2


@pytest.mark.parametrize("method", ["gp", "tpe"])
def test_a_constraint_keeps_proposals_on_its_side(method: Method) -> None:
    space = (Parameter("x", "float", 0, 1),)
    told = [Told(number, {"x": number / 20}, (-number / 20,), (number / 20 - 0.5,)) for number in range(20)]
    proposals = make_method(plan(space, method), BOUND, seed=1).ask(told, 4, 20)
    assert all(float(str(proposal.values["x"])) < 0.6 for proposal in proposals)


def test_numbers_are_round_to_a_millionth_of_their_range() -> None:
    space = (Parameter("lr", "float", 1e-5, 1.0, log=True), Parameter("drop", "float", 0.0, 0.5))
    for proposal in make_method(plan(space, "random"), LOSS, seed=1).ask([], 50, 0):
        assert float(f"{proposal.values['lr']:.7g}") == proposal.values["lr"]
        assert round(float(str(proposal.values["drop"])), 7) == proposal.values["drop"]
