from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchlab.compare.difference import MetricChange, diff_records, same_scalar
from branchlab.project import Goal, MetricRule, Settings
from branchlab.record.model import DataFile
from sample_records import MORE, SETTINGS, TRAIN, side

NUMBERS = st.one_of(st.integers(-5, 5), st.floats(allow_nan=True, allow_infinity=True))
GOALS: st.SearchStrategy[Goal] = st.sampled_from(["maximize", "minimize"])


def judged(a: float | None, b: float | None, rule: MetricRule | None = None) -> MetricChange:
    tables = [{} if value is None else {"accuracy": value} for value in (a, b)]
    settings = Settings(metrics={"accuracy": rule or MetricRule("maximize")})
    return diff_records(side(metrics=tables[0]), side(metrics=tables[1]), settings).metrics[0]


@given(NUMBERS, NUMBERS, GOALS)
def test_verdict_is_mirrored_when_the_sides_are_swapped(a: float, b: float, goal: Goal) -> None:
    mirror = {"better": "worse", "worse": "better", "same": "same", "incomparable": "incomparable"}
    there, back = judged(a, b, MetricRule(goal)), judged(b, a, MetricRule(goal))
    assert back.verdict == mirror[there.verdict]
    assert (there.verdict == "incomparable") == (math.isnan(a) or math.isnan(b)) == bool(there.reason)


@given(NUMBERS, NUMBERS, GOALS)
def test_verdict_follows_the_goal(a: float, b: float, goal: Goal) -> None:
    change = judged(a, b, MetricRule(goal))
    if a == b:
        assert (change.verdict, change.delta) == ("same", 0)
    elif not math.isnan(a - b):
        assert change.verdict == ("better" if (a > b) is (goal == "maximize") else "worse")


def test_a_metric_without_a_goal_is_shown_and_not_judged() -> None:
    change = judged(2, 1, MetricRule())
    assert (change.delta, change.verdict, change.reason) == (1, "incomparable", "no goal is set")


@pytest.mark.parametrize(
    ("tolerance", "a", "verdict"),
    [("", 1.001, "better"), ("1%", 1.01, "same"), ("1%", 1.02, "better"), ("0.5", 0.5, "same"), ("0.5", 0.4, "worse")],
)
def test_values_within_the_tolerance_are_the_same(tolerance: str, a: float, verdict: str) -> None:
    assert judged(a, 1.0, MetricRule("maximize", tolerance=tolerance)).verdict == verdict


@pytest.mark.parametrize(("a", "b", "reason"), [(None, 1, "only B has it"), (1, None, "only A has it")])
def test_a_value_that_one_side_lacks_is_not_comparable(a: float | None, b: float | None, reason: str) -> None:
    assert judged(a, b)[2:7] == (a, b, None, "incomparable", reason)


def test_values_measured_on_different_inputs_are_not_comparable_even_when_equal() -> None:
    change = diff_records(side(), side(data={"data/train.csv": MORE}), SETTINGS).metrics[0]
    assert (change.verdict, change.reason) == ("incomparable", "measured on different data/train.csv")


def test_different_outputs_leave_values_comparable() -> None:
    model = DataFile("5" * 32, 10, None, output=True)
    change = diff_records(side(data={"data/train.csv": TRAIN, "model": model}), side(), SETTINGS).metrics[0]
    assert change.verdict == "same"


def test_measured_on_limits_what_has_to_be_equal() -> None:
    settings = Settings(metrics={"accuracy": MetricRule("maximize", measured_on=("data/test",))})
    files = {"data/test/a.csv": TRAIN, "data/train.csv": TRAIN}
    a, b = side(data=files), side(data={**files, "data/train.csv": MORE})
    assert diff_records(a, b, settings).metrics[0].verdict == "same"
    b = side(data={**files, "data/test/a.csv": MORE})
    assert diff_records(a, b, settings).metrics[0].reason == "measured on different data/test/a.csv"


def test_measured_on_counts_an_output_of_a_pipeline() -> None:
    settings = Settings(metrics={"accuracy": MetricRule("maximize", measured_on=("clean.csv",))})
    a, b = (side(data={"clean.csv": DataFile(md5 * 32, 1, None, output=True)}) for md5 in "ab")
    assert diff_records(a, b, settings).metrics[0].reason == "measured on different clean.csv"


def test_measured_on_a_path_that_neither_record_knows_is_not_comparable() -> None:
    settings = Settings(metrics={"accuracy": MetricRule("maximize", measured_on=("data/test.csv",))})
    assert diff_records(side(), side(), settings).metrics[0].reason == "neither record knows data/test.csv"


def test_splits_and_slices_have_full_names_and_the_goal_of_their_metric() -> None:
    a = side(splits={"test": {"accuracy": 0.8}}, slices={"region=eu": {"accuracy": 0.7}})
    b = side(splits={"test": {"accuracy": 0.7}}, slices={"region=eu": {"accuracy": 0.8}})
    found = {change.name: (change.metric, change.verdict) for change in diff_records(a, b, SETTINGS).metrics}
    assert found["test.accuracy"] == ("accuracy", "better")
    assert found["slices.region=eu.accuracy"] == ("accuracy", "worse")


def test_optimised_metrics_come_first_then_constraints_then_the_rest() -> None:
    names = ("inference_ms", "aaa", "size", "accuracy")
    one = side(metrics=dict.fromkeys(names, 1))
    assert [c.name for c in diff_records(one, one, SETTINGS).metrics] == ["accuracy", "size", "inference_ms", "aaa"]


def test_only_parameters_that_differ_are_named_and_nested_ones_by_dots() -> None:
    a = side(params={"lr": 1, "model": {"depth": 3}, "new": True, "same": math.nan})
    b = side(params={"lr": 1.0, "model": {"depth": 4}, "old": "x", "same": math.nan})
    assert [tuple(change) for change in diff_records(a, b, SETTINGS).params] == [
        ("model.depth", 3, 4),
        ("new", True, None),
        ("old", None, "x"),
    ]


def test_a_parameter_without_a_value_is_no_other_than_one_left_out() -> None:
    assert diff_records(side(params={}), side(params={"limit": None}), SETTINGS).params == ()


def test_true_is_not_one() -> None:
    assert not same_scalar(True, 1)  # noqa: FBT003 - the value is the point
    assert same_scalar(1, 1.0)


def test_data_says_what_was_added_removed_and_changed() -> None:
    a = side(data={"new": TRAIN, "both": MORE, "same": TRAIN})
    b = side(data={"old": TRAIN, "both": TRAIN, "same": TRAIN})
    changes = [(c.path, c.status, c.a_bytes, c.b_bytes) for c in diff_records(a, b, SETTINGS).data]
    assert changes == [
        ("both", "changed", MORE.bytes, TRAIN.bytes),
        ("new", "added", TRAIN.bytes, None),
        ("old", "removed", None, TRAIN.bytes),
    ]
