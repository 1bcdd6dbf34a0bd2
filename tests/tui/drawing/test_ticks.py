"""Scales and ticks over every range of floats."""

from __future__ import annotations

import math
import sys
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from branchlab_tui.drawing.scale import fit
from branchlab_tui.drawing.ticks import ticks, time_label

FINITE = st.floats(allow_nan=False, allow_infinity=False)
POSITIVE = st.floats(min_value=5e-324, max_value=sys.float_info.max)
KINDS = st.sampled_from(["number", "whole", "time"])


@given(FINITE, FINITE, st.integers(1, 40), KINDS)
@example(0.0, 1.7280000000017285e308, 1, "time")
def test_ticks_stand_in_ascending_order_within_the_scale(a: float, b: float, count: int, kind: str) -> None:
    scale = fit(a, b)
    found = ticks(scale, count, kind)  # type: ignore[arg-type]
    slack = (scale.high / 2 - scale.low / 2) * 1e-6
    assert all(scale.low - slack <= tick.value <= scale.high + slack for tick in found)
    assert all(one.value < other.value for one, other in pairwise(found))


@given(FINITE, FINITE, st.integers(2, 40))
@example(200001.0, 400000000200402.0, 2)
@example(0.5, 4.6, 2)
def test_a_linear_axis_has_a_tick_and_not_many_more_than_wanted(a: float, b: float, count: int) -> None:
    assert 1 <= len(ticks(fit(a, b), count)) <= count + 1


@given(FINITE, FINITE, st.integers(2, 12))
def test_labels_of_neighbours_differ(a: float, b: float, count: int) -> None:
    labels = [tick.label for tick in ticks(fit(a, b), count)]
    assert len(set(labels)) == len(labels)


@given(POSITIVE, POSITIVE, st.integers(1, 40))
def test_decades_stand_within_a_logarithmic_scale(a: float, b: float, count: int) -> None:
    scale = fit(a, b, log=True)
    found = ticks(scale, count)
    assert all(scale.low * 0.999 <= tick.value <= scale.high * 1.001 for tick in found)
    assert len(found) <= 3 * count + 6


@given(FINITE, FINITE, st.floats(0, 1))
def test_a_place_on_a_linear_scale_leads_back_to_itself(a: float, b: float, place: float) -> None:
    scale = fit(a, b)
    assert scale.fraction(scale.value(place)) == pytest.approx(place, abs=1e-5)


@given(POSITIVE, POSITIVE, st.floats(0, 1))
def test_a_place_on_a_logarithmic_scale_leads_back_to_itself(a: float, b: float, place: float) -> None:
    scale = fit(a, b, log=True)
    if scale.low > 1e-300:  # below, floats have too few digits
        assert scale.fraction(scale.value(place)) == pytest.approx(place, abs=1e-5)


@given(FINITE, FINITE, st.integers(1, 400), st.booleans())
def test_edges_ascend_from_end_to_end(a: float, b: float, count: int, log: bool) -> None:  # noqa: FBT001
    edges = fit(a, b, log=log).edges(count)
    assert len(edges) == count + 1
    assert all(one <= other for one, other in pairwise(edges))


@pytest.mark.parametrize(
    ("low", "high", "count", "kind", "log", "labels"),
    [
        (0, 1, 5, "number", False, "0.0 0.2 0.4 0.6 0.8 1.0"),
        (0, 10_000, 5, "whole", False, "0 2k 4k 6k 8k 10k"),
        (0, 3, 8, "whole", False, "0 1 2 3"),
        (1e6, 1e6 + 3, 4, "number", False, "1000000 1000001 1000002 1000003"),
        (-1e308, 1e308, 4, "number", False, "-1.0e308 -5.0e307 0 5.0e307 1.0e308"),
        (1e-300, 3e-300, 2, "number", False, "1e-300 2e-300 3e-300"),
        (0, 7260, 8, "time", False, "0 30m 1h 1h30 2h"),
        (0, 90, 3, "time", False, "0 30s 1m 1m30"),
        (0, 2, 2, "time", False, "0s 1s 2s"),
        (0, 500_000, 6, "time", False, "0 1d 2d 3d 4d 5d"),
        (1e-4, 10, 6, "number", True, "1e-4 0.001 0.01 0.1 1 10"),
        (0.18, 1, 5, "number", True, "0.2 0.5 1"),
        (1, 1e6, 3, "number", True, "1 1000 1e6"),
    ],
)
def test_ticks_are_what_a_reader_expects(
    low: float,
    high: float,
    count: int,
    kind: str,
    log: bool,  # noqa: FBT001 - pytest hands it in
    labels: str,
) -> None:
    assert " ".join(tick.label for tick in ticks(fit(low, high, log=log), count, kind)) == labels  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("seconds", "label"),
    [(0, "0"), (45, "45s"), (90, "1m30"), (3600, "1h"), (3900, "1h05"), (129_600, "1d12h"), (-60, "-1m")],
)
def test_times_are_short(seconds: float, label: str) -> None:
    assert time_label(seconds) == label


@given(FINITE)
def test_a_constant_stands_in_the_middle(value: float) -> None:
    scale = fit(value, value)
    assert scale.low < scale.high
    assert 0 <= scale.fraction(value) <= 1
    assert math.isfinite(scale.low + 0 * scale.high)
