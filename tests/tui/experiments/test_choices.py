"""Lists to choose from, and the choice of columns, without a screen."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from branchlab.report.width import display_width
from branchlab_tui.widgets.column_chooser.chosen import Known, begin
from branchlab_tui.widgets.picker.choice import Choice, choice_line, search

CHOICES = [Choice("a", "accuracy ↑"), Choice("b", "hidden_layer_sizes"), Choice("c", "loss"), Choice("d", "lr")]
KEYS = tuple("abcdef")
ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("toggle"), st.sampled_from(KEYS)),
        st.tuples(st.just("pin"), st.sampled_from(KEYS)),
        st.tuples(st.just("move"), st.sampled_from(KEYS), st.integers(-2, 2)),
    ),
    max_size=12,
)


def test_what_holds_the_text_comes_before_what_holds_its_letters() -> None:
    assert [one.key for one in search(CHOICES, "l")] == ["b", "c", "d"]
    assert [one.key for one in search(CHOICES, "LAY")] == ["b"]
    assert [one.key for one in search([Choice("x", "l-r"), Choice("d", "lr")], "lr")] == ["d", "x"]
    assert search(CHOICES, "xyz") == []
    assert search(CHOICES, " ") == CHOICES


@given(
    choice=st.builds(
        Choice, st.just("k"), st.text(max_size=30), st.text(max_size=30), st.sampled_from(["", "[x]", "+"])
    ),
    width=st.integers(20, 80),
    cursor=st.booleans(),
)
def test_a_choice_fills_its_line(choice: Choice, width: int, *, cursor: bool) -> None:
    line = choice_line(choice, width, cursor=cursor)
    assert sum(display_width(piece.text) for piece in line) == width
    assert line[0].text.startswith("▸") is cursor


def test_columns_that_are_shown_stand_first_in_their_order() -> None:
    chosen = begin([Known(key, key) for key in KEYS], ["c", "a"], ["a"])
    assert [known.key for known in chosen.order] == ["c", "a", "b", "d", "e", "f"]
    assert chosen.columns == ("c", "a")


@given(ACTIONS)
def test_no_column_is_lost_and_what_is_pinned_is_shown(actions: list[tuple[str, ...]]) -> None:
    chosen = begin([Known(key, key) for key in KEYS], ["a", "b"], ["b"])
    for name, *arguments in actions:
        chosen = getattr(chosen, name)(*arguments)
        assert sorted(known.key for known in chosen.order) == sorted(KEYS)
        assert chosen.pinned <= chosen.shown
        assert len(chosen.choices()) == len(KEYS)


def test_a_moved_column_takes_the_place_of_its_neighbour() -> None:
    chosen = begin([Known(key, key) for key in "abc"], "abc", ())
    assert chosen.move("a", 1).columns == ("b", "a", "c")
    assert chosen.move("a", -1) == chosen
