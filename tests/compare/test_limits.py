from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchlab.compare.limits import age_limit, allowance, exceeds, figure, loss, moved, parse_bound, unusable

if TYPE_CHECKING:
    from branchlab.project import Goal

FINITE = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("text", "value", "holds"),
    [
        (">= 0.90", 0.9, True),
        (">=0.90", 0.8999, False),
        ("<= 0.3", 0.1 + 0.2, True),
        ("< 0.3", 0.1 + 0.2, False),
        ("> 0.3", 0.1 + 0.2, False),
        ("> 0.3", 0.31, True),
        ("< -1e2", -101, True),
        (">= 0", -1e-300, False),
    ],
)
def test_a_bound_holds_but_for_rounding(text: str, value: float, holds: bool) -> None:  # noqa: FBT001 - a table
    assert parse_bound(text).holds(value) is holds


def test_a_bound_is_written_with_one_space() -> None:
    assert [str(parse_bound(text)) for text in (">=0.90", "< 1", ">-.5")] == [">= 0.90", "< 1", "> -.5"]


def test_a_percentage_is_one_of_the_size_of_a_value() -> None:
    assert allowance("1%", -200) == allowance("1 %", 200) == 2
    assert allowance("0.01", -200) == 0.01
    assert allowance("5%", 0) == allowance("", 3) == 0


@pytest.mark.parametrize(("goal", "before", "after"), [("maximize", 0.9, 0.8), ("minimize", 0.8, 0.9)])
def test_a_loss_is_what_got_worse(goal: Goal, before: float, after: float) -> None:
    lost = loss(goal, before, after)
    assert lost == pytest.approx(0.1)
    assert moved(goal, lost) == ("fell" if goal == "maximize" else "rose")
    assert moved(goal, -lost) == ("rose" if goal == "maximize" else "fell")


@pytest.mark.parametrize(
    ("before", "after", "allowed", "too_large"),
    [(1.0, 0.99, 0.01, False), (1e6, 1e6 - 0.001, 0.001, False), (1.0, 0.9899, 0.01, True), (0.3, 0.1 + 0.2, 0, False)],
)
def test_rounding_is_no_loss(before: float, after: float, allowed: float, too_large: bool) -> None:  # noqa: FBT001
    assert exceeds(before - after, allowed, before, after) is too_large


@given(FINITE, FINITE)
def test_a_figure_shows_on_which_side_of_a_limit_it_lies(value: float, limit: float) -> None:
    shown = float(figure(value, limit))
    if math.isclose(value, limit, rel_tol=1e-9):
        assert math.isclose(shown, limit, rel_tol=1e-9)
    else:
        assert (shown > limit, shown < limit) == (value > limit, value < limit)


def test_a_figure_has_no_more_digits_than_that_takes() -> None:
    assert [figure(0.899996, 0.9), figure(0.12, 0.9), figure(0.123456)] == ["0.899996", "0.12", "0.1235"]


def test_infinity_and_what_is_no_number_cannot_be_judged() -> None:
    assert [unusable(value, "x") for value in (None, math.nan, math.inf, -math.inf, 0)] == [
        "x is missing",
        "x is not a number",
        "x is infinite",
        "x is infinite",
        "",
    ]


def test_an_age_has_a_number_and_a_unit() -> None:
    assert [age_limit(text) for text in ("12h", "30 d", "2w")] == [
        (12, "hour", 3600),
        (30, "day", 86400),
        (2, "week", 604800),
    ]
