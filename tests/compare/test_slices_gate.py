from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchlab.compare.gates import GateResult, judge
from branchlab.project import CiSettings, MetricRule, Settings
from sample_records import MORE, side

if TYPE_CHECKING:
    from branchlab.compare.difference import Side

WORST = MetricRule("maximize", worst_slice=">= 0.85")
LOSS = MetricRule("maximize", max_slice_regression="0.01")
GAP = MetricRule("maximize", max_slice_gap="0.1")
PARTS = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 100).map(lambda value: value / 100), min_size=2)


def sliced(values: dict[str, float], rows: dict[str, int] | None = None, **changes: Any) -> Side:
    counts = rows or dict.fromkeys(values, 100)
    tables = {
        part: {"m": value, **({"rows": counts[part]} if part in counts else {})} for part, value in values.items()
    }
    return side(slices=tables, metrics={"m": 0.9}, **changes)


def gate(rule: MetricRule, head: Side, base: Side | None = None, least: int = 0) -> GateResult:
    results = judge(Settings(metrics={"m": rule}, ci=CiSettings(min_slice_rows=least)), base, head, {}, {})
    return results[-1]


def test_the_worst_slice_decides_and_the_others_that_fail_are_named() -> None:
    found = gate(WORST, sliced({"r=eu": 0.9, "r=us": 0.8, "r=asia": 0.84}))
    assert (found.passed, found.slice, found.value, found.allowed) == (False, "r=us", 0.8, ">= 0.85")
    assert found.reason == "r=us has 0.8, the worst of 3; also not >= 0.85: r=asia"
    assert gate(WORST, sliced({"r=eu": 0.9, "r=us": 0.85})).passed


def test_the_worst_slice_of_what_is_minimised_is_the_largest() -> None:
    found = gate(MetricRule("minimize", worst_slice="<= 10"), sliced({"r=eu": 9, "r=us": 12}))
    assert (found.passed, found.slice, found.value) == (False, "r=us", 12)


@pytest.mark.parametrize("rule", [WORST, GAP])
@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"r=eu": 0.9, "r=us": math.nan}, "m of r=us is not a number"),
        ({"r=eu": 0.9, "r=us": math.inf}, "m of r=us is infinite"),
        ({}, "the record has no slice of m to judge"),
    ],
)
def test_slices_without_a_finite_value_cannot_be_judged(
    rule: MetricRule, values: dict[str, float], reason: str
) -> None:
    found = gate(rule, sliced(values))
    assert (found.passed, found.reason) == (False, reason)


@pytest.mark.parametrize("rule", [WORST, LOSS, GAP])
def test_a_slice_does_not_leave_by_being_left_out(rule: MetricRule) -> None:
    base = sliced({"r=eu": 0.9, "r=us": 0.9, "r=asia": 0.5})
    found = gate(rule, sliced({"r=eu": 0.9, "r=us": 0.9}), base)
    assert (found.passed, found.reason) == (False, "a slice of the base is missing here: r=asia")


@pytest.mark.parametrize("rule", [WORST, LOSS, GAP])
def test_a_slice_does_not_leave_by_shrinking(rule: MetricRule) -> None:
    base = sliced({"r=eu": 0.9, "r=us": 0.9, "r=asia": 0.5})
    head = sliced({"r=eu": 0.9, "r=us": 0.9, "r=asia": 0.1}, {"r=eu": 100, "r=us": 100, "r=asia": 3})
    found = gate(rule, head, base, least=30)
    assert (found.passed, found.reason) == (False, "a slice of the base has too few rows here: r=asia")


def test_slices_of_other_data_are_other_slices() -> None:
    head, base = sliced({"r=eu": 0.9, "r=us": 0.9}, data={"data/train.csv": MORE}), sliced({"r=asia": 0.9})
    assert gate(WORST, head, base).passed
    assert gate(GAP, head, base).passed
    found = gate(LOSS, head, base)
    assert (found.passed, found.reason) == (False, "measured on different data/train.csv")


def test_slices_with_few_rows_have_no_say_and_those_that_do_not_count_them_have() -> None:
    head = sliced({"r=eu": 0.86, "r=us": 0.1, "r=asia": 0.9}, {"r=eu": 30, "r=us": 29})
    found = gate(WORST, head, least=30)
    assert (found.passed, found.slice) == (True, "r=eu")
    assert found.reason == "r=eu has 0.86, the worst of 2"
    found = gate(WORST, head._replace(record=head.record._replace(slices={"r=us": {"m": 0.9, "rows": 2}})), least=30)
    assert (found.passed, found.reason) == (False, "the record has no slice of m to judge, and 1 with too few rows")


