"""What the models behind the methods compute."""

from __future__ import annotations

import math
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from branchlab.sweep.methods.acquisition import log_feasible, log_improvement
from branchlab.sweep.methods.choose import make_method
from branchlab.sweep.methods.encoding import activity, features, points, snapped
from branchlab.sweep.methods.evolution import population
from branchlab.sweep.methods.ranks import best_first, places
from branchlab.sweep.methods.surrogate import scale_of
from branchlab.sweep.plan import Parameter, Space
from branchlab.sweep.space import from_unit, to_unit
from branchlab.sweep.trial import Told
from sweep_in_hand import BOUND, LOSS, MIXED, TWO, plan, searched, spaces

LINE = (Parameter("x", "float", 0.0, 1.0),)
CHAIN = (
    Parameter("a", "choice", choices=(1, 2)),
    Parameter("b", "choice", choices=(1, 2), when={"a": (1,)}),
    Parameter("c", "float", 0, 1, when={"b": (1, 2)}),
)
CURVE = [Told(number, {"x": number / 10}, ((number / 10 - 0.42) ** 2,)) for number in range(11)]


@settings(max_examples=60, deadline=None)
@example(space=MIXED, seed=1)
@example(space=CHAIN, seed=1)
@given(space=spaces(), seed=st.integers(0, 1000))
def test_snapped_points_are_those_of_the_values_and_activity_is_what_the_space_says(space: Space, seed: int) -> None:
    cube = np.random.default_rng(seed).random((20, len(space)))
    near = snapped(space, cube)
    active = np.stack(activity(space, near), axis=1)
    for row, close, live in zip(cube, near, active, strict=True):
        values = from_unit(space, row.tolist())
        assert [parameter.name in values for parameter in space] == live.tolist()
        assert np.asarray(to_unit(space, values))[live] == pytest.approx(close[live])
    assert np.allclose(features(space, near), features(space, snapped(space, points(space, _values(space, cube)))))


def _values(space: Space, cube: Any) -> list[dict[str, Any]]:
    return [from_unit(space, row.tolist()) for row in cube]


@settings(deadline=None)
@given(st.lists(st.floats(-1e6, 1e6, width=32), min_size=2, max_size=40, unique=True))
def test_the_scale_of_a_model_keeps_the_order_and_leads_back(values: list[float]) -> None:
    column = np.asarray(values)
    scale = scale_of(column)
    there = scale.to_model(column)
    assert (np.diff(there[np.argsort(column)]) >= 0).all()
    assert scale.to_metric(there) == pytest.approx(column, rel=1e-3, abs=1e-3 * scale.spread)


@pytest.mark.parametrize("z", [2.0, 0.5, 0.0, -0.9, -1.1, -5.0])
def test_the_logarithm_of_the_expected_improvement_is_that_of_the_textbook(z: float) -> None:
    density = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    textbook = 0.3 * (z * 0.5 * math.erfc(-z / math.sqrt(2)) + density)
    found = log_improvement(np.asarray([1 - 0.3 * z]), np.asarray([0.3]), 1.0)
    assert found[0] == pytest.approx(math.log(textbook), abs=1e-6)


def test_far_from_any_improvement_the_logarithm_still_falls() -> None:
    means = np.asarray([10.0, 100.0, 999.0, 1001.0, 1e5])
    found = log_improvement(means, np.ones(5), 0.0)
    assert np.isfinite(found).all()
    assert (np.diff(found) < 0).all()


def test_feasibility_is_a_half_on_the_bound() -> None:
    assert log_feasible(np.asarray([0.7]), np.asarray([0.1]), 0.7)[0] == pytest.approx(math.log(0.5))


def test_the_expected_gain_falls_as_the_search_closes_in() -> None:
    method = make_method(plan(LINE, "random"), LOSS, seed=1)
    rough = method.expected_gain(CURVE[::2])
    fine = method.expected_gain(
        [*CURVE, *(Told(20 + n, {"x": 0.4 + n / 100}, ((0.4 + n / 100 - 0.42) ** 2,)) for n in range(5))]
    )
    assert rough is not None
    assert fine is not None
    assert 0 <= fine < rough < 0.1


@pytest.mark.parametrize(
    ("told", "objectives"),
    [
        (CURVE[:4], LOSS),
        ([trial._replace(losses=(1.0, 2.0)) for trial in CURVE], TWO),
        ([trial._replace(violations=(1.0,)) for trial in CURVE], BOUND),
    ],
    ids=["few trials", "two objectives", "nothing feasible"],
)
def test_there_is_no_expected_gain_where_nothing_can_be_said(told: list[Told], objectives: Any) -> None:
    assert make_method(plan(LINE, "gp"), objectives, seed=1).expected_gain(told) is None


def test_trials_are_ranked_by_violation_then_loss_and_those_without_come_last() -> None:
    told = [
        Told(0, {}, (1.0,), (0.5,)),
        Told(1, {}, None, (), "failed"),
        Told(2, {}, (3.0,), (-1.0,)),
        Told(3, {}, (2.0,), (0.0,)),
    ]
    assert [trial.number for trial in best_first(told)] == [3, 2, 0, 1]
    assert places(told) == [2, 3, 1, 0]


def test_evolution_depends_on_the_trials_only_and_not_on_where_they_came_from() -> None:
    space = tuple(Parameter(f"x{place}", "float", -1, 1) for place in range(3))
    numbers = random.Random(1)
    size = population(space)
    told = [
        Told(number, values, (sum(float(str(value)) ** 2 for value in values.values()),))
        for number in range(size * 12)
        if (values := from_unit(space, [numbers.gauss(0.5, 0.05) for _ in space]))
    ]
    near = make_method(plan(space, "cmaes"), LOSS, seed=1).ask(told, 20, len(told))
    spread = [abs(float(str(value))) for proposal in near for value in proposal.values.values()]
    assert sum(spread) / len(spread) < 0.3


def test_a_bandit_pulls_the_best_arm_most() -> None:
    space = (Parameter("arm", "choice", choices=("a", "b", "c")), Parameter("x", "float", 0, 1))
    told = searched(plan(space, "bandit"), lambda values: float(values["arm"] != "b"), 60)
    pulls = [str(trial.values["arm"]) for trial in told]
    assert pulls.count("b") > 40
    assert {"a", "c"} <= {*pulls}


def test_a_model_learns_which_branch_of_a_conditional_space_is_better() -> None:
    def loss(values: Any) -> float:
        return abs(values["layers"] - 3) / 5 if values["model"] == "deep" else 1.0

    told = searched(plan(MIXED, "gp"), loss, 28)
    assert sum(trial.values["model"] == "deep" for trial in told[12:]) > 8  # a quarter of 16 by chance
