from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchlab.compare.gates import BestEver, DataAge, GateResult, judge
from branchlab.compare.pareto import pareto_front
from branchlab.project import CiSettings, MetricRule, Settings
from record_strategies import NUMBERS
from sample_records import MORE, TRAIN, record, side

if TYPE_CHECKING:
    from branchlab.record.model import Record

PLAIN = Settings(metrics={"m": MetricRule("maximize", threshold=">= 0.9")})
FRONT = Settings(
    metrics={"accuracy": MetricRule("maximize"), "size": MetricRule("minimize", tolerance="1%")},
    ci=CiSettings(front=("accuracy", "size")),
)
EVERYTHING = MetricRule(
    "maximize",
    "optimize",
    ">= 0.5",
    "1%",
    required=True,
    max_regression_from_best="1%",
    slice_thresholds={"region=eu": ">= 0.5"},
    worst_slice=">= 0.5",
    max_slice_regression="1%",
    max_slice_gap="1%",
)
KINDS = [
    *("record", "required", "threshold", "regression", "best_regression"),
    *("slice_threshold", "worst_slice", "slice_regression", "slice_gap", "front", "age"),
]
ALL = Settings(
    metrics={"accuracy": EVERYTHING, "size": MetricRule("minimize")},
    ci=CiSettings(front=("accuracy", "size"), max_age={"data/train.csv": "1d"}),
)


def threshold(text: str, **changes: Any) -> GateResult:
    return judge(Settings(metrics={"m": MetricRule(threshold=text)}), None, side(**changes), {}, {})[-1]


def front(head: dict[str, float], base: dict[str, float], **changes: Any) -> GateResult:
    return judge(FRONT, side(metrics=base), side(metrics=head, **changes), {}, {})[-1]


def test_without_a_rule_there_is_nothing_to_judge() -> None:
    assert judge(Settings(metrics={"m": MetricRule("maximize", "optimize")}), side(), side(), {}, {}) == ()


def test_every_rule_says_something_the_most_important_first() -> None:
    assert [gate.kind for gate in judge(ALL, side(), side(), {}, {})] == KINDS
    settings = Settings(
        metrics={
            "a": MetricRule(threshold="> 0"),
            "b": MetricRule("maximize", "constraint", "> 0"),
            "c": MetricRule("maximize", "optimize", "> 0"),
        }
    )
    assert [gate.metric for gate in judge(settings, None, side(), {}, {})] == ["record", "c", "b", "a"]


VALUES = st.dictionaries(st.sampled_from(["accuracy", "size", "rows"]), NUMBERS, max_size=3)
JUDGED = st.builds(
    record,
    metrics=VALUES,
    splits=st.dictionaries(st.sampled_from(["seed-1", "seed-2", "fold-1", "fold-2", "fold-3"]), VALUES),
    slices=st.dictionaries(st.sampled_from(["region=eu", "region=us", "all"]), VALUES),
)


@given(JUDGED, JUDGED)
def test_any_two_records_are_judged_and_what_failed_says_why(head: Record, base: Record) -> None:
    best = {"accuracy": BestEver(base.metrics.get("accuracy", 0), "c" * 40, base)}
    results = judge(ALL, side()._replace(record=base), side()._replace(record=head), best, {})
    assert [gate.kind for gate in results] == KINDS
    assert all(gate.reason for gate in results if not gate.passed)


@pytest.mark.parametrize(
    ("text", "value", "passed", "reason"),
    [
        (">= 0.90", 0.9, True, "0.9 is >= 0.90"),
        (">= 0.90", 0.899996, False, "0.899996 is not >= 0.90"),
        ("< 20", 19, True, "19 is < 20"),
        (">= 0.90", math.nan, False, "m is not a number"),
        (">= 0.90", math.inf, False, "m is infinite"),
    ],
)
def test_a_threshold_is_kept_or_says_why_not(text: str, value: float, passed: bool, reason: str) -> None:  # noqa: FBT001
    found = threshold(text, metrics={"m": value})
    assert (found.passed, found.reason, found.rule) == (passed, reason, f"m {text}")


def test_a_threshold_of_a_metric_that_is_missing_is_not_kept() -> None:
    found = threshold(">= 0.90", metrics={})
    assert (found.passed, found.reason, found.value) == (False, "the record has no m", None)


def test_a_threshold_says_how_sure_seeds_are_of_it() -> None:
    splits = {f"seed-{place}": {"m": value} for place, value in enumerate((0.91, 0.93, 0.92, 0.9, 0.94))}
    kept = threshold(">= 0.90", metrics={}, splits=splits)
    missed = threshold(">= 0.93", metrics={"m": 0.92}, splits=splits)
    assert (kept.passed, kept.value) == (True, sum((0.91, 0.93, 0.92, 0.9, 0.94)) / 5)
    assert kept.reason == "0.92 is >= 0.90, 97.6% sure from 5 seeds"  # t = 2.83, 4 degrees of freedom
    assert (missed.passed, missed.reason) == (False, "0.92 is not >= 0.93, 88.4% sure from 5 seeds")
    assert kept.evidence
    assert kept.evidence.test == "one-sample t"


def test_a_threshold_is_about_the_value_recorded_whatever_the_folds_say() -> None:
    splits = {f"fold-{place}": {"m": value} for place, value in enumerate((0.91, 0.93, 0.92))}
    found = threshold(">= 0.95", metrics={"m": 0.96}, splits=splits)
    assert (found.passed, found.evidence, found.value) == (True, None, 0.96)


