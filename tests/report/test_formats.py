from __future__ import annotations

import csv
import io
import json
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchlab.report.formats import escape_markdown, to_csv, to_json, to_markdown
from branchlab.report.table import Cell, Column, Table

SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20))


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd", "-cmd", "@SUM(A1)", "\t=1", " =1", "\r=1", "\uff1d1", "=HYPERLINK(1)"]
)
def test_a_csv_cell_that_starts_like_a_formula_is_text(text: str) -> None:
    cell = next(csv.reader(io.StringIO(to_csv((text,), []))))[0]
    assert cell.startswith("'")


@pytest.mark.parametrize("text", ["-1", "+1.5", "-1e-5", "-.5", "-inf"])
def test_a_csv_cell_that_is_a_number_stays_one(text: str) -> None:
    assert to_csv((text,), []) == f"{text}\n"


@given(st.lists(st.lists(SCALARS, min_size=2, max_size=2), max_size=4))
def test_csv_reads_back_with_as_many_cells_and_no_formula(rows: list[list[str | float | None]]) -> None:
    read = list(csv.reader(io.StringIO(to_csv(("a", "b"), rows))))
    assert [len(row) for row in read] == [2] * (len(rows) + 1)
    for cell in (cell for row in read for cell in row):
        assert not cell.lstrip().startswith(("=", "+", "-", "@")) or not math.isnan(float(cell))


@given(st.floats() | st.integers())
def test_csv_numbers_round_trip(value: float) -> None:
    read = float(to_csv(("a",), [[value]]).splitlines()[1])
    assert read == float(value) or math.isnan(read)


def test_csv_leaves_a_missing_value_empty_and_writes_truth_as_a_word() -> None:
    assert to_csv(("a", "b"), [[None, True]]) == "a,b\n,true\n"


@given(st.text(max_size=30))
def test_escaped_markdown_stays_in_its_cell_and_opens_no_markup(text: str) -> None:
    escaped = escape_markdown(text)
    plain = re.sub(r"\\.|<!-- -->|&amp;", "", escaped)
    assert not re.search(r"[|`*_\[\]<>~#$\n\r]", plain)
    assert "\n" not in escaped


@pytest.mark.parametrize("text", ["@everyone", "https://evil.example", "www.evil.example", "#12", "<img src=x>"])
def test_markdown_makes_no_mention_link_or_html(text: str) -> None:
    escaped = escape_markdown(text)
    assert text not in escaped
    assert not re.search(r"@\w|://\w|www\.\w|(?<!\\)<(?!!-- -->)", escaped)


def test_a_markdown_table_has_a_heading_row_and_bold_bests() -> None:
    rows = [[Cell("metrics")], [Cell("a|b"), Cell("0.9 ★", "best")], [Cell("c"), Cell("", "best")]]
    table = Table([Column("name"), Column("value", "decimal")], rows)
    assert to_markdown(table).splitlines() == [
        "| name | value |",
        "| :--- | ---: |",
        "| **metrics** |  |",
        "| a\\|b | **0.9 ★** |",
        "| c |  |",
    ]


def test_json_writes_what_it_has_no_number_for_as_words() -> None:
    text = to_json({"a": [math.nan, math.inf], "b": (-math.inf, 1.5), "é": "\x1b"})
    assert json.loads(text) == {"a": ["NaN", "Infinity"], "b": ["-Infinity", 1.5], "é": "\x1b"}
    assert text.isascii()
    assert "\x1b" not in text
