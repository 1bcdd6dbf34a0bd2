"""Rows that keep the order they had."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from hypothesis import given
from hypothesis import strategies as st

from branchlab_tui.screens.experiments.held import HeldRows, keys_of, moved
from branchlab_tui.widgets.table.column import Cell

if TYPE_CHECKING:
    from collections.abc import Sequence

KEYS = st.lists(st.sampled_from("abcdefgh"), unique=True)


class Letters:
    """Rows that say where they are."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = keys

    def __len__(self) -> int:
        return len(self._keys)

    def key(self, place: int) -> str:
        return self._keys[place]

    def cell(self, place: int, column: str) -> Cell:
        return Cell(f"{column} of {self._keys[place]}")

    def kind(self, place: int) -> Literal["row", "group"]:
        return "group" if self._keys[place] == "a" else "row"


@given(now=KEYS, before=KEYS)
def test_nothing_is_lost_and_what_was_there_keeps_its_order(now: list[str], before: list[str]) -> None:
    held = keys_of(HeldRows(Letters(now), before))
    assert sorted(held) == sorted(now)
    assert [key for key in held if key in before] == [key for key in before if key in now]


@given(now=KEYS, before=KEYS)
def test_each_place_shows_the_row_of_its_key(now: list[str], before: list[str]) -> None:
    held = HeldRows(Letters(now), before)
    for place in range(len(held)):
        assert held.cell(place, "x").text == f"x of {held.key(place)}"
        assert held.kind(place) == ("group" if held.key(place) == "a" else "row")
        assert held.place(held.key(place)) == place


def test_a_new_row_stands_behind_the_one_it_follows_now() -> None:
    assert keys_of(HeldRows(Letters("nbxac"), "abc")) == ["n", "a", "b", "x", "c"]


@given(now=KEYS)
def test_other_texts_of_the_same_rows_keep_the_order(now: list[str]) -> None:
    held = HeldRows(Letters(now), now[::-1])
    assert keys_of(held.with_rows(Letters(now))) == keys_of(held) == now[::-1]


def test_rows_that_came_or_went_did_not_move() -> None:
    assert not moved("abcd", "xacd")
    assert moved("abc", "acb")
