"""What the keys do to the state of the table, without a screen."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from branchlab_tui.model.state import TableState
from branchlab_tui.screens.experiments import edits

SHOWN = ("name", "status", "metrics.accuracy", "params.lr", "age")
COLUMNS = st.sampled_from(SHOWN)
STATES = st.builds(
    TableState,
    sort=st.lists(st.tuples(COLUMNS, st.booleans()), max_size=3, unique_by=lambda pair: pair[0]).map(tuple),
    pinned=st.lists(COLUMNS.filter(lambda key: key != "name"), max_size=3, unique=True).map(tuple),
    folded=st.lists(st.sampled_from("abc"), unique=True).map(tuple),
    widths=st.dictionaries(COLUMNS, st.integers(1, 40), max_size=3),
)


def test_a_column_sorts_then_turns_round_then_stops() -> None:
    once = edits.sort_by(TableState(sort=(("age", True), ("status", False))), "params.lr")
    twice = edits.sort_by(once, "params.lr")
    assert [once.sort, twice.sort] == [(("params.lr", False),), (("params.lr", True),)]
    assert edits.sort_by(twice, "params.lr").sort == ()


def test_a_further_column_sorts_behind_the_others_turns_round_in_place_and_goes() -> None:
    state = edits.also_sort_by(edits.sort_by(TableState(), "status"), "age")
    assert state.sort == (("status", False), ("age", False))
    turned = edits.also_sort_by(state, "status")
    assert turned.sort == (("status", True), ("age", False))
    assert edits.also_sort_by(turned, "status").sort == (("age", False),)


@given(state=STATES, column=COLUMNS)
def test_to_pin_twice_changes_nothing(state: TableState, column: str) -> None:
    twice = edits.pin(edits.pin(state, column), column)
    assert sorted(twice.pinned) == sorted(state.pinned)


@given(state=STATES, column=COLUMNS)
def test_only_the_hidden_column_goes_and_the_name_never(state: TableState, column: str) -> None:
    hidden = edits.hide(state, column, SHOWN)
    left = [key for key in SHOWN[1:] if key != column]
    assert list(hidden.columns) == (left if column != "name" else list(state.columns))
    assert column not in hidden.pinned or column == "name"


def test_the_last_column_cannot_be_hidden() -> None:
    state = TableState(columns=("age",))
    assert edits.hide(state, "age", ("name", "age")) == state


@given(state=STATES, column=COLUMNS, before=st.none() | COLUMNS)
def test_a_moved_column_stands_before_the_named_one_and_no_column_is_lost(
    state: TableState, column: str, before: str | None
) -> None:
    moved = edits.move(state, column, before, SHOWN)
    if column == "name":
        assert moved == state
        return
    assert sorted(moved.columns) == sorted(SHOWN[1:])
    if before is None:
        assert moved.columns[-1] == column
    elif before == "name":
        assert moved.columns[0] == column
    elif before != column:
        assert moved.columns[moved.columns.index(column) + 1] == before


@given(state=STATES, column=COLUMNS, width=st.integers(1, 90))
def test_a_width_is_set_and_taken_back(state: TableState, column: str, width: int) -> None:
    wide = edits.set_width(state, column, width)
    assert wide.widths[column] == width
    assert column not in edits.set_width(wide, column, None).widths


def test_metrics_go_through_four_ways_of_showing_them() -> None:
    seen = [TableState()]
    for _ in range(4):
        seen.append(edits.next_delta(seen[-1]))
    assert [state.delta for state in seen] == ["value", "both", "delta", "percent", "value"]


def test_the_same_row_again_is_no_baseline_any_more() -> None:
    state = edits.choose_baseline(TableState(), "exp/a")
    assert state.baseline == "exp/a"
    assert edits.choose_baseline(state, "exp/b").baseline == "exp/b"
    assert edits.choose_baseline(state, "exp/a").baseline == ""


@given(state=STATES, group=st.sampled_from("abcd"))
def test_a_group_that_is_folded_twice_is_as_before(state: TableState, group: str) -> None:
    assert sorted(edits.fold(edits.fold(state, group), group).folded) == sorted(state.folded)


def test_all_groups_close_and_open_together() -> None:
    closed = edits.fold_all(TableState(folded=("a",)), ["a", "b"])
    assert closed.folded == ("a", "b")
    assert edits.fold_all(closed, ["a", "b"]).folded == ()


def test_another_grouping_begins_with_open_groups() -> None:
    state = TableState(group="type", folded=("model",))
    assert edits.group_by(state, "type") is state
    assert edits.group_by(state, "author") == TableState(group="author")
