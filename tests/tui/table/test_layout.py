from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from branchlab_tui.widgets.table.column import Column
from branchlab_tui.widgets.table.layout import GUTTER, Layout, in_order, lay_out, reveal

COLUMNS = st.lists(
    st.builds(
        Column,
        key=st.text(max_size=3),
        title=st.just(""),
        width=st.integers(1, 30),
        align=st.sampled_from(["left", "right"]),
        pinned=st.booleans(),
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda column: column.key,
)


def keys(layout: Layout) -> list[str]:
    return [slot.column.key for slot in layout.slots]


def letters(widths: dict[str, int], pinned: str = "") -> list[Column]:
    return [Column(key, key, width, "right", key in pinned) for key, width in widths.items()]


@given(columns=COLUMNS, width=st.integers(8, 200), first=st.integers(-2, 20))
def test_columns_stand_side_by_side_within_the_line(columns: list[Column], width: int, first: int) -> None:
    layout = lay_out(columns, width, first)
    assert layout.slots[0].column is columns[0]
    assert layout.slots[0].x == GUTTER
    assert all(left.x + left.width < right.x for left, right in pairwise(layout.slots))
    assert all(slot.x + slot.width <= width for slot in layout.slots)
    assert layout.more == (len(layout.slots) + layout.first < len(columns)) or layout.slots[-1].width


@given(columns=COLUMNS, width=st.integers(40, 200), data=st.data())
def test_every_column_can_be_brought_into_sight(columns: list[Column], width: int, data: st.DataObject) -> None:
    key = data.draw(st.sampled_from([column.key for column in columns]))
    first = data.draw(st.integers(0, 12))
    assert key in keys(lay_out(columns, width, reveal(columns, width, first, key)))


@given(columns=COLUMNS, width=st.integers(8, 200), first=st.integers(0, 20))
def test_what_is_in_sight_does_not_scroll_to_be_seen(columns: list[Column], width: int, first: int) -> None:
    layout = lay_out(columns, width, first)
    for slot in layout.slots:
        if slot.width == slot.column.width:
            assert reveal(columns, width, first, slot.column.key) == layout.first


def test_pinned_columns_stand_behind_the_first_and_do_not_scroll() -> None:
    columns = letters({"n": 6, "a": 6, "b": 6, "c": 6, "d": 6}, pinned="c")
    assert [column.key for column in in_order(columns)] == ["n", "c", "a", "b", "d"]
    assert keys(lay_out(columns, 34, 1)) == ["n", "c", "b", "d"]


def test_no_more_is_scrolled_than_the_last_column_needs() -> None:
    columns = letters({"n": 6, "a": 6, "b": 6, "c": 6})
    assert lay_out(columns, 26, 99).first == 1
    assert lay_out(columns, 80, 99).first == 0


def test_half_a_number_is_not_shown_but_half_a_text_is() -> None:
    number = lay_out(letters({"n": 6, "a": 6, "b": 10}), 25, 0)
    assert keys(number) == ["n", "a"]
    assert number.more
    texts = [column._replace(align="left") for column in letters({"n": 6, "a": 6, "b": 10})]
    assert lay_out(texts, 25, 0).slots[-1].width == 7


def test_pinned_columns_that_leave_no_room_scroll_like_others() -> None:
    columns = letters({"n": 6, "a": 20, "b": 6}, pinned="a")
    assert lay_out(columns, 24, 0).frozen == 1


def test_a_long_name_leaves_room_for_a_number_on_a_narrow_screen() -> None:
    layout = lay_out(letters({"n": 30, "a": 6}), 20, 0)
    assert [(slot.column.key, slot.width) for slot in layout.slots] == [("n", 10), ("a", 6)]


def test_the_only_column_is_cut_at_the_edge() -> None:
    assert lay_out(letters({"n": 99}), 20, 0).slots[0].width == 18
