from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from branchlab.compare.paired import deviation, mean_of, overlap, sureness, weigh

if TYPE_CHECKING:
    from branchlab.compare.verdict import Evidence

# Hours of sleep that two drugs added for ten patients: Student (1908), from Cushny and Peebles (1905).
SLEEP_A = (0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0)
SLEEP_B = (1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4)
WIDE = st.floats(-1e6, 1e6).map(lambda value: round(value, 3))
PAIRS = st.lists(st.tuples(WIDE, WIDE), min_size=2, max_size=12)


def seeds(a: tuple[float, ...], b: tuple[float, ...], allowed: float = 0.0, confidence: float = 0.95) -> Evidence:
    return weigh(a, b, goal="maximize", allowed=allowed, unit="seed", confidence=confidence)


def folds(a: tuple[float, ...], b: tuple[float, ...]) -> Evidence:
    return weigh(a, b, goal="maximize", allowed=0.0, unit="fold", confidence=0.95)


def test_the_sleep_of_students_patients_is_weighed_as_in_the_textbooks() -> None:
    found = seeds(SLEEP_A, SLEEP_B)
    assert found.difference == pytest.approx(-1.58)
    assert found.sd == pytest.approx(1.2300, abs=1e-4)
    assert found.p == pytest.approx(0.00283289 / 2, abs=1e-8)  # t = -4.0621, 9 degrees of freedom
    assert (found.low, found.high) == pytest.approx((-2.4598858, -0.7001142), abs=1e-6)
    assert (found.n, found.test, found.unit) == (10, "paired t", "seed")


@given(PAIRS)
def test_p_and_interval_are_those_of_scipy(pairs: list[tuple[float, float]]) -> None:
    import scipy.stats  # takes a second, which each process would pay that collects the tests

    a, b = map(tuple, zip(*pairs, strict=True))
    found = seeds(a, b, confidence=0.9)
    if found.p is not None:
        expected = scipy.stats.ttest_rel(a, b, alternative="less")
        both_sides = scipy.stats.ttest_rel(a, b).confidence_interval(0.9)
        assert found.p == pytest.approx(expected.pvalue, rel=1e-4, abs=1e-9)
        assert (found.low, found.high) == pytest.approx(tuple(both_sides), rel=1e-4, abs=1e-4)


def test_folds_have_the_variance_of_nadeau_and_bengio() -> None:
    import scipy.stats

    found = folds(SLEEP_A, SLEEP_B)
    t = -1.58 / (deviation([x - y for x, y in zip(SLEEP_A, SLEEP_B, strict=True)]) * math.sqrt(1 / 10 + 1 / 9))
    assert found.p == pytest.approx(scipy.stats.t.cdf(t, 9))
    assert found.test == "corrected paired t"


def test_many_folds_are_taken_for_repeats_of_five() -> None:
    assert overlap(10) == pytest.approx(1 / 9)
    assert overlap(5) == overlap(25) == overlap(50) == 0.25


@given(PAIRS, st.floats(0, 1e5), st.integers(-(10**6), 10**6))
def test_a_shift_of_both_sides_changes_nothing(pairs: list[tuple[float, float]], allowed: float, shift: int) -> None:
    a, b = map(tuple, zip(*pairs, strict=True))
    there = seeds(tuple(x + shift for x in a), tuple(x + shift for x in b), allowed)
    here = seeds(a, b, allowed)
    assert there.difference == pytest.approx(here.difference, rel=1e-6, abs=1e-6)
    if here.p is not None and there.p is not None and here.sd > 1e-3:
        assert there.p == pytest.approx(here.p, rel=1e-3, abs=1e-6)


@given(PAIRS)
def test_swapped_sides_are_mirrored(pairs: list[tuple[float, float]]) -> None:
    a, b = map(tuple, zip(*pairs, strict=True))
    here, there = seeds(a, b), seeds(b, a)
    assert there.difference == -here.difference
    assert (there.low, there.high) == pytest.approx((-here.high, -here.low))
    if here.p is not None and there.p is not None:
        assert here.p + there.p == pytest.approx(1)


@given(PAIRS)
def test_a_goal_is_only_a_direction(pairs: list[tuple[float, float]]) -> None:
    a, b = map(tuple, zip(*pairs, strict=True))
    turned = weigh([-x for x in a], [-x for x in b], goal="minimize", allowed=0.5, unit="seed", confidence=0.95)
    assert turned.p == seeds(a, b, 0.5).p


def test_what_is_allowed_is_no_loss() -> None:
    assert seeds(SLEEP_A, SLEEP_B, allowed=1.58).p == pytest.approx(0.5)
    assert (seeds(SLEEP_A, SLEEP_B, allowed=5).p or 0) > 0.999


@pytest.mark.parametrize(("a", "b"), [((0.9, 0.8, 0.7), (0.91, 0.81, 0.71)), ((1, 1), (1, 1)), ((0, 0), (0, 0))])
def test_the_same_difference_in_all_pairs_has_no_spread_and_no_p(a: tuple[float, ...], b: tuple[float, ...]) -> None:
    found = seeds(a, b)
    assert (found.p, found.sd, found.low) == (None, 0.0, found.high)


@given(st.lists(st.tuples(st.floats(allow_nan=False, allow_infinity=False), st.floats(-1, 1)), min_size=2, max_size=6))
def test_values_at_the_end_of_all_numbers_are_weighed_too(pairs: list[tuple[float, float]]) -> None:
    a, b = map(tuple, zip(*pairs, strict=True))
    found = seeds(a, b)
    assert found.p is None or 0 <= found.p <= 1
    assert found.n == len(pairs)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=9))
@example([sys.float_info.max] * 3)
def test_a_mean_lies_between_the_values(values: list[float]) -> None:
    assert min(values) <= mean_of(values) <= max(values)


def test_the_mean_of_equal_values_is_that_value_and_one_value_does_not_deviate() -> None:
    assert mean_of([0.7013500472114582] * 3) == 0.7013500472114582
    assert deviation([3.0]) == 0.0
    assert deviation(SLEEP_A) == pytest.approx(1.789010, abs=1e-6)


@pytest.mark.parametrize(("p", "words"), [(0.5, "50%"), (0.05006, "94.9%"), (0.0001, "more than 99.9%"), (1.0, "0%")])
def test_sureness_is_never_rounded_up(p: float, words: str) -> None:
    assert sureness(p) == words
