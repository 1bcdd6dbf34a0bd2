"""What is said when a query finds nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchlab.catalog.query import parse_query, select
from branchlab_tui.screens.experiments.no_match import find_nearest, written
from sample_records import SETTINGS, experiments


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("accuracy>.99", "nearest accuracy is 0.964, exp/data/more-rows"),
        ("size<10 status:finished", "nearest size is 2346, exp/data/more-rows"),
        ("wider accuracy>.99", "nearest accuracy is 0.9312, exp/model/wider"),
        ("f1>0", "none has f1"),
        ("wider status:stopped", "1 without status:stopped"),
    ],
)
def test_the_nearest_is_named(query: str, words: str) -> None:
    assert find_nearest(parse_query(query, SETTINGS), experiments()).words == words


def test_two_terms_that_both_find_nothing_leave_nothing_to_say() -> None:
    assert find_nearest(parse_query("nowhere status:stopped", SETTINGS), experiments()) == ("", "")


@pytest.mark.parametrize("query", ["accuracy>.99", "size<10 -status:failed", "wider status:stopped", "lr>5 | lr>7"])
def test_the_query_that_is_offered_finds_something(query: str) -> None:
    offered = find_nearest(parse_query(query, SETTINGS), experiments()).query
    assert select(parse_query(offered, SETTINGS), experiments())


WORDS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=8)


@given(words=st.lists(WORDS, min_size=1, max_size=3), negated=st.booleans())
def test_terms_are_written_as_they_are_read(words: list[str], *, negated: bool) -> None:
    escaped = [word.replace("\\", "\\\\").replace('"', '\\"') for word in words]
    quoted = " ".join(f'{"-" * negated}"{word}"' for word in escaped)
    terms = parse_query(quoted).alternatives[0]
    again = parse_query(" ".join(map(written, terms))).alternatives[0]
    assert again == terms
