from __future__ import annotations

import json
import math
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchlab.text import (
    did_you_mean,
    flatten,
    format_age,
    format_bytes,
    format_duration,
    format_number,
    safe_text,
    some_of,
    sparkline,
)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("exp/model/wider", "exp/model/wider"),
        ("größer → 数据 é é", "größer → 数据 é é"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\x9bb", "a\\x9bb"),
        ("a\u202eb\u2066", "a\\u202eb\\u2066"),
        ("a\u200bb\ufeff", "a\\u200bb\\ufeff"),
        ("a\U000e0041", "a\\U000e0041"),
        ("bad \udcff byte \ud800", "bad \\xff byte \\ud800"),
        ("a\tb\r\nc\x7f", "a\\tb\\r\\nc\\x7f"),
        ("no\xa0break", "no\xa0break"),
    ],
)
def test_unsafe_characters_become_visible(raw: str, shown: str) -> None:
    assert safe_text(raw) == shown


@pytest.mark.parametrize(
    ("texts", "shown"),
    [
        ([], ""),
        (["a", "b", "c"], "a, b, c"),
        (["a", "b", "c", "d", "e"], "a, b, c and 2 more"),
        (["\x1b[2J", "b"], "\\x1b[2J, b"),
    ],
)
def test_of_many_names_the_first_are_said_and_the_rest_are_counted(texts: list[str], shown: str) -> None:
    assert some_of(texts) == shown


def test_line_feeds_and_tabs_stay_only_when_asked_for() -> None:
    assert safe_text("a\n\tb\r\x1b", multiline=True) == "a\n\tb\\r\\x1b"


@given(st.text())
def test_safe_text_is_encodable_stable_and_without_controls(raw: str) -> None:
    shown = safe_text(raw)
    shown.encode()
    assert safe_text(shown) == shown
    assert not any(ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0 for character in shown)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.93, "0.93"),
        (0.123456, "0.1235"),
        (-12.3456, "-12.35"),
        (999.96, "1000"),
        (12345.678, "12346"),
        (1200.0, "1200"),
        (7, "7"),
        (12_345, "12345"),
        (0, "0"),
        (0.0, "0"),
        (-0.0, "0"),
        (0.0001, "0.0001"),
        (0.00001, "1e-5"),
        (-1.23456e-9, "-1.235e-9"),
        (2.5e20, "2.5e20"),
        (10**20, "1e20"),
        (math.nan, "nan"),
        (math.inf, "inf"),
        (-math.inf, "-inf"),
        (10**400, "inf"),
        (-(10**400), "-inf"),
        (True, "true"),
        (False, "false"),
    ],
)
def test_numbers_show_four_significant_digits(value: float, shown: str) -> None:
    assert format_number(value) == shown


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e300, max_value=1e300))
def test_a_shown_number_is_close_to_the_number(value: float) -> None:
    assert math.isclose(float(format_number(value)), value, rel_tol=5.1e-4, abs_tol=1e-307)


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1 kB"),
        (1_234_567, "1.2 MB"),
        (10_000_000, "10 MB"),
        (123_400_000, "123 MB"),
        (999_960, "1 MB"),
        (-2_500, "-2.5 kB"),
        (50_000_000_000, "50 GB"),
        (5e21, "5000 EB"),
    ],
)
def test_sizes_have_decimal_units(size: float, shown: str) -> None:
    assert format_bytes(size) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0s"),
        (0.0001, "0.1ms"),
        (0.412, "412ms"),
        (0.9999, "1s"),
        (4.13, "4.1s"),
        (9.96, "10s"),
        (41.2, "41s"),
        (59.7, "1m"),
        (72, "1m 12s"),
        (3600, "1h"),
        (7505, "2h 5m"),
        (86_400 * 3 + 4 * 3600 + 59, "3d 4h"),
        (-72, "-1m 12s"),
        (math.inf, "inf"),
        (math.nan, "nan"),
    ],
)
def test_durations_show_their_two_largest_units(seconds: float, shown: str) -> None:
    assert format_duration(seconds) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (-5, "now"),
        (0.2, "now"),
        (5.9, "5s"),
        (61, "1m"),
        (7300, "2h"),
        (2 * 86_400, "2d"),
        (13 * 86_400, "13d"),
        (20 * 86_400, "2w"),
        (70 * 86_400, "2mo"),
        (800 * 86_400, "2y"),
        (math.nan, "now"),
    ],
)
def test_ages_show_one_unit(seconds: float, shown: str) -> None:
    assert format_age(seconds) == shown


def test_a_sparkline_rises_with_its_values() -> None:
    assert sparkline([0, 1, 2, 3, 4, 5, 6, 7]) == "▁▂▃▄▅▆▇█"
    assert sparkline([0, 1, 2, 3, 4, 5, 6, 7], ascii_only=True) == "_.-=+*%#"


def test_a_long_curve_is_averaged_into_buckets() -> None:
    assert sparkline([0, 0, 7, 7], width=2) == "▁█"
    assert sparkline([math.nan, None, 1, 3, 5, 7], width=3) == " ▁█"


def test_gaps_infinities_and_flat_curves_have_a_place() -> None:
    assert sparkline([1, math.nan, None, 2]) == "▁  █"
    assert sparkline([-math.inf, 0, 1, math.inf]) == "▁▁██"
    assert sparkline([5, 5]) == "▄▄"
    assert sparkline([math.inf, 10**400]) == "██"
    assert sparkline([]) == ""


@given(st.lists(st.none() | st.floats(), max_size=50), st.integers(1, 20))
def test_a_sparkline_is_never_wider_than_asked(values: list[float | None], width: int) -> None:
    assert len(sparkline(values, width)) == min(len(values), width)


def test_nested_tables_flatten_to_dotted_names() -> None:
    nested = {"lr": 0.1, "model": {"depth": 3, "on": True, "name": "ü"}, "none": None, "empty": {}}
    assert flatten(nested) == {
        "lr": 0.1,
        "model.depth": 3,
        "model.on": True,
        "model.name": "ü",
        "none": None,
    }


def test_lists_become_json_and_dates_become_text() -> None:
    nested = {"layers": [64, 32, {"d": date(2026, 1, 2)}], "day": date(2026, 1, 2), "pair": ("ä", 1)}
    assert flatten(nested) == {
        "layers": '[64, 32, {"d": "2026-01-02"}]',
        "day": "2026-01-02",
        "pair": '["ä", 1]',
    }


_leaves = st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.integers())
_names = st.text(st.characters(categories=["Ll"]), min_size=1, max_size=4)


@given(st.dictionaries(_names, st.recursive(_leaves, lambda inner: st.dictionaries(_names, inner), max_leaves=12)))
def test_each_leaf_is_found_again_by_its_dotted_name(nested: dict[str, Any]) -> None:
    for name, value in flatten(nested).items():
        found: Any = nested
        for part in name.split("."):
            found = found[part]
        assert (json.loads(str(value)) if isinstance(found, list) else value) == found


def test_a_name_that_is_not_known_has_a_nearest_one_or_another_hint() -> None:
    assert did_you_mean("acuracy", ["loss", "accur\x1bacy", "acc"], "look") == "did you mean accur\\x1bacy?"
    assert did_you_mean("rows", {"loss"}, "look") == "look"
