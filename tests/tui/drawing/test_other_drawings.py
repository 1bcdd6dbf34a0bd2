"""Scatter, parallel coordinates, matrices, bars and pictures as text."""

from __future__ import annotations

import builtins
import io
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import golden_files
from branchlab.errors import DamagedError, EnvironmentProblemError
from branchlab.report.width import display_width
from branchlab_tui.drawing.bars import Bar, BarChartText, draw_bars
from branchlab_tui.drawing.brush import Axis, Brush, between, ends, inside, measure, moved, whole
from branchlab_tui.drawing.heat import HeatView, Matrix, aligned, draw_heat, shares
from branchlab_tui.drawing.image import Pixels, decode, half_blocks
from branchlab_tui.drawing.labels import Labels
from branchlab_tui.drawing.palette import Colours
from branchlab_tui.drawing.parallel import Strands, draw_parallel
from branchlab_tui.drawing.scatter import Point, ScatterView, draw_scatter, next_front, next_point
from drawn_text import text_of

if TYPE_CHECKING:
    from branchlab_tui.drawing.piece import Line

FOLDER = Path(__file__).parent / "golden"
WIDTHS, HEIGHTS = st.integers(1, 90), st.integers(1, 24)
NUMBERS = st.floats() | st.sampled_from([0.0, 1e300, -1e300, 5e-324])
NAMES = st.text(max_size=12)

POINTS = [
    Point("exp/slow", 900.0, 0.95, front=True),
    Point("exp/quick", 100.0, 0.80, front=True),
    Point("exp/middle", 500.0, 0.90, front=True),
    Point("exp/worse", 700.0, 0.82),
    Point("exp/marked", 300.0, 0.70, marked=True),
]
MATRIX = Matrix(("cat", "dog", "frog"), ((40, 8, 2), (5, 44, 1), (0, 0, 10)))
OTHER = Matrix(("cat", "dog", "newt"), ((38, 10, 2), (5, 45, 0), (1, 0, 9)))
BARS = (Bar("eu", (0.91, 0.93), "n=40"), Bar("us", (0.72, 0.95), "n=9"), Bar("asia", (0.8, None), "n=120"))


def fills(lines: list[Line], width: int, height: int) -> bool:
    return len(lines) == height and {sum(display_width(piece.text) for piece in line) for line in lines} == {width}


@settings(max_examples=60)
@given(
    st.lists(st.builds(Point, NAMES, NUMBERS, NUMBERS, st.booleans(), st.booleans()), max_size=20),
    st.builds(ScatterView, st.booleans(), st.booleans(), NAMES),
    WIDTHS,
    HEIGHTS,
)
def test_a_scatter_fills_its_size(points: list[Point], view: ScatterView, width: int, height: int) -> None:
    assert fills(draw_scatter(points, view, (width, height), Labels("t", "x", "y")).lines, width, height)


@settings(max_examples=60)
@given(st.lists(st.lists(NUMBERS | NAMES | st.none(), min_size=4, max_size=4), max_size=10), WIDTHS, HEIGHTS)
def test_parallel_coordinates_fill_their_size(columns: list[list[Any]], width: int, height: int) -> None:
    rulers = [measure(Axis("a", values)) for values in columns]
    brushes = [whole(ruler) if ruler.stops else None for ruler in rulers]
    strands = Strands("t", ["axis"] * len(columns), rulers, list("abcd"), ["a"])
    lines, _ = draw_parallel(strands, brushes, 0, (width, height), Colours())
    assert fills(lines, width, height)


@settings(max_examples=60)
@given(st.integers(0, 12), st.booleans(), st.booleans(), WIDTHS, HEIGHTS, NAMES)
@example(size=1, normalised=False, difference=False, width=1, height=3, name="")
@example(size=2, normalised=True, difference=False, width=5, height=3, name="ab")
def test_a_matrix_fills_its_size(
    size: int,
    normalised: bool,  # noqa: FBT001 - hypothesis hands them in
    difference: bool,  # noqa: FBT001
    width: int,
    height: int,
    name: str,
) -> None:
    labels = [f"{name}{place}" for place in range(size)]
    matrix = Matrix(labels, [[row * column for column in range(size)] for row in range(size)])
    view = HeatView(normalised, (size - 1, 0) if size else None)
    lines, _ = draw_heat(matrix, matrix if difference else None, view, (width, height), "t")
    assert fills(lines, width, height)


