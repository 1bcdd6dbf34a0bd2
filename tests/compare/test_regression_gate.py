from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchlab.compare.gates import BestEver, GateResult, judge
from branchlab.project import CiSettings, MetricRule, Settings
from branchlab.record.model import Record
from sample_records import MORE, record, side

UP = MetricRule("maximize", max_regression="0.01")
DOWN = MetricRule("minimize", max_regression="10%")
BASE = (0.93, 0.94, 0.92, 0.935, 0.925)
UNIT = st.integers(-1000, 1000).map(lambda value: value / 1000)


def repeated(unit: str, values: tuple[float, ...], **metrics: float) -> Record:
    splits = {f"{unit}-{place}": {"m": value} for place, value in enumerate(values)}
    return record(metrics=metrics, splits=splits)


def regression(rule: MetricRule, base: Record | float | None, head: Record | float, **ci: Any) -> GateResult:
    one, other = (item if isinstance(item, Record) else record(metrics={"m": item}) for item in (base or 0.0, head))
    settings = Settings(metrics={"m": rule}, ci=CiSettings(**ci))
    against = None if base is None else side()._replace(record=one)
    results = judge(settings, against, side()._replace(record=other), {}, {})
    return next(result for result in results if result.kind == "regression")


@pytest.mark.parametrize(
    ("rule", "base", "head", "passed", "reason"),
    [
        (UP, 0.93, 0.92, True, "fell by 0.01, 0.01 allowed"),
        (UP, 0.93, 0.919, False, "fell by 0.011 (1.183%), 0.01 allowed"),
        (UP, 0.93, 0.5, False, "fell by 0.43 (46.24%), 0.01 allowed"),
        (UP, 0.93, 0.99, True, "rose by 0.06"),
        (UP, 0.93, 0.93, True, "the same"),
        (DOWN, 20, 22, True, "rose by 2, 2 allowed"),
        (DOWN, 20, 23, False, "rose by 3 (15%), 2 allowed"),
        (DOWN, -20, -18, True, "rose by 2, 2 allowed"),
        (DOWN, -20, -17, False, "rose by 3 (15%), 2 allowed"),
        (DOWN, 0.0, 0.1, False, "rose by 0.1, 0 allowed"),
        (DOWN, 0.0, 0.0, True, "the same"),
        (DOWN, 0.0, -5, True, "fell by 5"),
        (DOWN._replace(tolerance="5"), 20, 25, True, "rose by 5, 5 allowed"),
    ],
)
def test_a_loss_counts_by_the_goal(rule: MetricRule, base: float, head: float, passed: bool, reason: str) -> None:  # noqa: FBT001
    found = regression(rule, record(metrics={"m": base}), record(metrics={"m": head}))
    assert (found.passed, found.reason) == (passed, reason)
    assert (found.value, found.baseline, found.evidence) == (head, base, None)


@pytest.mark.parametrize(
    ("base", "head", "reason"),
    [
        (None, record(metrics={"m": 1}), "the base has no record to compare with"),
        (record(metrics={}), record(metrics={"m": 1}), "m of the base is missing"),
        (record(metrics={"m": 1}), record(metrics={}), "m is missing"),
        (record(metrics={"m": math.nan}), record(metrics={"m": 1}), "m of the base is not a number"),
        (record(metrics={"m": 1}), record(metrics={"m": math.nan}), "m is not a number"),
        (record(metrics={"m": 1}), record(metrics={"m": math.inf}), "m is infinite"),
        (record(metrics={"m": math.inf}), record(metrics={"m": 1}), "m of the base is infinite"),
        (
            record(metrics={"m": 1}),
            record(metrics={"m": 1}, data={"data/train.csv": MORE}),
            "measured on different data/train.csv",
        ),
        (repeated("seed", (1, math.nan)), repeated("seed", (1, 1)), "seed-1 of the base is not a number"),
        (repeated("fold", (1, 1)), repeated("fold", (1, -math.inf)), "fold-1 is infinite"),
    ],
)
def test_what_cannot_be_compared_has_not_passed_and_says_why(base: Record | None, head: Record, reason: str) -> None:
    found = regression(UP, base, head)
    assert (found.passed, found.reason) == (False, reason)


