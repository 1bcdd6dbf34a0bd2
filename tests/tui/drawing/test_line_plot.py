"""Line plots as text: whatever the values, whatever the size."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import golden_files
from branchlab.report.width import display_width
from branchlab_tui.drawing.curve import prepare
from branchlab_tui.drawing.labels import Labels
from branchlab_tui.drawing.legend import Entry, legend, values_only
from branchlab_tui.drawing.line_plot import Drawing, draw
from branchlab_tui.drawing.palette import COLOURS, MARKS, Colours
from branchlab_tui.drawing.piece import Line, Piece, cut
from branchlab_tui.drawing.series import Series
from branchlab_tui.drawing.view import PlotView
from drawn_text import text_of

FOLDER = Path(__file__).parent / "golden"
NAN = math.nan
WHOLE = Labels("val/loss", x_title="step", x_kind="whole")

ANY = st.floats() | st.sampled_from([1e300, -1e300, 1e-300, 5e-324, 0.0, 1.0])
SERIES = st.builds(
    lambda name, pairs: Series(name, [x for x, _ in pairs], [y for _, y in pairs]),
    st.sampled_from(["a", "exp/model/wider", "損失", "[/red]\x1b"]),
    st.lists(st.tuples(ANY, ANY), max_size=30),
)
RANGES = st.none() | st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
VIEWS = st.builds(
    PlotView,
    x_range=RANGES,
    y_range=RANGES,
    log_x=st.booleans(),
    log_y=st.booleans(),
    smoothing=st.sampled_from([0.0, 0.9]),
    cursor=st.none() | st.floats(allow_nan=False, allow_infinity=False),
    focused=st.sampled_from(["", "a"]),
    isolated=st.booleans(),
)


def draw_series(
    *series: Series, view: PlotView | None = None, size: tuple[int, int] = (40, 10), labels: Labels = WHOLE
) -> Drawing:
    return draw(prepare(series), view or PlotView(), size, labels, Colours())


def shown(*series: Series, view: PlotView | None = None, size: tuple[int, int] = (40, 10)) -> str:
    return text_of(draw_series(*series, view=view, size=size).lines)


def field(*series: Series, view: PlotView | None = None, size: tuple[int, int] = (40, 10)) -> list[str]:
    """Returns the rows of the field as text."""
    drawing = draw_series(*series, view=view, size=size)
    assert drawing.frame is not None
    rows = text_of(drawing.lines).splitlines()[drawing.frame.top :][: drawing.frame.height]
    return [row[drawing.frame.left :].ljust(drawing.frame.width) for row in rows]


def widths(lines: list[Line]) -> set[int]:
    return {sum(display_width(piece.text) for piece in line) for line in lines}


@settings(max_examples=80)
@given(st.lists(SERIES, max_size=10), VIEWS, st.integers(1, 70), st.integers(1, 20))
def test_a_plot_fills_its_size_whatever_it_shows(series: list[Series], view: PlotView, width: int, height: int) -> None:
    lines = draw_series(*series, view=view, size=(width, height)).lines
    assert len(lines) == height
    assert widths(lines) == {width}


def test_the_highest_and_the_lowest_point_are_in_the_picture() -> None:
    y = [0.0] * 1000
    y[500], y[700] = 5.0, -5.0
    rows = field(Series("a", range(1000), y), size=(60, 16))
    assert rows[0].strip()
    assert rows[-1].strip()


def test_a_gap_is_empty_and_nothing_joins_its_ends() -> None:
    y = [1.0] * 40 + [NAN] * 20 + [1.0] * 40
    rows = field(Series("a", range(100), y), size=(52, 8))
    middle = "".join(rows)
    assert middle.strip()
    assert not any(row[22:28].strip() for row in rows)


def test_points_far_apart_are_joined_by_a_line() -> None:
    rows = field(Series("a", [0, 100], [0.0, 1.0]), size=(40, 10))
    assert all(any(row[column] != " " for row in rows) for column in range(30))


def test_a_line_enters_and_leaves_a_view_that_holds_no_point() -> None:
    rows = field(Series("a", [0, 100], [0.0, 1.0]), view=PlotView(x_range=(40.0, 60.0)), size=(40, 10))
    assert all(any(row[column] != " " for row in rows) for column in range(30))


def test_what_lies_above_the_view_is_not_drawn_at_its_rim() -> None:
    rows = field(Series("a", [0, 1, 2, 3], [9.0, 9.0, 9.0, 9.0]), view=PlotView(y_range=(0.0, 1.0)), size=(40, 10))
    assert not "".join(rows).strip()


@pytest.mark.parametrize(
    ("y", "view", "told"),
    [
        ([1.0, NAN, math.inf], PlotView(), "2 not finite"),
        ([1.0, 0.0, -1.0], PlotView(log_y=True), "2 at or below 0"),
        ([NAN, NAN, NAN], PlotView(), "no finite value"),
        ([-1.0, -1.0, -1.0], PlotView(log_y=True), "nothing above 0"),
        ([], PlotView(), "no values yet"),
        ([1.0, 2.0, 3.0], PlotView(log_y=True, smoothing=0.6), "log y · ema 0.6"),
    ],
)
def test_the_title_tells_what_cannot_be_seen(y: list[float], view: PlotView, told: str) -> None:
    assert told in shown(Series("a", range(3), y), view=view, size=(60, 8))


def test_the_cursor_reads_every_series_at_its_nearest_step() -> None:
    series = [Series("a", [0, 10, 20], [1.0, 2.0, 3.0]), Series("b", [0, 10], [4.0, NAN]), Series("c", [20], [7.0])]
    lines = shown(*series, view=PlotView(cursor=10.0), size=(60, 12)).splitlines()
    assert lines[0].endswith("step 10")
    assert lines[1].split()[1::3] + lines[1].split()[2::3] == ["a", "b", "c", "2", "nan", "·"]


def test_the_focused_series_is_drawn_over_the_others() -> None:
    flat = [Series(name, range(50), [1.0] * 50) for name in ("a", "b", "c")]
    drawing = draw_series(*flat, view=PlotView(focused="a", cursor=0.0), size=(60, 10))
    styles = {
        piece.style for line in drawing.lines for piece in line if any("\u2800" < c < "\u2900" for c in piece.text)
    }
    assert {style.partition(".")[2] for style in styles} == {"bright"}


def test_an_isolated_series_stands_alone() -> None:
    text = shown(
        Series("a", [0, 1], [1.0, 2.0]), Series("b", [0, 1], [1.0, 2.0]), view=PlotView(focused="b", isolated=True)
    )
    assert " b " in text
    assert " a " not in text
    assert "1 hidden" in text


def test_smoothing_draws_a_line_over_a_faded_band() -> None:
    y = [(-1.0) ** step for step in range(400)]
    plain = field(Series("a", range(400), y), size=(60, 16))
    smoothed = field(Series("a", range(400), y), view=PlotView(smoothing=0.99), size=(60, 16))
    assert "⣿" in plain[2]
    assert "⣿" not in smoothed[2]
    assert "⢕" in smoothed[2]


def test_names_from_a_repository_are_harmless() -> None:
    text = shown(Series("[/red]\x1b[2J\u202e", [0, 1], [1.0, 2.0]), size=(80, 10))
    assert "\x1b" not in text
    assert "[/red]\\x1b[2J" in text


@given(
    st.lists(st.text(max_size=30), min_size=1, max_size=12),
    st.integers(1, 16) | st.integers(1, 90),
    st.integers(1, 3),
    st.booleans(),
)
def test_a_legend_never_overflows(names: list[str], width: int, rows: int, values: bool) -> None:  # noqa: FBT001
    entries = [Entry(name, "■", "s0", "0.1234", focused=place == 7) for place, name in enumerate(names)]
    lines = legend(entries, width, rows, keep_values=values)
    assert len(lines) <= rows
    assert all(each <= width for each in widths(lines))


def test_a_value_that_does_not_fit_into_a_legend_is_marked_as_cut() -> None:
    entries = [Entry("loss", "■", "s0", "123.456")]
    assert text_of(values_only(entries, 12)) == "■ 123.456"
    assert text_of(values_only(entries, 9)) == "■ 123.456"
    assert text_of(values_only(entries, 7)) == "■ 123.…"


@given(st.lists(st.text(max_size=12).map(Piece), max_size=6), st.integers(0, 30))
def test_a_line_that_is_cut_is_never_too_wide(line: Line, width: int) -> None:
    assert sum(display_width(piece.text) for piece in cut(line, width)) <= width


def test_a_legend_says_how_many_more_there_are_and_shows_the_focused_one() -> None:
    entries = [Entry(f"exp/model/run-{place}", "■", "s0", "0.1", focused=place == 6) for place in range(8)]
    text = text_of(legend(entries, 40, keep_values=True))
    assert "run-6" in text
    assert text.endswith("+7 more")
    assert "exp/" not in text


def test_eight_series_have_eight_colours_and_marks_that_stay() -> None:
    colours = Colours()
    names = [f"run-{place}" for place in range(20)]
    first = {name: (colours.style(name), colours.mark(name)) for name in names}
    assert len({first[name] for name in names[:8]}) == 8
    assert len({first[name][0] for name in names[:8]}) == len(COLOURS)
    assert len({first[name][1] for name in names[:8]}) == len(MARKS)
    assert len(set(first.values())) == 20
    assert {name: (colours.style(name), colours.mark(name)) for name in reversed(names)} == first


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(("which", "background"), [(0, "#16181d"), (1, "#fafaf8")])
def test_every_colour_stands_out_from_the_background(which: int, background: str) -> None:
    for pair in COLOURS:
        one, other = sorted((luminance(pair[which]), luminance(background)))
        assert (other + 0.05) / (one + 0.05) >= 3, pair[which]


CURVE = Series("exp/model/base", range(200), [math.exp(-step / 40) + 0.05 * math.sin(step) for step in range(200)])
OTHER = Series("exp/model/wide", range(0, 200, 10), [0.9 * math.exp(-step / 50) + 0.1 for step in range(0, 200, 10)])


@pytest.mark.parametrize(
    ("name", "view", "size"),
    [
        ("two", PlotView(), (60, 14)),
        ("log", PlotView(log_y=True, smoothing=0.8), (60, 12)),
        ("cursor", PlotView(cursor=50.0, focused="exp/model/wide"), (60, 12)),
        ("zoomed", PlotView(x_range=(20.0, 60.0)), (40, 8)),
        ("small", PlotView(), (20, 5)),
        ("tiny", PlotView(), (8, 3)),
    ],
)
def test_a_plot_looks_as_it_did(
    name: str, view: PlotView, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(golden_files, "FOLDER", FOLDER)
    golden_files.check(f"line_{name}.txt", shown(CURVE, OTHER, view=view, size=size) + "\n")
