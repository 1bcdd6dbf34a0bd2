from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

import pytest

from branchlab.errors import EnvironmentProblemError, UsageError
from branchlab.sweep.methods.choose import batch_size, explain, make_method
from branchlab.sweep.plan import Fidelity, Objective, Objectives, Parameter
from sweep_in_hand import LOSS, MIXED, SMALL, TWO, plan

if TYPE_CHECKING:
    from branchlab.sweep.plan import Method, Plan, Space

NUMBERS = tuple(Parameter(f"x{place}", "float", 0, 1) for place in range(4))
WIDE = tuple(Parameter(f"x{place}", "float", 0, 1) for place in range(40))
MANY_GOALS = Objectives(tuple(Objective(name, "minimize") for name in "abcd"))


@pytest.mark.parametrize(
    ("space", "trials", "objectives", "method"),
    [
        (SMALL, 30, LOSS, "brute"),
        (SMALL, 4, LOSS, "gp"),
        (NUMBERS, 50, LOSS, "gp"),
        (NUMBERS, 500, LOSS, "tpe"),
        (NUMBERS, 5000, LOSS, "cmaes"),
        (MIXED, 5000, LOSS, "tpe"),
        (WIDE, 50, LOSS, "tpe"),
        (NUMBERS, 50, TWO, "gp"),
        (NUMBERS, 2000, TWO, "nsga2"),
        (NUMBERS, 2000, MANY_GOALS, "nsga3"),
    ],
)
def test_auto_looks_at_space_budget_and_objectives_and_says_why(
    space: Space, trials: int, objectives: Objectives, method: Method
) -> None:
    chosen, why = explain(plan(space, "auto", trials=trials), objectives)
    assert chosen == method
    assert why
    assert make_method(plan(space, "auto", trials=trials), objectives, seed=1).name == method


def test_auto_takes_what_is_quick_for_rungs() -> None:
    rungs = plan(NUMBERS, "auto")._replace(fidelity=Fidelity("epochs", 1, 27))
    assert explain(rungs, LOSS)[0] == "tpe"


def test_a_method_that_was_named_needs_no_reason() -> None:
    assert explain(plan(NUMBERS, "random"), LOSS) == ("random", "")


@pytest.mark.parametrize("method", ["tpe", "nsga2", "nsga3", "cmaes"])
def test_a_missing_package_is_named_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch, method: Method
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(EnvironmentProblemError, match="not installed") as raised:
        make_method(plan(NUMBERS, method), LOSS, seed=1)
    assert "pip install 'branchlab[sweep]'" in raised.value.hint


@pytest.mark.parametrize("trials", [500, 5000])
def test_auto_does_without_a_missing_package(monkeypatch: pytest.MonkeyPatch, trials: int) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    method, why = explain(plan(NUMBERS, "auto", trials=trials), LOSS)
    assert method == "quasi"
    assert "not installed" in why


@pytest.mark.parametrize(
    ("a_plan", "objectives", "words"),
    [
        (plan(NUMBERS, "cmaes"), TWO, "optimises one metric"),
        (plan(SMALL[:1], "cmaes"), LOSS, "choices only"),
        (plan(NUMBERS, "pbt")._replace(checkpoint=""), LOSS, "checkpoint"),
    ],
)
def test_a_method_that_does_not_suit_the_plan_is_refused(a_plan: Plan, objectives: Objectives, words: str) -> None:
    with pytest.raises(UsageError, match=words) as raised:
        make_method(a_plan, objectives, seed=1)
    assert raised.value.hint


def test_a_grid_over_all_numbers_is_refused_with_a_hint() -> None:
    with pytest.raises(UsageError, match="every value of x0"):
        make_method(plan(NUMBERS, "grid"), LOSS, seed=1).ask([], 1, 0)


def test_a_batch_of_a_population_is_a_generation() -> None:
    assert batch_size(plan(NUMBERS, "pbt")) == 4
    assert batch_size(plan(NUMBERS, "tpe")._replace(batch=7)) == 7