@settings(max_examples=60)
@given(
    st.lists(st.builds(Bar, NAMES, st.lists(NUMBERS | st.none(), max_size=3), NAMES), max_size=12),
    st.lists(NAMES, min_size=1, max_size=2, unique=True),
    WIDTHS,
    HEIGHTS,
)
def test_bars_fill_their_size(bars: list[Bar], series: list[str], width: int, height: int) -> None:
    assert fills(draw_bars(BarChartText("t", series, bars), 3, (width, height), Colours()), width, height)


def test_the_front_and_marked_points_have_their_own_marks_and_names() -> None:
    text = text_of(draw_scatter(POINTS, ScatterView(), (60, 16), Labels("t")).lines)
    assert text.count("◆") == 4  # three points and the key
    assert "● exp/marked" in text
    assert "exp/worse" not in text


def test_a_focused_point_is_read() -> None:
    lines = draw_scatter(POINTS, ScatterView(focused="exp/worse"), (60, 16), Labels("t", "seconds", "accuracy")).lines
    assert text_of(lines).splitlines()[1] == "• exp/worse  seconds 700 · accuracy 0.82"


def test_a_point_without_a_value_is_counted() -> None:
    lines = draw_scatter([*POINTS, Point("a", math.nan, 1.0)], ScatterView(), (60, 16), Labels("t")).lines
    assert "1 not shown" in text_of(lines)


def test_every_point_is_reached_from_left_to_right_and_from_below() -> None:
    by_x, by_y = ["exp/quick"], ["exp/marked"]
    while (name := next_point(POINTS, by_x[-1], 1, 0)) != by_x[-1]:
        by_x.append(name)
    while (name := next_point(POINTS, by_y[-1], 0, 1)) != by_y[-1]:
        by_y.append(name)
    assert by_x == ["exp/quick", "exp/marked", "exp/middle", "exp/worse", "exp/slow"]
    assert by_y == ["exp/marked", "exp/quick", "exp/worse", "exp/middle", "exp/slow"]
    assert next_front(POINTS, "exp/slow") == "exp/quick"


def test_a_range_moves_by_stops_and_its_ends_never_pass_each_other() -> None:
    ruler = measure(Axis("batch", [64, 256, 128, 64]))
    assert ends(moved(whole(ruler), ruler, 1, 0), ruler) == (128, 256)
    assert ends(moved(Brush(2, 2), ruler, 1, -1), ruler) == (256, 256)
    assert ends(between(ruler, 0.0, 0.5) or Brush(2, 2), ruler) == (64, 128)


def test_a_range_holds_the_strands_that_cross_it() -> None:
    rulers = [measure(Axis("lr", [1e-4, 1e-2, None])), measure(Axis("kind", ["sgd", "adam", "sgd"]))]
    assert rulers[0].scale.log
    assert [inside(rulers, [Brush(0, 0), None], strand) for strand in range(3)] == [True, False, False]
    assert [inside(rulers, [None, Brush(1, 1)], strand) for strand in range(3)] == [False, True, False]


def test_shares_are_those_of_the_true_class() -> None:
    assert shares(((1, 3), (0, 0))) == [[0.25, 0.75], [0.0, 0.0]]


def test_matrices_of_different_classes_are_compared_over_all_of_them() -> None:
    one, other = aligned(MATRIX, OTHER)
    assert list(one.labels) == list(other.labels) == ["cat", "dog", "frog", "newt"]
    assert other.counts[0] == [38, 10, 0.0, 2]


def test_a_difference_says_what_is_better_without_colour() -> None:
    text = text_of(draw_heat(MATRIX, OTHER, HeatView(), (60, 12), "t")[0])
    assert "+2▲" in text  # two more cats found
    assert "-2▲" in text  # two less taken for dogs
    assert "-1▼" in text  # one dog less found


def test_a_cell_is_read() -> None:
    lines, frame = draw_heat(MATRIX, None, HeatView(cell=(1, 0), normalised=True), (60, 12), "t")
    assert "dog taken for cat: 10%" in text_of(lines)
    assert frame is not None
    assert frame.cell_at(frame.left, frame.top) == (0, 0)
    assert frame.cell_at(0, 0) is None


def test_a_matrix_that_is_too_large_shows_the_part_around_the_cell() -> None:
    labels = [f"class-{place}" for place in range(40)]
    matrix = Matrix(labels, [[1] * 40] * 40)
    text = text_of(draw_heat(matrix, None, HeatView(cell=(39, 39)), (70, 10), "t")[0])
    assert "class-39" in text
    assert "class-1 " not in text
    assert "rows 33-40 of 40 · columns 26-40 of 40" in text


