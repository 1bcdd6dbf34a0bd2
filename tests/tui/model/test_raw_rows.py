"""Rows that are still text: found by key and by place without any of them being decoded."""

from __future__ import annotations

from string import printable

from hypothesis import given
from hypothesis import strategies as st

from branchlab.catalog.row import encode_experiment
from branchlab.experiment import Experiment
from branchlab_tui.model.rows import Places, RawKeys, RawRows

NAMES = st.lists(st.text(st.sampled_from(f"{printable}äß☃\U0001f40d"), min_size=1), unique=True, max_size=8)
NOTES = '","commit":"\n,\n{"name":"'


def raw(names: list[str]) -> RawRows:
    rows = [encode_experiment(Experiment(name, "0" * 40, "finished", note=NOTES)) for name in names]
    return RawRows(b"".join(row + b",\n" for row in rows))


@given(NAMES)
def test_keys_and_places_are_those_of_the_rows(names: list[str]) -> None:
    rows = raw(names)
    places = Places(rows)
    assert [places[name] for name in names] == list(range(len(names)))
    assert list(RawKeys(rows)) == list(places) == [one.name for one in rows[:]] == names


@given(NAMES)
def test_rows_may_be_asked_for_in_any_order(names: list[str]) -> None:
    rows = raw(names)
    assert [rows[place].name for place in reversed(range(len(rows)))] == names[::-1]
    assert [one.name for one in rows[1:3]] == list(RawKeys(rows)[1:3]) == names[1:3]


def test_what_is_not_there_has_no_place() -> None:
    places = Places(raw(["one", "two"]))
    assert places.get("on") is None
    assert places.get("run:20250101T000000-aaaaaa") is None
    assert len(RawRows(b"")) == 0
