"""Thinning loses no extreme, closes no gap, and costs what is new."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_right

from hypothesis import given
from hypothesis import strategies as st

from branchlab_tui.drawing.curve import Curve
from branchlab_tui.drawing.points import Points
from branchlab_tui.drawing.scale import fit
from branchlab_tui.drawing.series import Series
from branchlab_tui.drawing.smooth import smooth
from branchlab_tui.drawing.thin import Bins, thin

VALUES = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=400)
ANY = st.lists(st.floats() | st.integers(-5, 5), max_size=80)


def points_of(values: list[float]) -> Points:
    points = Points()
    points.extend(list(range(len(values))), values)
    return points


@given(VALUES, st.integers(1, 50))
def test_every_column_keeps_its_extremes_and_its_ends(values: list[float], columns: int) -> None:
    scale = fit(0, len(values) - 1)
    edges = scale.edges(columns)
    bins = thin(points_of(values), edges)
    by_column: dict[int, list[float]] = {}
    for x, y in enumerate(values):
        by_column.setdefault(min(bisect_right(edges, x) - 1, columns - 1), []).append(y)
    assert bins.columns == sorted(by_column)
    assert bins.lows == [min(by_column[column]) for column in bins.columns]
    assert bins.highs == [max(by_column[column]) for column in bins.columns]
    assert [values[start] for start in bins.starts] == [by_column[column][0] for column in bins.columns]
    assert [values[end - 1] for end in bins.ends] == [by_column[column][-1] for column in bins.columns]


@given(VALUES, st.floats(0, 1), st.floats(0, 1), st.integers(1, 20))
def test_a_part_of_the_axis_has_its_neighbours_on_both_sides(
    values: list[float], a: float, b: float, columns: int
) -> None:
    last = len(values) - 1
    scale = fit(a * last, b * last)
    bins = thin(points_of(values), scale.edges(columns))
    inside = [x for x in range(len(values)) if scale.low <= x <= scale.high]
    covered = [x for start, end in zip(bins.starts, bins.ends, strict=True) for x in range(start, end)]
    before = [x for x in range(len(values)) if x < scale.low][-1:]
    behind = [x for x in range(len(values)) if x > scale.high][:1]
    assert covered == [*before, *inside, *behind]
    assert (bins.columns[:1] == [-1]) == bool(before)
    assert (bins.columns[-1:] == [columns]) == bool(behind)


@given(st.lists(VALUES, min_size=2, max_size=4), st.integers(1, 30), st.floats(0.1, 2))
def test_bins_of_a_growing_curve_are_those_of_the_whole_curve(
    parts: list[list[float]], columns: int, reach: float
) -> None:
    scale = fit(0, sum(map(len, parts)) * reach)
    grown = Points()
    for part in parts:
        grown.extend([len(grown) + at for at in range(len(part))], part)
        grown.thinner.bins(scale, columns)
    assert grown.thinner.bins(scale, columns) == thin(grown, scale.edges(columns))


def test_appending_looks_at_the_last_columns_only() -> None:
    points = points_of([0.0] * 5000)
    scale = fit(0, 10_000)
    before = points.thinner.bins(scale, 100)
    points.y[100] = 9.0  # nobody may: it shows that the bin is not made again
    points.extend([5000], [1.0])
    after = points.thinner.bins(scale, 100)
    assert max(after.highs) == 1.0
    assert after.columns == [*before.columns, 50] if before.columns[-1] < 50 else after.columns == before.columns


@given(VALUES, st.integers(0, 399), st.integers(0, 399))
def test_extremes_of_any_stretch_are_those_of_its_points(values: list[float], a: int, b: int) -> None:
    start, end = sorted((a % len(values), b % len(values)))
    piece = values[start : end + 1]
    assert points_of(values).extremes(start, end + 1) == (min(piece), max(piece))


@given(ANY, ANY, st.booleans(), st.booleans())
def test_points_are_drawn_hidden_or_counted_as_not_finite(
    x: list[float],
    y: list[float],
    log_x: bool,  # noqa: FBT001 - hypothesis hands them in
    log_y: bool,  # noqa: FBT001
) -> None:
    size = min(len(x), len(y))
    curve = Curve(Series("a", x[:size], y[:size]))
    lens = curve.lens(log_x=log_x, log_y=log_y)
    assert len(lens.raw) + lens.hidden + curve.not_finite == size
    assert all(map(math.isfinite, lens.raw.y))
    assert lens.raw.x == sorted(lens.raw.x)


@given(ANY, ANY, st.integers(0, 80))
def test_a_curve_that_grew_is_the_curve_of_all_its_points(x: list[float], y: list[float], first: int) -> None:
    size = min(len(x), len(y))
    whole, grown = Curve(Series("a", x[:size], y[:size])), Curve(Series("a", x[: min(first, size)], y[:first]))
    for curve in (whole, grown):
        curve.lens(log_y=True).smoothed(0.5)
    grown.update(Series("a", x[:size], y[:size]))
    for log_y in (False, True):
        one, other = whole.lens(log_y=log_y), grown.lens(log_y=log_y)
        assert (one.raw.x, one.raw.y, one.raw.gaps, one.hidden) == (
            other.raw.x,
            other.raw.y,
            other.raw.gaps,
            other.hidden,
        )
        assert one.smoothed(0.5).y == other.smoothed(0.5).y
    assert whole.not_finite == grown.not_finite


def test_a_gap_stands_before_the_point_behind_a_nan() -> None:
    curve = Curve(Series("a", [0, 1, 2, 3, 4], [1.0, math.nan, 2.0, 3.0, math.inf]))
    curve.update(Series("a", [0, 1, 2, 3, 4, 5], [1.0, math.nan, 2.0, 3.0, math.inf, 4.0]))
    assert curve.lens().raw.gaps <= {1, 3}
    assert Curve(Series("a", [0, 1, 2], [math.nan, 1.0, 2.0])).lens().raw.gaps == set()


def test_points_are_drawn_in_the_order_of_x() -> None:
    curve = Curve(Series("a", [3, 1, 2], [30.0, 10.0, 20.0]))
    assert (curve.x, curve.y) == ([1, 2, 3], [10.0, 20.0, 30.0])


def test_a_changed_value_in_the_middle_is_seen() -> None:
    curve = Curve(Series("a", [0, 1, 2], [1.0, 2.0, 3.0]))
    curve.update(Series("a", [0, 1, 2, 3], [1.0, 9.0, 3.0, 4.0]))
    assert curve.y == [1.0, 9.0, 3.0, 4.0]


def test_a_curve_with_a_nan_in_an_array_takes_only_what_was_appended() -> None:
    x, y = array("d", [0, 1, 2]), array("d", [1.0, math.nan, 2.0])
    curve = Curve(Series("a", x, y))
    taken = curve.lens()
    x.append(3)
    y.append(4.0)
    curve.update(Series("a", x, y))
    assert curve.lens() is taken
    assert taken.raw.y == [1.0, 2.0, 4.0]


def test_a_number_too_large_for_a_float_is_not_finite() -> None:
    assert Curve(Series("a", [0, 1], [10**400, 1])).not_finite == 1


def test_the_nearest_step_is_read_and_a_curve_that_ended_is_missing() -> None:
    curve = Curve(Series("a", [0, 10, 20], [1.0, 2.0, math.nan]))
    assert [curve.nearest(x) for x in (4, 6, 5, 21, -1)] == [1.0, 2.0, 1.0, None, None]
    assert math.isnan(curve.nearest(19) or 0)
    assert math.isnan(curve.nearest(21, reach=2) or 0)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50), st.floats(0, 0.99))
def test_an_average_lies_between_the_extremes_so_far(values: list[float], weight: float) -> None:
    for place, value in enumerate(smooth(values, weight), 1):
        assert min(values[:place]) - 1e-3 <= value <= max(values[:place]) + 1e-3


def test_the_first_average_is_the_first_value_and_a_constant_stays() -> None:
    assert smooth([5.0, 5.0, 5.0], 0.9) == [5.0, 5.0, 5.0] or max(abs(v - 5) for v in smooth([5.0] * 3, 0.9)) < 1e-9


def test_no_points_have_no_bins() -> None:
    assert thin(Points(), [0.0, 1.0]) == Bins([], [], [], [], [])
