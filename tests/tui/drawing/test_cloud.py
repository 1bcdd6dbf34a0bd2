"""Dots over two axes, with stairs or a surface under them, as text."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from branchlab.report.width import display_width
from branchlab_tui.drawing.cloud import (
    Cloud,
    Dot,
    draw_placed,
    nearest_dot,
    next_dot,
    place_cloud,
    side_by_side,
)
from branchlab_tui.drawing.dimension import Dimension
from branchlab_tui.drawing.shades import Shades, shade_key
from drawn_text import draw_cloud, text_of

if TYPE_CHECKING:
    from branchlab_tui.drawing.piece import Line

WIDTHS, HEIGHTS = st.integers(1, 90), st.integers(1, 24)
NUMBERS = st.floats() | st.sampled_from([0.0, 1e300, -1e300, 5e-324])
WORDS = st.lists(st.text(max_size=12), max_size=5).map(tuple)
DIMENSIONS = st.builds(Dimension, st.text(max_size=8), NUMBERS, NUMBERS, st.booleans(), WORDS)
DOTS = st.lists(st.builds(Dot, st.text(max_size=4), NUMBERS, NUMBERS, st.sampled_from("•★✗")), max_size=12)
GRIDS = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(NUMBERS | st.none(), min_size=width, max_size=width), min_size=1, max_size=4)
)
CLOUD = Cloud(
    "accuracy by lr",
    Dimension("lr", 0.001, 1.0, log=True),
    Dimension("accuracy", 0.5, 0.9),
    [Dot("#0", 0.001, 0.5, text="#0 0.5"), Dot("#1", 0.1, 0.9, "★", "best", 2), Dot("#2", 1.0, 0.7)],
    key=("★ best", "• finished"),
)


def fills(lines: list[Line], width: int, height: int) -> bool:
    return len(lines) == height and {sum(display_width(piece.text) for piece in line) for line in lines} == {width}


@settings(max_examples=50)
@given(
    DIMENSIONS,
    DIMENSIONS,
    DOTS,
    st.lists(st.tuples(st.floats(0, 9), st.floats(-1e300, 1e300)), max_size=4).map(sorted),
    st.none() | st.builds(Shades, GRIDS, st.booleans()),
    WIDTHS,
    HEIGHTS,
)
def test_a_cloud_fills_its_size(
    x: Dimension,
    y: Dimension,
    dots: list[Dot],
    stairs: list[tuple[float, float]],
    shades: Shades | None,
    width: int,
    height: int,
) -> None:
    cloud = Cloud("t", x, y, dots, stairs if not y.log else (), shades, ("fact",), ("warning",), ("★ best",))
    assert fills(draw_cloud(cloud, "#1", (width, height)).lines, width, height)


def test_what_lies_any_distance_beyond_an_axis_stands_at_its_rim() -> None:
    y = Dimension("accuracy", 0.0, 1e-9)
    for far in (1e300, -1e300):
        dots = [*(Dot(str(place), 0.5, 0.0) for place in range(8)), Dot("far", 0.5, far)]
        lines = draw_cloud(Cloud("t", Dimension("lr", 0.0, 1.0), y, dots, [(0.0, far), (0.2, 0.0)]), "", (40, 12)).lines
        assert fills(lines, 40, 12)


def test_best_so_far_is_a_line_that_goes_on_level() -> None:
    dots = [Dot(str(place), place, value) for place, value in enumerate((0.5, 0.4, 0.9, 0.6))]
    cloud = Cloud("t", Dimension("trial", 0, 3), Dimension("accuracy", 0.4, 0.9), dots, [(0.0, 0.5), (2.0, 0.9)])
    rows = text_of(draw_cloud(cloud, "", (40, 12)).lines).split("\n")
    top, low = rows[1], next(row for row in rows if row.lstrip("0.5┤│ ").startswith("•⣀"))
    assert top.rstrip().endswith("⠒" * 5 if "⠒" in top else top.rstrip()[-5:])
    assert top.count("•") == 1
    assert low.count("⣀") + low.count("⠤") + low.count("⠒") > 10


def test_words_stand_below_their_dots() -> None:
    dots = [Dot("a", 0, 1.0), Dot("b", 1, 2.0)]
    cloud = Cloud("t", Dimension("", words=("adam", "sgd")), Dimension("y", 1, 2), dots)
    rows = text_of(draw_cloud(cloud, "", (40, 10)).lines).split("\n")
    left, right = (next(row.index("•") for row in rows[place:] if "•" in row) for place in (3, 0))
    assert abs(rows[-1].index("adam") + 2 - left) <= 1
    assert abs(rows[-1].index("sgd") + 1 - right) <= 1


def test_a_word_that_finds_no_room_is_shortened_and_never_runs_into_the_next() -> None:
    cloud = Cloud(
        "t", Dimension("", words=("a-very-long-name", "another-long-one")), Dimension("y", 0, 1), [Dot("a", 0, 1)]
    )
    last = text_of(draw_cloud(cloud, "", (24, 10)).lines).split("\n")[-1]
    assert len(last.split()) == 2


def test_a_dot_that_is_read_is_told_in_the_title_and_stands_out() -> None:
    lines = draw_cloud(CLOUD, "#0", (50, 12)).lines
    assert "#0 0.5" in text_of(lines[:1])
    marked = [piece.text for line in lines for piece in line if piece.style == "cursor-cell"]
    assert marked == ["•"]


def test_to_read_another_dot_leaves_no_trace_of_the_one_before() -> None:
    placed = place_cloud(CLOUD, (50, 12))
    before = draw_placed(placed, "#2").lines
    draw_placed(placed, "#0")
    assert draw_placed(placed, "#2").lines == before


def test_the_best_stands_over_others_in_the_same_cell() -> None:
    dots = [Dot("#1", 1.0, 1.0, "★", "best", 4), Dot("#2", 1.0, 1.0)]
    text = text_of(draw_cloud(Cloud("t", Dimension("", 0, 2), Dimension("", 0, 2), dots), "", (30, 10)).lines)
    assert "★" in text
    assert "•" not in text


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=9))
def test_every_dot_is_reached_by_going_right(places: list[tuple[int, int]]) -> None:
    dots = [Dot(str(number), *place) for number, place in enumerate(places)]
    placed = place_cloud(Cloud("t", Dimension("", 0, 5), Dimension("", 0, 5), dots), (40, 12))
    at, seen = "", set()
    for _ in dots:
        at = next_dot(placed, at, 1, 0)
        seen.add(at)
    assert len(seen) == len(dots)
    assert next_dot(placed, at, 1, 0) == at


def test_the_nearest_dot_is_found_and_a_dot_without_a_place_is_not() -> None:
    dots = [Dot("left", 0, 0), Dot("right", 1, 1), Dot("nowhere", math.nan, 1)]
    placed = place_cloud(Cloud("t", Dimension("", 0, 1), Dimension("", 0, 1), dots), (40, 12))
    assert placed.frame is not None
    found = nearest_dot(placed, placed.frame.left + placed.frame.width - 2, placed.frame.top)
    assert found is not None
    assert found.name == "right"
    assert "nowhere" not in placed.dots


def test_a_surface_is_denser_where_it_is_better() -> None:
    rows = [[float(column) for column in range(8)]] * 4
    for falling in (False, True):
        cloud = Cloud("t", Dimension("", 0, 1), Dimension("", 0, 1), [Dot("a", 0.5, 0.5)], shades=Shades(rows, falling))
        middle = text_of(draw_cloud(cloud, "", (60, 14)).lines).split("\n")[4]
        assert (middle.index("▓") < middle.index("░")) == falling


def test_the_key_of_a_surface_goes_from_bad_to_good() -> None:
    rows = [[0.0, 10.0]]
    assert shade_key(Shades(rows)) == "· 3 ░ 5 ▒ 7 ▓ 9"
    assert shade_key(Shades(rows, falling=True)) == "· 7 ░ 5 ▒ 3 ▓ 1"
    assert not shade_key(Shades([[None]]))


def test_drawings_stand_side_by_side() -> None:
    drawings = [draw_cloud(CLOUD, "", (width, 10)) for width in (30, 24)]
    assert fills(side_by_side(drawings, (30, 24), 2), 56, 10)


def test_what_the_marks_mean_gives_way_from_the_end() -> None:
    assert "★ best  • finished" in text_of(draw_cloud(CLOUD, "", (50, 12)).lines)
    small = text_of(draw_cloud(CLOUD, "", (12, 12)).lines)
    assert "★ best" in small
    assert "finish" not in small
