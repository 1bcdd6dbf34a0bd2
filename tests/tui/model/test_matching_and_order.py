"""The terminal UI finds and orders what the command line finds and orders."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from branchlab.catalog.query import parse_query, select
from branchlab.catalog.sorting import sort_experiments
from branchlab.experiment import Experiment
from branchlab_tui.model.matching import matching
from branchlab_tui.model.ordering import in_order
from branchlab_tui.model.sheet import Sheet
from random_experiments import QUERIES, SETTINGS, SEVERAL, SORTS


@given(SEVERAL, QUERIES)
def test_a_query_stands_for_the_same_as_in_the_command_line(ones: list[Experiment], text: str) -> None:
    query = parse_query(text, SETTINGS, "Ada")
    sheet = Sheet(ones, SETTINGS)
    found = [id(ones[row]) for row in matching(sheet, query, range(len(ones)))]
    assert found == [id(one) for one in select(query, ones)]


@given(SEVERAL, SORTS)
def test_several_columns_order_as_in_the_command_line(
    ones: list[Experiment], sort: tuple[tuple[str, bool], ...]
) -> None:
    expected = ones
    for key, turned in reversed(sort):
        expected = sort_experiments(expected, key, settings=SETTINGS, reverse=turned)
    assert [id(ones[row]) for row in in_order(Sheet(ones, SETTINGS), sort)] == [id(one) for one in expected]


@given(SEVERAL, QUERIES, st.randoms())
def test_what_is_found_keeps_the_order_it_is_given(ones: list[Experiment], text: str, random: object) -> None:
    rows = list(range(len(ones)))
    random.shuffle(rows)  # type: ignore[attr-defined]
    query = parse_query(text, SETTINGS)
    found = matching(Sheet(ones, SETTINGS), query, rows)
    assert list(found) == [row for row in rows if row in set(found)]


def test_an_age_is_ordered_as_the_moment_it_counts_from() -> None:
    ones = [
        Experiment("a", "1", "finished", "2026-01-01T00:00:00Z"),
        Experiment("b", "2", "finished", "2026-02-01T00:00:00Z"),
    ]
    assert list(in_order(Sheet(ones, SETTINGS), (("age", False),))) == [1, 0]


def test_a_curve_is_ordered_by_its_metric() -> None:
    ones = [
        Experiment("a", "1", "finished", metrics={"loss": 2.0}),
        Experiment("b", "2", "finished", metrics={"loss": 1.0}),
    ]
    assert list(in_order(Sheet(ones, SETTINGS), (("curve:loss", False),))) == [1, 0]