@given(UNIT, UNIT, st.sampled_from(["0.01", "1%", "0"]))
def test_a_change_and_its_opposite_cannot_both_be_losses(base: float, head: float, allowed: str) -> None:
    rule = MetricRule("maximize", max_regression=allowed)
    there = regression(rule, record(metrics={"m": base}), record(metrics={"m": head}))
    back = regression(rule, record(metrics={"m": head}), record(metrics={"m": base}))
    assert there.passed or back.passed


def test_a_loss_that_is_sure_fails_and_says_how_sure() -> None:
    found = regression(UP, repeated("seed", BASE), repeated("seed", tuple(value - 0.02 - x for value, x in NOISY)))
    assert not found.passed
    assert found.reason == (
        "the mean of 5 seeds fell by 0.02 (2.151%), 0.01 allowed; "
        "more than 99.9% sure that more than the allowed loss is real"
    )
    assert found.evidence
    assert (found.evidence.n, found.evidence.test) == (5, "paired t")
    assert (found.value, found.baseline) == pytest.approx((0.91, 0.93))


NOISY = tuple(zip(BASE, (0.001, -0.001, 0.002, -0.002, 0.0), strict=True))
SHAKEN = tuple(value - 0.012 - x for value, x in zip(BASE, (0.01, -0.012, 0.015, -0.008, -0.005), strict=True))


def test_a_loss_that_the_seeds_may_have_made_up_passes_and_says_how_sure() -> None:
    found = regression(UP, repeated("seed", BASE), repeated("seed", SHAKEN))
    assert found.passed
    assert found.reason == (
        "the mean of 5 seeds fell by 0.012 (1.29%), 0.01 allowed; only 63.7% sure that more is real, "
        "and 95% is asked for: more seeds would tell"
    )
    assert not regression(UP, repeated("seed", BASE), repeated("seed", SHAKEN), confidence=0.6).passed


def test_the_plain_difference_of_means_would_have_failed_it() -> None:
    assert not regression(UP, sum(BASE) / 5, sum(SHAKEN) / 5).passed


def test_folds_have_to_differ_more_than_seeds_to_be_as_sure() -> None:
    head = tuple(value - 0.012 - x for value, x in zip(BASE, (0.002, -0.003, 0.001, 0.001, -0.001), strict=True))
    by_seed, by_fold = (regression(UP, repeated(u, BASE), repeated(u, head)) for u in ("seed", "fold"))
    assert by_seed.evidence
    assert by_fold.evidence
    assert by_seed.evidence.p is not None
    assert by_fold.evidence.p is not None
    assert by_seed.evidence.p < 0.05 < by_fold.evidence.p
    assert (by_seed.passed, by_fold.passed) == (False, True)


def test_a_collapse_is_not_excused_by_the_spread_it_brings() -> None:
    found = regression(UP, repeated("seed", BASE), repeated("seed", (0.93, 0.1, 0.92, 0.2, 0.94)))
    assert found.evidence
    assert found.evidence.p
    assert found.evidence.p > 0.05
    assert not found.passed
    assert found.reason.endswith("sure that more is real, but it is worse than every seed of the base")


def test_two_seeds_are_never_sure_and_still_fail_where_both_sides_lie_apart() -> None:
    found = regression(UP, repeated("seed", (0.9, 0.92)), repeated("seed", (0.82, 0.77)))
    assert not found.passed
    assert "worse than every seed" in found.reason
    assert regression(UP, repeated("seed", (0.9, 0.92)), repeated("seed", (0.87, 0.92))).passed


