"""Points of two columns against each other; the front stands out, and one point is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.style import FRONT
from branchlab.report.width import display_width, shorten
from branchlab.text import format_number, safe_text
from branchlab.tuples import NamedTuple
from branchlab_tui.drawing.canvas import CURSOR_CELL, Canvas
from branchlab_tui.drawing.frame import Frame, rows_for
from branchlab_tui.drawing.heading import heading
from branchlab_tui.drawing.line_plot import Drawing
from branchlab_tui.drawing.piece import Line, Piece
from branchlab_tui.drawing.scale import Scale, fit
from branchlab_tui.drawing.sides import bottom_side, left_side
from branchlab_tui.drawing.spots import cells, drawable, next_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab_tui.drawing.labels import Labels

PLAIN = "•"
MARKED = "●"
_MOST_NAMES = 24
_LONGEST_NAME = 24
_READING_FROM = 6
_MARGIN = 0.04


class Point(NamedTuple):
    """A named point.

    Attributes:
        name: read when the point is focused.
        x: NaN where there is no value: the point is not drawn.
        y: the same.
        front: whether no other point is better in both columns.
        marked: whether the user marked it.
        mark: one character to draw it with, instead of the usual ones.
    """

    name: str
    x: float
    y: float
    front: bool = False
    marked: bool = False
    mark: str = ""


class ScatterView(NamedTuple):
    """How a scatter is looked at: kind of the axes, and the name of the point that is read."""

    log_x: bool = False
    log_y: bool = False
    focused: str = ""


def shown_points(points: Sequence[Point], view: ScatterView) -> list[Point]:
    """Returns the points that the axes can show."""
    return drawable(points, log_x=view.log_x, log_y=view.log_y)


def draw_scatter(points: Sequence[Point], view: ScatterView, size: tuple[int, int], labels: Labels) -> Drawing:
    """Returns the scatter at a size (columns, rows)."""
    width, height = size
    if width < 1 or height < 1:
        return Drawing([], None)
    shown = shown_points(points, view)
    reading = 1 if min(size) >= _READING_FROM else 0
    rows = rows_for(height, reading)
    top = [_title(len(points) - len(shown), view, labels, width)] * rows.title
    top += [_reading(shown, view, labels, width)] * reading
    if not shown:
        blank = [Piece(" " * width)]
        rest = height - len(top)
        text = [Piece(shorten("no point has both values", width).center(width), "dim")]
        return Drawing(top + [text if row == (rest - 1) // 2 else blank for row in range(rest)], None)
    x = _axis([point.x for point in shown], log=view.log_x)
    y = _axis([point.y for point in shown], log=view.log_y)
    frame, axis = left_side(x, y, (width, rows.field), len(top))
    canvas = Canvas(frame.width, frame.height)
    _draw_points(canvas, shown, view, frame)
    lines = [[*label, *line] for label, line in zip(axis, canvas.lines(), strict=True)]
    return Drawing([*top, *lines, *bottom_side(frame, labels, axis=bool(rows.axis), numbers=bool(rows.labels))], frame)


def _axis(values: Sequence[float], *, log: bool) -> Scale:
    """Returns an axis with a little room at both ends, so that no point sits on the rim."""
    scale = fit(min(values), max(values), log=log)
    return fit(scale.value(-_MARGIN), scale.value(1 + _MARGIN), log=log)


def _draw_points(canvas: Canvas, points: Sequence[Point], view: ScatterView, frame: Frame) -> None:
    """Draws plain points first, then what stands out, the focused one last; names only where nothing is."""
    ordered = sorted(
        points, key=lambda point: (point.name == view.focused, point.marked or bool(point.mark), point.front)
    )
    places = cells(ordered, frame)
    for point, place in zip(ordered, places, strict=True):
        canvas.mark(*place, *_look(point, view))
    # Names in the opposite order: what stands out most has the room first.
    named = [each for each in zip(ordered, places, strict=True) if _is_named(each[0], view)]
    for point, place in reversed(named[-_MOST_NAMES:]):
        _write_name(canvas, point, view, place)


def _is_named(point: Point, view: ScatterView) -> bool:
    return point.front or point.marked or point.name == view.focused


def _look(point: Point, view: ScatterView) -> tuple[str, str]:
    own = safe_text(point.mark)
    text = own if display_width(own) == len(own) == 1 else MARKED if point.marked else FRONT if point.front else PLAIN
    if point.name == view.focused:
        return text, CURSOR_CELL
    return text, "best" if point.front else "name.bright" if point.marked or point.mark else "dim"


def _write_name(canvas: Canvas, point: Point, view: ScatterView, cell: tuple[int, int]) -> None:
    """Writes a name on the right of its point, else on the left, else not at all."""
    name = shorten(safe_text(point.name), _LONGEST_NAME)
    size = display_width(name)
    if size != len(name):
        return  # the canvas puts one character into a cell
    column, row = cell
    for start in (column + 2, column - 1 - size):
        # A blank on both sides, or a name would run into what stands beside it; its own point may touch.
        cells = range(start - 1, start + size + 1)
        if (
            start < 0
            or start + size > canvas.width
            or any(not canvas.is_empty(each, row) for each in cells if each != column and 0 <= each < canvas.width)
        ):
            continue
        style = "name.bright" if point.name == view.focused else "dim"
        for place, character in enumerate(name):
            canvas.mark(start + place, row, character, style)
        return


def _title(missing: int, view: ScatterView, labels: Labels, width: int) -> Line:
    axes = " ".join(axis for axis, log in (("x", view.log_x), ("y", view.log_y)) if log)
    facts = [*([safe_text(labels.y_title)] if labels.y_title else []), *([f"log {axes}"] if axes else [])]
    return heading(labels.title, facts, [f"{missing} not shown"] if missing else [], "", width)


def _reading(points: Sequence[Point], view: ScatterView, labels: Labels, width: int) -> Line:
    """Returns what the focused point is, or what the marks mean."""
    focused = next((point for point in points if point.name == view.focused), None)
    if focused is None:
        kinds = [
            (FRONT, "front", any(point.front for point in points)),
            (MARKED, "marked", any(p.marked for p in points)),
        ]
        text = "  ".join(f"{mark} {word}" for mark, word, there in kinds if there)
        shown = shorten(text, width)
        return [Piece(shown, "dim"), Piece(" " * (width - display_width(shown)))]
    values = f"  {safe_text(labels.x_title) or 'x'} {format_number(focused.x)} · "
    values += f"{safe_text(labels.y_title) or 'y'} {format_number(focused.y)}"
    mark, _ = _look(focused, view)
    name = shorten(safe_text(focused.name), max((width - 2) // 2, width - display_width(values) - 2))
    line = [Piece(f"{mark} ", "best" if focused.front else ""), Piece(name, "name.bright")]
    room = width - 2 - display_width(name)
    shown = shorten(values, max(0, room), "start")
    return [*line, Piece(shown, "value"), Piece(" " * (room - display_width(shown)))]


def next_point(points: Sequence[Point], focused: str, across: int, up: int) -> str:
    """Returns the name of the next point in a direction; the first step goes to the front, where there is one."""
    return next_name(points, focused, across, up, (point.name for point in points if point.front))


def next_front(points: Sequence[Point], focused: str) -> str:
    """Returns the name of the next point of the front, from left to right and around."""
    front = [point.name for point in sorted(points, key=lambda point: (point.x, point.y)) if point.front]
    if not front:
        return focused
    return front[(front.index(focused) + 1) % len(front)] if focused in front else front[0]
