"""Which parameters matter."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING

import pytest

from branchlab.experiment import Experiment
from branchlab.sweep.analysis.importance import Setting, differing, importance, settings_of
from studies import made_up

if TYPE_CHECKING:
    from branchlab.sweep.analysis.importance import Importance


@pytest.fixture(scope="module")
def found() -> Importance:
    return importance(settings_of(made_up(60), "accuracy"), "accuracy")


def test_what_decides_most_comes_first_and_what_does_nothing_last(found: Importance) -> None:
    assert [weight.parameter for weight in found.weights] == ["lr", "depth", "optimizer"]
    assert found.weights[0].share > 0.7
    assert found.weights[-1].share < 0.05


def test_shares_sum_up_to_1_and_what_is_explained_is_said(found: Importance) -> None:
    assert sum(weight.share for weight in found.weights) == pytest.approx(1)
    assert 0.6 < found.explained <= 1
    assert found.note == ""


def test_the_answer_is_the_same_each_time(found: Importance) -> None:
    assert importance(settings_of(made_up(60), "accuracy"), "accuracy") == found


def test_one_trial_that_diverged_and_a_monotone_change_leave_the_order_alone(found: Importance) -> None:
    rows = settings_of(made_up(60), "accuracy")
    bent = [one._replace(metrics={"accuracy": math.exp(30 * one.metrics["accuracy"])}) for one in rows if one.metrics]

    assert importance(bent, "accuracy").weights == found.weights


def test_chance_is_called_chance() -> None:
    draw = random.Random(1)
    rows = [Setting("finished", {"lr": draw.random(), "depth": n % 5}, {"loss": draw.random()}) for n in range(40)]

    assert "do not explain loss" in importance(rows, "loss").note


@pytest.mark.parametrize(("count", "words"), [(0, "no finished"), (1, "1 finished"), (9, "9 finished")])
def test_too_few_experiments_are_counted_and_nothing_is_weighed(count: int, words: str) -> None:
    found = importance(settings_of(made_up(60), "accuracy")[:5] * 0 + _rows(count), "loss")

    assert not found.weights
    assert words in found.note
    assert "10 are needed" in found.note


def test_failed_runs_and_values_that_are_no_numbers_do_not_count() -> None:
    rows = [
        *_rows(9),
        Setting("failed", {"lr": 1.0}, {"loss": 1.0}),
        Setting("finished", {"lr": 1.0}, {"loss": math.nan}),
    ]

    assert importance(rows, "loss").experiments == 9


def test_experiments_made_by_hand_count_like_trials_and_may_lack_parameters() -> None:
    rows = [
        Experiment(
            f"exp/model/{n}",
            "0" * 40,
            "finished",
            params={"lr": n, **({"depth": 2} if n % 2 else {})},
            metrics={"loss": n},
        )
        for n in range(20)
    ]

    assert importance(rows, "loss").weights[0].parameter == "lr"


def test_texts_that_are_all_different_are_names_and_no_parameters() -> None:
    rows = [Setting("finished", {"out": f"run-{n}", "kind": "ab"[n % 2], "same": 1}, {}) for n in range(6)]

    assert differing(rows) == ["kind"]


def test_a_metric_that_is_the_same_everywhere_is_said_to_be() -> None:
    rows = [Setting("finished", {"lr": n}, {"loss": 1.0}) for n in range(12)]

    assert importance(rows, "loss").note == "loss is the same in all of them"


def test_parameters_that_are_left_out_are_counted_and_named_ones_are_not() -> None:
    draw = random.Random(2)
    names = [f"p{number:03d}" for number in range(210)]
    rows = [Setting("finished", {name: draw.random() for name in names}, {"loss": n}) for n in range(12)]

    assert "of 210 parameters the first 200 by name" in importance(rows, "loss").note
    named = importance(rows, "loss", ["p208", "p209"])
    assert {weight.parameter for weight in named.weights} <= {"p208", "p209"}
    assert "by name" not in named.note
    assert "no parameter differs" not in named.note


def _rows(count: int) -> list[Setting]:
    return [Setting("finished", {"lr": number}, {"loss": number}) for number in range(count)]
