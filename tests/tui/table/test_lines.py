from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from branchlab.report.width import display_width
from branchlab_tui.widgets.table.column import STYLES, Cell, Column
from branchlab_tui.widgets.table.layout import lay_out
from branchlab_tui.widgets.table.line import HERE, Piece, cut, group_line, gutter, heading_line, row_line, sort_mark

TEXTS = st.text(st.one_of(st.characters(), st.sampled_from("漢字e\u0301…\x1b[/red]\u202e👩🏽")), max_size=30)
COLUMNS = st.lists(
    st.builds(
        Column,
        key=st.text(max_size=3),
        title=TEXTS,
        width=st.integers(0, 40),
        align=st.sampled_from(["left", "right"]),
        pinned=st.booleans(),
        style=st.sampled_from(["", *STYLES]),
    ),
    max_size=12,
    unique_by=lambda column: column.key,
)
WIDTHS = st.integers(0, 120)
CELLS = st.builds(Cell, text=TEXTS, style=st.sampled_from(["", "nonsense", *STYLES]))


def text_of(pieces: list[Piece]) -> str:
    return "".join(text for text, _ in pieces)


@given(columns=COLUMNS, width=WIDTHS, first=st.integers(0, 12), cell=CELLS, data=st.data())
def test_a_row_is_as_wide_as_the_line_whatever_its_cells_hold(
    columns: list[Column], width: int, first: int, cell: Cell, data: st.DataObject
) -> None:
    here = data.draw(st.sampled_from([None, *(column.key for column in columns)]))
    layout = lay_out(columns, width, first)
    pieces = row_line(layout, gutter(cursor=True, marked=True), lambda _: cell, here)
    assert display_width(text_of(pieces)) == width
    assert all(text for text, _ in pieces)


@given(columns=COLUMNS, width=WIDTHS, first=st.integers(0, 12), sorted_by=st.lists(st.tuples(st.text(), st.booleans())))
def test_a_heading_is_as_wide_as_the_line(
    columns: list[Column], width: int, first: int, sorted_by: list[tuple[str, bool]]
) -> None:
    sorted_by += [(column.key, True) for column in columns[:2]]
    pieces = heading_line(lay_out(columns, width, first), sorted_by, columns[0].key if columns else None)
    assert display_width(text_of(pieces)) == width


@given(columns=COLUMNS, width=WIDTHS, text=TEXTS)
def test_the_heading_of_a_group_is_as_wide_as_the_line(columns: list[Column], width: int, text: str) -> None:
    assert display_width(text_of(group_line(lay_out(columns, width, 0), "  ", text, "bold"))) == width


@given(text=TEXTS, width=st.integers(0, 20), name=st.booleans())
def test_nothing_that_steers_a_terminal_is_left_of_a_cell(text: str, width: int, name: bool) -> None:  # noqa: FBT001 - made by hypothesis
    shown = cut(text, width, "left", name=name)
    assert display_width(shown) <= width
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_numbers_end_where_their_heading_ends() -> None:
    layout = lay_out([Column("name", "name", 6), Column("loss", "loss", 8, "right")], 20, 0)
    heading = text_of(heading_line(layout, (), None))
    row = text_of(row_line(layout, "  ", lambda key: Cell("0.25" if key == "loss" else "warm"), None))
    assert heading == "  name        loss  "
    assert row == "  warm        0.25  "


def test_a_sort_mark_takes_no_letter_of_a_heading_that_fills_its_column() -> None:
    layout = lay_out([Column("name", "name", 4), Column("loss", "loss", 4, "right"), Column("lr", "lr", 4)], 20, 0)
    assert text_of(heading_line(layout, [("loss", True)], None)) == "  name  loss▼ lr    "
    assert text_of(heading_line(layout, [("lr", False), ("name", True)], None)) == "  …me▼2 loss  lr▲1  "


def test_several_sort_marks_are_numbered_in_their_order() -> None:
    assert sort_mark("a", [("a", True)]) == "▼"
    assert sort_mark("a", [("b", True), ("a", False)]) == "▲2"
    assert sort_mark("c", [("b", True), ("a", False)]) == ""


def test_the_middle_of_a_name_gives_way_and_the_end_of_other_texts() -> None:
    assert cut("lr-3e4-wd1-seed7", 9, "left", name=True) == "lr-…seed7"
    assert cut("0.123456789", 6, "right") == "0.123…"


def test_a_wide_letter_that_does_not_fit_leaves_a_blank() -> None:
    layout = lay_out([Column("name", "", 4), Column("x", "", 1)], 12, 0)
    assert text_of(row_line(layout, "  ", lambda _: Cell("漢字漢"), None)) == "  …漢   …   "


def test_marks_stand_in_two_cells() -> None:
    assert [gutter(cursor=cursor, marked=marked) for cursor in (False, True) for marked in (False, True)] == [
        "  ",
        "● ",
        "▸ ",
        "▸●",
    ]


def test_blanks_between_coloured_cells_are_no_pieces_of_their_own() -> None:
    layout = lay_out([Column("name", "", 4), Column("a", "", 4), Column("b", "", 4)], 20, 0)
    assert row_line(layout, "  ", lambda key: Cell(key, "" if key == "name" else "better"), None) == [
        ("  name", ""),
        ("  a     b     ", "better"),
    ]


def test_the_whole_cell_under_the_cursor_has_a_style_of_its_own() -> None:
    layout = lay_out([Column("name", "", 4), Column("a", "", 4, "right")], 14, 0)
    pieces = row_line(layout, "▸ ", lambda _: Cell("1", "dim"), "a")
    assert pieces[1:3] == [("1     ", "dim"), ("   1", "dim" + HERE)]
    assert pieces[-1] == ("  ", "")
