"""Numbers of a column line up and keep what tells them apart."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchlab_tui.model.formats import choose_format

FLOATS = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e6, max_value=1e6)
VALUES = st.lists(FLOATS | st.integers(-1000, 1000), min_size=1, max_size=20)


@given(VALUES, st.booleans())
def test_points_stand_below_each_other(values: list[float], filled: bool) -> None:  # noqa: FBT001 - hypothesis gives it
    number = choose_format(values, filled=filled)
    shown = [number.text(value) for value in values]
    plain = [text for text in shown if "e" not in text]
    behind = {len(text) - text.index(".") for text in plain if "." in text}
    assert len(behind) <= 1
    assert all(len(text.rstrip()) <= number.width for text in shown)


@given(VALUES)
def test_what_is_shown_is_near_the_value(values: list[float]) -> None:
    number = choose_format(values, filled=True)
    for value in values:
        shown = float(number.plain(value))
        assert math.isclose(shown, value, rel_tol=0.06, abs_tol=1e-30)


@pytest.mark.parametrize(
    ("values", "filled", "shown"),
    [
        ([0.9213, 0.93, 1.0], True, ["0.9213", "0.9300", "1.000 "]),
        ([0.1, 0.03, 3e-5, 3], False, ["0.1 ", "0.03", "3e-5", "3   "]),
        ([64, 128], False, ["64", "128"]),
        ([0.0] * 9 + [0.5, 0.25], False, ["0   "] * 9 + ["0.5 ", "0.25"]),
        ([0.5] * 10 + [0.0123], False, ["0.5  "] * 10 + ["0.012"]),
        ([0.5, math.nan, -math.inf], True, ["0.5", "nan", "-inf"]),
        ([1204551.0, 7.0], True, ["1204551", "7"]),
    ],
)
def test_a_column_is_written_as_people_do(values: list[float], filled: bool, shown: list[str]) -> None:  # noqa: FBT001 - a case
    number = choose_format(values, filled=filled)
    assert [number.text(value) for value in values] == shown


def test_a_number_that_is_larger_than_the_column_gets_an_exponent() -> None:
    assert choose_format([64, 128], filled=False, least=6).text(12_345_678) == "1.2e7"


def test_integers_beyond_every_float_are_shown() -> None:
    assert choose_format([1], filled=True).text(10**400) == "inf"
