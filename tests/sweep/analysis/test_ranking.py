"""Which trials are best, on the front, and its knee."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchlab.sweep.analysis.history import history, since_best
from branchlab.sweep.analysis.ranking import best, front, knee, ranked
from branchlab.sweep.objectives import told
from branchlab.sweep.order import ranked as going_on
from branchlab.sweep.plan import Objective, Objectives
from branchlab.sweep.trial import Study
from studies import ACCURACY, BOUNDED, PLAN, TRADE, study_of, trial

TRADES = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=12)


def numbers(trials: list) -> list[int]:  # type: ignore[type-arg] # of trials
    return [one.number for one in trials]


def test_the_best_has_the_highest_value_of_what_is_maximised() -> None:
    study = study_of({"accuracy": 0.8}, {"accuracy": 0.9}, {"accuracy": 0.7})

    assert numbers(best(study, ACCURACY, count=2)) == [1, 0]


def test_of_equal_trials_the_earlier_one_is_best() -> None:
    assert numbers(best(study_of({"accuracy": 0.9}, {"accuracy": 0.9}), ACCURACY)) == [0]


@pytest.mark.parametrize("status", ["pruned", "failed", "stopped", "running"])
def test_a_trial_that_did_not_finish_is_never_best(status: str) -> None:
    study = Study("wide", (trial(0, {"accuracy": 0.5}), trial(1, {"accuracy": 0.9}, status=status)))

    assert numbers(best(study, ACCURACY, count=9)) == [0]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_value_that_is_no_number_is_never_best(value: float) -> None:
    assert numbers(best(study_of({"accuracy": value}, {"accuracy": 0.1}), ACCURACY, count=9)) == [1]


def test_a_trial_that_breaks_a_constraint_is_not_best_and_is_ranked_by_how_much_it_breaks_it() -> None:
    rows = ({"accuracy": 0.9, "latency": 30}, {"accuracy": 0.5, "latency": 10}, {"accuracy": 0.8, "latency": 21})
    study = study_of(*rows, {"accuracy": 0.99})

    assert numbers(best(study, BOUNDED, count=9)) == [1]
    assert [one.trial.number for one in ranked(study, BOUNDED)] == [1, 2, 0, 3]


def test_the_best_of_a_curve_counts_where_the_plan_says_so() -> None:
    study = Study("wide", (trial(0, {"accuracy": 0.8}, best={"accuracy": 0.95}), trial(1, {"accuracy": 0.9})))

    assert numbers(best(study, ACCURACY, "best")) == [0]
    assert numbers(best(study, ACCURACY, "last")) == [1]


def test_the_front_is_what_no_other_trial_beats_in_all() -> None:
    study = study_of(
        {"accuracy": 0.9, "latency": 20}, {"accuracy": 0.8, "latency": 10}, {"accuracy": 0.79, "latency": 11}
    )

    assert numbers(front(study, TRADE)) == [0, 1]


@given(TRADES)
def test_nothing_on_the_front_is_dominated_and_everything_else_is(rows: list[tuple[int, int]]) -> None:
    study = study_of(*({"accuracy": x, "latency": y} for x, y in rows))
    kept = set(numbers(front(study, TRADE)))

    for number, (x, y) in enumerate(rows):
        beaten = any(a >= x and b <= y and (a, b) != (x, y) for a, b in rows)
        assert (number in kept) is not beaten


@given(TRADES)
def test_the_front_comes_first_in_the_ranking_of_several_metrics(rows: list[tuple[int, int]]) -> None:
    study = study_of(*({"accuracy": x, "latency": y} for x, y in rows))
    there = numbers(front(study, TRADE))
    order = [one.trial.number for one in ranked(study, TRADE)]

    assert set(order[: len(there)]) == set(there)
    assert sorted(order) == list(range(len(rows)))


@pytest.mark.parametrize("objectives", [ACCURACY, BOUNDED, TRADE, TRADE._replace(constraints=BOUNDED.constraints)])
@given(rows=TRADES)
def test_what_is_shown_as_best_is_what_a_sweep_lets_go_on(objectives: Objectives, rows: list[tuple[int, int]]) -> None:
    study = study_of(*({"accuracy": x, "latency": 10 * y} for x, y in rows))
    shown = [one.trial.number for one in ranked(study, objectives)]

    assert shown == [one.number for one in going_on(told(PLAN, objectives, reversed(study.trials)))]


def test_the_knee_is_the_point_farthest_from_the_line_between_the_ends() -> None:
    study = study_of(
        {"accuracy": 0.0, "latency": 0}, {"accuracy": 0.8, "latency": 2},
        {"accuracy": 0.9, "latency": 7}, {"accuracy": 1.0, "latency": 10},
    )  # fmt: skip

    middle = knee(study, TRADE)

    assert middle is not None
    assert middle.number == 1


def test_a_straight_front_has_no_knee() -> None:
    assert knee(study_of(*({"accuracy": x, "latency": x} for x in range(5))), TRADE) is None


def test_history_keeps_the_best_so_far_and_leaves_out_what_breaks_a_constraint() -> None:
    study = study_of({"accuracy": 0.5, "latency": 1}, {"accuracy": 0.9, "latency": 99}, {"accuracy": 0.6, "latency": 1})

    moments = history(study, BOUNDED)

    assert [moment.best for moment in moments] == [0.5, 0.5, 0.6]
    assert [moment.improved for moment in moments] == [True, False, True]
    assert [moment.feasible for moment in moments] == [True, False, True]


def test_a_pruned_trial_has_a_place_in_the_history_and_does_not_become_the_best() -> None:
    study = Study("wide", (trial(0, {"accuracy": 0.5}), trial(1, {"accuracy": 0.9}, status="pruned")))

    assert [(moment.value, moment.best) for moment in history(study, ACCURACY)] == [(0.5, 0.5), (0.9, 0.5)]


def test_trials_since_the_best_count_ended_ones_and_any_metric_that_became_better() -> None:
    rows = ({"accuracy": 0.5, "latency": 9}, {"accuracy": 0.4, "latency": 8}, {"accuracy": 0.4, "latency": 9})
    running = trial(3, status="running")

    assert since_best(Study("wide", (*study_of(*rows).trials, running)), TRADE) == 1
    assert since_best(study_of(*rows), ACCURACY) == 2


def test_history_of_what_is_minimised_falls() -> None:
    loss = Objectives((Objective("loss", "minimize"),))

    assert [moment.best for moment in history(study_of({"loss": 3}, {"loss": 1}, {"loss": 2}), loss)] == [3, 1, 1]