@pytest.mark.parametrize(
    ("metrics", "reason"), [({}, "the record has no m"), ({"m": math.nan}, "m is not a number"), ({"m": 0}, "")]
)
def test_a_required_metric_is_there_and_a_number(metrics: dict[str, float], reason: str) -> None:
    settings = Settings(metrics={"m": MetricRule(required=True)})
    found = judge(settings, None, side(metrics=metrics), {}, {})[-1]
    assert (found.kind, found.passed, found.reason) == ("required", not reason, reason)


@pytest.mark.parametrize(
    ("run", "stale", "reason"),
    [
        ({}, True, "the code is not what was measured"),
        ({"id": ""}, False, "exp/model/wider has no record"),
        ({"status": "failed"}, False, "the run failed, so it was perhaps not measured to the end"),
        ({"merged": ("a", "b")}, False, "it was put together by a merge and is not measured again yet"),
        ({"exact": False, "differs": ("a", "b", "c", "d")}, False, "what ran had other code: a, b, c and 1 more"),
    ],
)
def test_a_record_of_other_code_fails_whatever_its_values(run: dict[str, Any], stale: bool, reason: str) -> None:  # noqa: FBT001
    head = side(run=run, metrics={"m": 1})._replace(stale=stale)
    first, second = judge(PLAIN, None, head, {}, {})
    assert (first.kind, first.passed, first.reason) == ("record", False, reason)
    assert second.passed


def test_a_run_that_was_stopped_counts_and_is_said() -> None:
    head = side(run={"status": "stopped", "exact": False}, metrics={"m": 1})
    found = judge(PLAIN, None, head, {}, {})[0]
    assert (found.passed, found.reason) == (
        True,
        "the run was stopped by hand, the code was taken up after the run had begun",
    )


@pytest.mark.parametrize(
    ("head", "passed", "reason"),
    [
        ((0.9, 100), True, "the same in all"),
        ((0.91, 120), True, "worse in size (100 to 120), but better in accuracy (0.9 to 0.91)"),
        ((0.91, 90), True, "better in accuracy (0.9 to 0.91), size (100 to 90)"),
        ((0.9, 120), False, "worse in size (100 to 120), and better in none"),
        ((0.89, 120), False, "worse in accuracy (0.9 to 0.89), size (100 to 120), and better in none"),
        ((0.89, 99.5), False, "worse in accuracy (0.9 to 0.89), and better in none"),
        ((0.9, 100.5), True, "the same in all"),
    ],
)
def test_the_base_must_not_beat_it_on_the_front(head: tuple[float, float], passed: bool, reason: str) -> None:  # noqa: FBT001
    found = front(dict(zip(("accuracy", "size"), head, strict=True)), {"accuracy": 0.9, "size": 100})
    assert (found.passed, found.reason, found.metric) == (passed, reason, "accuracy, size")


@given(*[st.tuples(st.integers(0, 3), st.integers(0, 3)) for _ in range(2)])
def test_what_passes_stands_on_the_front_of_both(head: tuple[int, int], base: tuple[int, int]) -> None:
    ours, theirs = ({"accuracy": float(point[0]), "size": float(point[1])} for point in (head, base))
    found = front(ours, theirs)
    assert found.passed == (0 in pareto_front([head, base], ["maximize", "minimize"]))


@pytest.mark.parametrize(
    ("head", "base", "reason"),
    [
        ({"accuracy": 1}, {"accuracy": 1, "size": 1}, "size is missing"),
        ({"accuracy": 1, "size": 1}, {"accuracy": 1}, "size of the base is missing"),
        ({"accuracy": math.nan, "size": 1}, {"accuracy": 1, "size": 1}, "accuracy is not a number"),
    ],
)
def test_a_front_with_a_metric_missing_is_no_front(head: dict[str, float], base: dict[str, float], reason: str) -> None:
    found = front(head, base)
    assert (found.passed, found.reason) == (False, reason)


def test_a_front_needs_a_base_and_the_same_data() -> None:
    values = {"accuracy": 1.0, "size": 1.0}
    assert judge(FRONT, None, side(metrics=values), {}, {})[-1].reason == "the base has no record to compare with"
    assert front(values, values, data={"data/train.csv": MORE}).reason == "measured on different data/train.csv"


@pytest.mark.parametrize(
    ("seconds", "passed", "reason"),
    [
        (86400 * 30, True, "30 days old, since cccccccc"),
        (86400 * 30 + 60, False, "30.0007 days old, since cccccccc"),
        (0.0, True, "0 days old, since cccccccc"),
        (61.0, True, "0 days old, since cccccccc"),
        (86400 * 29.5, True, "29.5 days old, since cccccccc"),
        (86400 * 29.99, True, "29.99 days old, since cccccccc"),
        (86400.0, True, "1 day old, since cccccccc"),
        (None, False, "nothing tells when data/train.csv came into the repository"),
    ],
)
def test_data_must_not_be_too_old(seconds: float | None, passed: bool, reason: str) -> None:  # noqa: FBT001
    settings = Settings(ci=CiSettings(max_age={"data/train.csv": "30d"}))
    found = judge(settings, None, side(), {}, {"data/train.csv": DataAge("data/train.csv", seconds, "c" * 40)})[-1]
    assert (found.passed, found.reason, found.rule) == (passed, reason, "data/train.csv at most 30d old")
    assert judge(settings, None, side(), {}, {})[-1].passed is False


def test_a_rule_may_be_about_a_split() -> None:
    settings = Settings(metrics={"test.m": MetricRule("maximize", threshold=">= 0.9", max_regression="0")})
    one = record(splits={"test": {"m": 0.95}}, data={"data/train.csv": TRAIN})
    results = judge(settings, side()._replace(record=one), side()._replace(record=one), {}, {})
    assert [gate.passed for gate in results] == [True, True, True]
