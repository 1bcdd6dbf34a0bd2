"""The line of facts, the line under a query, and the first page: what they say, and that it fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchlab.report.width import display_width
from branchlab.tuples import NamedTuple
from branchlab_tui.widgets.query_bar.hint import Problem, both_line, completion_line, example_line, problem_line
from branchlab_tui.widgets.status_line.layout import Fact, fit, lay_out

if TYPE_CHECKING:
    from branchlab_tui.drawing.piece import Line

WIDTHS = st.integers(40, 200)
TEXTS = st.text(st.sampled_from("ab ·界\x1b"), max_size=40)


class Name(NamedTuple):
    """A completion."""

    text: str
    start: int = 0
    end: int = 0
    what: str = "metric"


def cells(line: Line) -> int:
    return sum(display_width(text) for text, _ in line)


FACTS = st.lists(st.builds(Fact, st.text(st.sampled_from("abc界"), min_size=1, max_size=20), rank=st.integers(0, 5)))


@given(left=st.text(st.sampled_from("abc界"), max_size=40), facts=FACTS, width=st.integers(60, 200))
def test_facts_of_the_highest_rank_give_way_first(left: str, facts: list[Fact], width: int) -> None:
    kept = fit(facts, width)
    gone = [fact for fact in facts if fact not in kept]
    assert all(fact.rank for fact in gone)
    assert all(fact.rank >= other.rank for fact in gone for other in kept if other.rank)
    line = lay_out(Fact(left), [fact for fact in facts if fact.rank], width)
    assert cells(line) == width


@given(words=TEXTS, hint=TEXTS, column=st.integers(0, 300), width=WIDTHS)
def test_a_problem_stays_on_its_line_and_points_at_its_place(words: str, hint: str, column: int, width: int) -> None:
    line = problem_line(Problem(0, words, hint), column, width)
    text = "".join(piece.text for piece in line)
    assert cells(line) <= width + 1
    assert "\x1b" not in text
    assert text.index("^") == len(text[: text.index("^")])
    assert display_width(text[: text.index("^")]) == min(column, width - 1)


@given(st.lists(st.builds(Name, TEXTS, what=TEXTS), max_size=20), st.integers(0, 19), TEXTS, WIDTHS)
def test_names_to_go_on_with_stay_on_their_line(names: list[Name], chosen: int, words: str, width: int) -> None:
    chosen = min(chosen, max(len(names) - 1, 0))
    assert cells(completion_line(names, chosen, width)) <= width
    assert cells(both_line(Problem(0, words), names, chosen, width)) <= width + 1
    assert cells(example_line(width)) <= width


@pytest.mark.parametrize("chosen", [0, 7, 19])
def test_the_chosen_name_is_in_sight(chosen: int) -> None:
    names = [Name(f"name{number}") for number in range(20)]
    line = completion_line(names, chosen, 60)
    assert (f" name{chosen} ", "chosen") in line
