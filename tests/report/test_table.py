from __future__ import annotations

import re

from hypothesis import example, given, settings
from hypothesis import strategies as st

from branchlab.report.table import Cell, Column, Table, drop_empty, render_table, split_table
from branchlab.report.width import display_width, join_wrapped, shorten, wrap

TEXTS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["损失函数", "e\u0301" * 9, "0.93", "-12.5e-7", "exp/model/wider", "\x1b[31m", "\u202e", "🎉" * 5]),
)
COLUMNS = st.builds(
    Column,
    TEXTS,
    st.sampled_from(["left", "right", "decimal"]),
    st.integers(0, 3),
    st.integers(0, 12),
    st.sampled_from(["ends", "start"]),
)
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


@st.composite
def tables(draw: st.DrawFn) -> Table:
    columns = draw(st.lists(COLUMNS, min_size=1, max_size=7))
    cells = st.builds(Cell, TEXTS, st.sampled_from(["", "best", "dim"]))
    rows = draw(st.lists(st.lists(cells, min_size=len(columns), max_size=len(columns)), max_size=5))
    headings = draw(st.booleans()) and len(columns) > 1
    return Table(columns, [*([[draw(cells)]] if headings else []), *rows])


@given(table=tables(), width=st.integers(1, 120), colour=st.booleans())
@settings(deadline=None)
def test_no_line_is_ever_wider_than_the_terminal_nor_carries_a_control_character(
    *,
    table: Table,
    width: int,
    colour: bool,
) -> None:
    text = (
        ESCAPES.sub("", render_table(table, width, colour=colour).text) if colour else render_table(table, width).text
    )
    lines = text.split("\n")
    assert max(map(display_width, lines)) <= width
    assert len(lines) <= len(table.rows) + 2
    assert "\x1b" not in text
    assert "\u202e" not in text


@given(tables(), st.integers(1, 120))
@settings(deadline=None)
def test_colour_adds_nothing_but_colour(table: Table, width: int) -> None:
    assert ESCAPES.sub("", render_table(table, width, colour=True).text) == render_table(table, width).text


@given(tables())
@settings(deadline=None)
def test_without_a_terminal_nothing_is_shortened_or_dropped(table: Table) -> None:
    rendered = render_table(Table(table.columns, [row for row in table.rows if len(row) > 1]), None)
    assert rendered.dropped == ()
    assert "…" not in rendered.text.replace("…", "", sum(c.text.count("…") for row in table.rows for c in row)) or any(
        "…" in column.title for column in table.columns
    )


@given(tables(), st.integers(1, 60))
@settings(deadline=None)
def test_a_split_table_has_every_column_once_and_the_first_in_each_part(table: Table, width: int) -> None:
    parts = split_table(table, width)
    assert all(part.columns[0] == table.columns[0] for part in parts)
    assert [column for part in parts for column in part.columns[1:]] == list(table.columns[1:])


def test_numbers_stand_with_their_decimal_points_below_each_other() -> None:
    rows = [[Cell(text)] for text in ("0.93", "12", "1e-5", "-3.5 ★", "nan")]
    lines = render_table(Table([Column("v", "decimal")], rows), None).text.splitlines()[1:]
    assert lines == [" 0.93", "12", " 1e-5", "-3.5 ★", "   nan"]


def test_the_column_with_the_highest_drop_goes_first_and_is_named() -> None:
    columns = [Column("name"), Column("keep", drop=1), Column("go", drop=2)]
    rendered = render_table(Table(columns, [[Cell("experiment"), Cell("aaaa"), Cell("bbbb")]]), 18)
    assert rendered.dropped == ("go",)
    assert rendered.text == "name        keep\nexperiment  aaaa\n"


def test_a_narrow_column_fills_the_place_of_a_wide_one_that_went() -> None:
    columns = [Column("name"), Column("narrow", drop=2), Column("wide", drop=1)]
    rendered = render_table(Table(columns, [[Cell("x" * 10), Cell("1"), Cell("y" * 40)]]), 30)
    assert rendered.dropped == ("wide",)


def test_columns_without_a_text_are_left_out() -> None:
    table = Table([Column("a"), Column("b")], [[Cell("1"), Cell("")]])
    assert [column.title for column in drop_empty(table).columns] == ["a"]


@given(TEXTS, st.integers(0, 30))
def test_shortened_text_fits_and_keeps_short_text_as_it_is(text: str, width: int) -> None:
    for keep in ("ends", "start"):
        short = shorten(text, width, "ends" if keep == "ends" else "start")
        assert display_width(short) <= width
        assert short == text or display_width(text) > width


def test_the_middle_of_a_name_gives_way() -> None:
    assert shorten("exp/model/a-much-deeper-network", 16) == "exp/mo…r-network"


@given(st.text(st.characters(exclude_categories=["C"]), max_size=80), st.integers(2, 40), st.integers(0, 9))
@example("⺀\xa0", 2, 0)
def test_wrapped_text_fits_and_loses_nothing_but_blanks(text: str, width: int, indent: int) -> None:
    lines = wrap(text, width, indent)
    assert all(display_width(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@given(st.lists(st.text("ab ", max_size=12), max_size=6), st.integers(3, 30))
def test_parts_are_joined_in_lines_that_fit(parts: list[str], width: int) -> None:
    assert all(display_width(line) <= width for line in join_wrapped(parts, width))
