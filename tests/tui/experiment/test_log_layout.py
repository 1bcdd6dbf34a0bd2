"""Any window over any lines: no row is too wide, none is left out, and moving there and back ends where it began."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from branchlab.report.width import display_width
from branchlab_tui.widgets.log_view.layout import Layout, Place, row_starts
from branchlab_tui.widgets.log_view.lines import draw_row
from branchlab_tui.widgets.log_view.search import Search


class Listed(NamedTuple):
    """Lines with numbers from `first` on."""

    first: int
    texts: list[str]

    @property
    def end(self) -> int:
        return self.first + len(self.texts)

    def line(self, number: int) -> str | None:
        return self.texts[number - self.first]


TEXTS = st.lists(st.text(st.characters(categories=("L", "N", "P", "Zs")), max_size=60), max_size=20)
LAYOUTS = st.builds(
    lambda first, texts, width, height, wrap: Layout(Listed(first, texts), width, height, wrap),
    st.integers(-30, 5),
    TEXTS,
    st.integers(2, 30),
    st.integers(1, 12),
    st.booleans(),
)


def all_rows(layout: Layout) -> list[tuple[int, int]]:
    lines = layout.lines
    return [(number, start) for number in range(lines.first, lines.end) for start in layout.starts(number)]


@given(st.text(max_size=100), st.integers(2, 20))
def test_no_row_is_wider_than_asked_and_together_they_are_the_line(text: str, width: int) -> None:
    starts = row_starts(text, width)
    rows = [text[start:stop] for start, stop in zip(starts, [*starts[1:], len(text)], strict=True)]
    assert "".join(rows) == text
    assert all(display_width(row) <= width for row in rows)


@given(LAYOUTS)
def test_the_bottom_shows_the_last_rows(layout: Layout) -> None:
    shown = [(row.line, row.start) for row in layout.rows(layout.bottom())]
    assert shown == all_rows(layout)[-layout.height :]


@given(LAYOUTS, st.integers(0, 40))
def test_above_and_below_count_rows(layout: Layout, rows: int) -> None:
    places = all_rows(layout)
    top = layout.above(Place(layout.lines.end), rows)
    expected = max(len(places) - rows, 0)
    if places and expected < len(places):
        assert (top.line, layout.starts(top.line)[top.row]) == places[expected]
    down = layout.below(Place(layout.lines.first), rows)
    shown = [(row.line, row.start) for row in layout.rows(down)]
    assert shown == places[min(rows, max(len(places) - layout.height, 0)) :][: layout.height]


@given(LAYOUTS)
def test_a_line_in_the_middle_is_in_sight(layout: Layout) -> None:
    for number in range(layout.lines.first, layout.lines.end):
        assert number in {row.line for row in layout.rows(layout.centred(number))}


@given(st.text(st.characters(categories=("L", "N", "P", "Zs")), max_size=40), st.text(max_size=3), st.integers(4, 30))
def test_a_drawn_row_fits_and_says_what_the_line_says(text: str, needle: str, width: int) -> None:
    layout = Layout(Listed(0, [text]), width - 2, 50)
    drawn = [draw_row(row, text, Search(needle, [0], 0), width) for row in layout.rows(Place(0))]
    assert all(sum(display_width(piece.text) for piece in line) <= width for line in drawn)
    assert "".join("".join(piece.text for piece in line)[2:] for line in drawn) == text


def test_a_hit_is_marked_where_it_goes_on_in_the_next_row() -> None:
    layout = Layout(Listed(0, ["abcdefgh"]), 4, 10)
    rows = layout.rows(Place(0))
    first, second = (draw_row(row, "abcdefgh", Search("def", [0], 0), 6) for row in rows)
    assert [(piece.text, piece.style) for piece in first] == [("▸ ", "bold"), ("abc", ""), ("d", "hit-here")]
    assert [(piece.text, piece.style) for piece in second] == [("  ", ""), ("ef", "hit-here"), ("gh", "")]