def test_a_matrix_says_nothing_of_rows_when_it_shows_all() -> None:
    assert "rows" not in text_of(draw_heat(MATRIX, None, HeatView(), (60, 12), "t")[0])


def test_the_worst_slice_of_each_series_is_marked() -> None:
    rows = text_of(draw_bars(BarChartText("t", ("a", "b"), BARS), 0, (60, 12), Colours())).splitlines()
    assert [row.rstrip().endswith("▼") for row in rows[2:8]] == [False, True, True, False, False, False]
    low = text_of(draw_bars(BarChartText("t", ("a", "b"), BARS, lower_is_better=True), 0, (60, 12), Colours()))
    assert [row.rstrip().endswith("▼") for row in low.splitlines()[2:8]] == [True, False, False, True, False, False]


def test_a_negative_value_stands_left_of_zero() -> None:
    bars = (Bar("a", (-1.0,)), Bar("b", (1.0,)))
    one, other = text_of(draw_bars(BarChartText("t", ("s",), bars), 0, (60, 3), Colours())).splitlines()[1:]
    assert one.rindex("█") < other.index("█")


def picture(width: int, height: int, kind: str = "PNG") -> bytes:
    image = pytest.importorskip("PIL.Image")
    file = io.BytesIO()
    image.new("RGB", (width, height), (255, 0, 0)).save(file, kind)
    return file.getvalue()


def test_half_blocks_hold_two_pixels_and_keep_proportions() -> None:
    pixels = Pixels(2, [b"\xff\0\0\0\xff\0", b"\0\0\xff\0\0\xff"])
    (line,) = half_blocks(pixels, (10, 10))
    assert [(piece.text, piece.style) for piece in line] == [("▀", "#ff0000/#0000ff"), ("▀", "#00ff00/#0000ff")]
    wide = half_blocks(Pixels(100, [bytes(300)] * 50), (40, 40))
    assert (sum(len(piece.text) for piece in wide[0]), len(wide)) == (40, 10)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF"])
def test_a_picture_is_decoded(kind: str) -> None:
    pixels = decode(picture(30, 20, kind))
    assert (pixels.width, len(pixels.rows), len(pixels.rows[0])) == (30, 20, 90)
    assert pixels.rows[0][0] > 250


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n", b"II*\0" * 10])
def test_what_is_no_picture_is_damaged(data: bytes) -> None:
    pytest.importorskip("PIL")
    with pytest.raises(DamagedError, match="no PNG, JPEG or GIF"):
        decode(data)


def test_a_half_picture_is_damaged() -> None:
    with pytest.raises(DamagedError):
        decode(picture(300, 200)[:200])


def test_without_pillow_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def refuse(name: str, *others: Any) -> Any:
        if name == "PIL":
            raise ImportError(name)
        return real(name, *others)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(EnvironmentProblemError) as caught:
        decode(b"")
    assert caught.value.hint == "pip install pillow"


def _parallel() -> list[Line]:
    axes = [Axis("lr", [1e-4, 1e-3, 1e-2]), Axis("kind", ["sgd", "adam", "sgd"]), Axis("loss", [0.3, 0.2, 0.25])]
    rulers = [measure(axis) for axis in axes]
    strands = Strands("runs", [axis.title for axis in axes], rulers, ["a", "b", "c"], ["b"])
    return draw_parallel(strands, [None, None, Brush(0, 1)], 2, (56, 12), Colours())[0]


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("scatter", draw_scatter(POINTS, ScatterView(focused="exp/middle"), (60, 14), Labels("t", "s", "acc")).lines),
        ("parallel", _parallel()),
        ("matrix", draw_heat(MATRIX, None, HeatView(), (40, 11), "confusion")[0]),
        ("shares", draw_heat(MATRIX, None, HeatView(normalised=True), (40, 5), "confusion")[0]),
        ("difference", draw_heat(MATRIX, OTHER, HeatView(), (50, 6), "confusion")[0]),
        ("bars", draw_bars(BarChartText("by region", ("base", "wide"), BARS), 1, (56, 8), Colours())),
        ("one_series", draw_bars(BarChartText("by region", ("base",), BARS), 1, (40, 4), Colours())),
    ],
)
def test_a_drawing_looks_as_it_did(name: str, lines: list[Line], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(golden_files, "FOLDER", FOLDER)
    golden_files.check(f"{name}.txt", text_of(lines) + "\n")