def test_the_same_loss_in_every_pair_is_judged_as_it_is() -> None:
    lost = regression(UP, repeated("fold", (0.9, 0.8, 0.7)), repeated("fold", (0.85, 0.75, 0.65)))
    kept = regression(UP, repeated("fold", (0.9, 0.8, 0.7)), repeated("fold", (0.89, 0.79, 0.69)))
    assert (lost.passed, kept.passed) == (False, True)
    assert lost.reason.endswith("; it is the same change in every fold")
    assert lost.evidence
    assert lost.evidence.p is None


def test_a_gain_says_how_sure_it_is_that_nothing_was_lost() -> None:
    head = repeated("seed", tuple(value + 0.004 + x for value, x in NOISY))
    found = regression(MetricRule("maximize", max_regression="0"), repeated("seed", BASE), head)
    assert found.passed
    assert found.reason == ("the mean of 5 seeds rose by 0.004; 99.7% sure that no more than the allowed loss is real")


def test_one_pair_is_no_sample() -> None:
    found = regression(UP, repeated("seed", (0.9,), m=0.9), repeated("seed", (0.7,), m=0.7))
    assert (found.evidence, found.passed) == (None, False)
    assert found.reason == "fell by 0.2 (22.22%), 0.01 allowed"


def test_other_folds_are_other_rows_and_do_not_pair() -> None:
    found = regression(UP, repeated("fold", BASE, m=0.93), repeated("fold", (*BASE, *BASE), m=0.93))
    assert found.evidence is None
    assert found.reason == "the same (10 folds here and 5 in the base do not pair, so there is no test)"


def test_a_seed_is_the_same_seed_whatever_others_there_are() -> None:
    found = regression(UP, repeated("seed", BASE), repeated("seed", BASE[:3]))
    assert found.evidence
    assert found.evidence.n == 3
    assert "(of 3 seeds here and 5 in the base 3 pair)" in found.reason


def test_a_metric_that_lies_outside_of_its_folds_is_something_else_and_stands_for_itself() -> None:
    found = regression(UP, repeated("fold", BASE, m=0.99), repeated("fold", BASE, m=0.5))
    assert (found.passed, found.evidence, found.value) == (False, None, 0.5)
    assert "the folds are left out" in found.reason


def test_seeds_and_folds_pair_by_whichever_are_more() -> None:
    splits = {**{f"fold-{i}": {"m": v} for i, v in enumerate(BASE)}, "seed-1": {"m": 0.93}, "seed--2": {"m": 0.92}}
    one = record(metrics={}, splits=splits)
    found = regression(UP, one, one)
    assert found.evidence
    assert (found.evidence.unit, found.evidence.n) == ("fold", 5)
    only_seeds = record(metrics={}, splits={name: value for name, value in splits.items() if "seed" in name})
    found = regression(UP, only_seeds, only_seeds)
    assert found.evidence
    assert (found.evidence.unit, found.evidence.n) == ("seed", 2)


def test_splits_that_only_look_like_folds_do_not_pair() -> None:
    splits = {name: {"m": 0.5} for name in ("fold-a", "fold-", "refold-1", "fold-1-2", "test", "fold-²")}
    assert (
        regression(UP, record(metrics={"m": 1}, splits=splits), record(metrics={"m": 1}, splits=splits)).evidence
        is None
    )


def test_the_best_ever_is_another_record_to_be_beside() -> None:
    settings = Settings(metrics={"m": MetricRule("maximize", max_regression_from_best="2%")})
    best = {"m": BestEver(0.95, "abcdef0123" * 4, record(metrics={"m": 0.95}))}
    head = side(metrics={"m": 0.92})
    found = judge(settings, side(metrics={"m": 0.5}), head, best, {})[-1]
    assert (found.kind, found.baseline, found.passed) == ("best_regression", 0.95, False)
    assert found.reason == "fell by 0.03 (3.158%), 0.019 allowed"
    assert found.rule == "m loses at most 2% from the best ever"
    assert judge(settings, None, head, {}, {})[-1].reason == "the baseline never had m"
