"""A range that was brushed on an axis becomes the query for the experiments within it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchlab.catalog.query import matches, parse_query
from branchlab.experiment import Experiment
from branchlab_tui.drawing.brush import Brush, ends, measure
from branchlab_tui.screens.compare.range_query import range_query
from branchlab_tui.screens.compare.variables import Variable, axes_of

numbers = st.one_of(st.integers(-(10**6), 10**6), st.floats(allow_nan=False, allow_infinity=False))
# A query takes `FALSE` for the value false as well, so a text of this word is found with it.
texts = st.text(st.characters(blacklist_categories=["Cs", "Cc", "Cf"]), min_size=1, max_size=8)
words = st.one_of(st.booleans(), texts.filter(lambda text: text.lower() not in ("true", "false")))
names = st.text(alphabet="abc .-|:\"'=<", min_size=1, max_size=6)


@given(names, st.one_of(st.lists(numbers, min_size=1, max_size=8), st.lists(words, min_size=1, max_size=8)), st.data())
def test_the_query_finds_what_lies_in_the_range_and_nothing_else(
    name: str, values: list[Any], data: st.DataObject
) -> None:
    variable = Variable(f"params.{name}", name, tuple(values))
    (axis,) = axes_of([variable])
    ruler = measure(axis)
    low = data.draw(st.integers(0, len(ruler.stops) - 1))
    high = data.draw(st.integers(low, len(ruler.stops) - 1))
    bottom, top = ends(Brush(low, high), ruler)
    query = parse_query(range_query(variable, axis, bottom, top))
    for value, shown in zip(values, axis.values, strict=True):
        crossing = ruler.words.index(shown) if ruler.words else value
        inside = bottom <= crossing <= top
        assert matches(query, Experiment("x", "1" * 40, "finished", params={name: value})) == inside


@pytest.mark.parametrize(
    ("values", "low", "high", "query"),
    [
        ((0.1, 0.01, 3.0), 0.01, 0.1, "params.lr>=0.01 params.lr<=0.1"),
        ((1, 2, 3), 2.0, 2.0, "params.lr=2"),
        (("adam", "sgd", "a b"), 1.0, 2.0, 'params.lr=sgd | params.lr="a b"'),
        ((True, False), 0.0, 0.0, "params.lr=true"),
    ],
)
def test_queries_read_as_a_person_would_write_them(
    values: tuple[float | str, ...], low: float, high: float, query: str
) -> None:
    variable = Variable("params.lr", "lr", values)
    (axis,) = axes_of([variable])
    assert range_query(variable, axis, low, high) == query