def test_only_slices_of_the_keys_that_the_settings_name_count() -> None:
    rule = WORST._replace(slices=("region",))
    found = gate(rule, sliced({"region=eu": 0.9, "regional=x": 0.1, "age=old": 0.2}))
    assert (found.passed, found.rule) == (True, "m of the worst slice by region >= 0.85")


def test_each_slice_is_held_against_itself() -> None:
    base = sliced({"r=eu": 0.9, "r=us": 0.8})
    found = gate(LOSS, sliced({"r=eu": 0.88, "r=us": 0.9, "r=new": 0.1}), base)
    assert (found.passed, found.slice, found.value, found.baseline) == (False, "r=eu", 0.88, 0.9)
    assert found.reason == "r=eu fell by 0.02, 0.01 allowed; 1 new"
    assert gate(LOSS, base, base).reason == "none of 2 got worse"


def test_slices_that_lost_too_much_are_named_the_worst_first() -> None:
    base = sliced(dict.fromkeys(("k=a", "k=b", "k=c", "k=d", "k=e"), 0.9))
    found = gate(LOSS, sliced({"k=a": 0.9, "k=b": 0.8, "k=c": 0.7, "k=d": 0.8, "k=e": 0.8}), base)
    assert found.reason == "k=c fell by 0.2, 0.01 allowed; so did k=b, k=d, k=e"


def test_a_percentage_is_one_of_the_slice_it_is_allowed_to() -> None:
    rule = MetricRule("maximize", max_slice_regression="10%")
    base = sliced({"r=eu": 0.9, "r=us": 0.1})
    assert gate(rule, sliced({"r=eu": 0.82, "r=us": 0.095}), base).passed
    assert gate(rule, sliced({"r=eu": 0.9, "r=us": 0.08}), base).slice == "r=us"


def test_a_loss_of_slices_needs_slices_to_compare_with() -> None:
    head = sliced({"r=eu": 0.9})
    for base, reason in (
        (None, "the base has no record to compare with"),
        (sliced({}), "the base has no slice of m to compare with"),
        (sliced({"r=eu": math.nan}), "m of r=eu of the base is not a number"),
    ):
        found = gate(LOSS, head, base)
        assert (found.passed, found.reason) == (False, reason)


def test_the_gap_is_between_the_best_slice_and_the_worst() -> None:
    found = gate(GAP, sliced({"r=eu": 0.95, "r=us": 0.8, "r=asia": 0.9}))
    assert (found.passed, found.slice, round(found.value or 0, 9)) == (False, "r=us", 0.15)
    assert found.reason == "r=eu has 0.95 and r=us 0.8, 0.15 apart with 0.1 allowed"
    assert gate(GAP, sliced({"r=eu": 0.9, "r=us": 0.8})).passed


def test_a_gap_in_percent_is_one_of_the_best_slice() -> None:
    rule = MetricRule("minimize", max_slice_gap="50%")
    assert gate(rule, sliced({"r=eu": 10, "r=us": 15})).passed
    assert not gate(rule, sliced({"r=eu": 10, "r=us": 16})).passed


def test_one_slice_has_no_gap() -> None:
    found = gate(GAP, sliced({"r=eu": 0.9}))
    assert (found.passed, found.reason) == (False, "the record has only one slice of m to judge")


@pytest.mark.parametrize(
    ("head", "passed", "reason"),
    [
        (sliced({"r=eu": 0.9}), True, "0.9 is >= 0.9"),
        (sliced({"r=eu": 0.89}), False, "0.89 is not >= 0.9"),
        (sliced({"r=us": 1}), False, "the record has no m of r=eu"),
        (sliced({"r=eu": math.nan}), False, "m of r=eu is not a number"),
        (sliced({"r=eu": 0.95}, {"r=eu": 7}), False, "r=eu has 7 rows, too few to judge: at least 30 are asked for"),
    ],
)
def test_a_slice_can_have_a_threshold_of_its_own(head: Side, passed: bool, reason: str) -> None:  # noqa: FBT001
    found = gate(MetricRule("maximize", slice_thresholds={"r=eu": ">=0.9"}), head, least=30)
    assert (found.passed, found.reason, found.slice, found.rule) == (passed, reason, "r=eu", "m of r=eu >= 0.9")


@given(PARTS)
def test_every_slice_keeps_what_the_worst_keeps(values: dict[str, float]) -> None:
    found = gate(WORST, sliced(values))
    assert found.passed == all(value >= 0.85 for value in values.values())
    assert found.value == min(values.values())


@given(PARTS, PARTS)
def test_no_slice_lost_more_where_the_gate_holds(head: dict[str, float], base: dict[str, float]) -> None:
    found = gate(LOSS, sliced(head), sliced(base))
    kept = head.keys() >= base.keys() and all(base[part] - head[part] < 0.015 for part in base)
    assert found.passed == kept
    assert bool(found.reason)
