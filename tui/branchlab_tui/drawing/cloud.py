"""Marked dots over two axes, numbers or words, with the best so far as stairs or a surface under them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.width import display_width, shorten
from branchlab.tuples import NamedTuple
from branchlab_tui.drawing.canvas import CURSOR_CELL, DOTS_HIGH, DOTS_WIDE, Canvas
from branchlab_tui.drawing.dimension import Dimension, bottom_labels, left_labels
from branchlab_tui.drawing.frame import Frame, rows_for
from branchlab_tui.drawing.heading import heading
from branchlab_tui.drawing.line_plot import Drawing
from branchlab_tui.drawing.piece import Line, Piece
from branchlab_tui.drawing.shades import Shades, draw_shades, shade_key
from branchlab_tui.drawing.spots import cells, drawable, nearest, next_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_KEY_FROM = 10  # rows from which the marks are explained


class Dot(NamedTuple):
    """A named dot.

    Attributes:
        name: tells it from all others.
        x: NaN where it has no place: it is not drawn then.
        y: the same.
        mark: one character.
        style: of the mark.
        layer: what stands over what where two share a cell.
        text: what is said of it when it is read.
    """

    name: str
    x: float
    y: float
    mark: str = "•"
    style: str = ""
    layer: int = 0
    text: str = ""


class Cloud(NamedTuple):
    """Dots and what is around them.

    Attributes:
        title: what is drawn.
        x: from left to right.
        y: from bottom to top.
        dots: in any order.
        stairs: corners (x, y) of a line that goes on level until the next one, by ascending x.
        shades: a surface from the low to the high ends of both axes.
        facts: said beside the title where there is room.
        warnings: the same, before facts.
        key: what the marks mean; the last ones give way where there is no room.
        nothing: what is said where no dot has a place.
    """

    title: str
    x: Dimension
    y: Dimension
    dots: Sequence[Dot] = ()
    stairs: Sequence[tuple[float, float]] = ()
    shades: Shades | None = None
    facts: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    nothing: str = "nothing to draw yet"


class Placed(NamedTuple):
    """A cloud at a size, all but the dot that is read: so that to read another one costs what that changes.

    Attributes:
        cloud: what was placed.
        width: columns of the drawing.
        dots: those that have a place, by name.
        cells: where each of them stands in the field.
        canvas: the field.
        frame: where the field stands; None when no dot has a place.
        top: the lines above the field, without the title.
        left: the pieces left of each row of the field.
        below: the lines below it.
        titled: whether there is room for a title.
    """

    cloud: Cloud
    width: int
    dots: Mapping[str, Dot]
    cells: Mapping[str, tuple[int, int]]
    canvas: Canvas | None
    frame: Frame | None
    top: Sequence[Line]
    left: Sequence[Line]
    below: Sequence[Line]
    titled: bool


def place_cloud(cloud: Cloud, size: tuple[int, int]) -> Placed:
    """Returns a cloud at a size (columns, rows)."""
    width, height = size
    dots = drawable(cloud.dots, log_x=cloud.x.log, log_y=cloud.y.log)
    key = _key(cloud, width) if height >= _KEY_FROM else ""
    rows = rows_for(height, 1 if key else 0)
    top = [[Piece(key + " " * (width - display_width(key)), "dim")]] * rows.legend
    named = {dot.name: dot for dot in dots}
    if not dots or width < 1 or rows.field < 1:
        blank = [Piece(" " * width)]
        rest = height - len(top) - rows.title
        text = [Piece(shorten(cloud.nothing, width).center(width), "dim")]
        below = [text if row == (rest - 1) // 2 else blank for row in range(rest)]
        return Placed(cloud, width, named, {}, None, None, top, (), below, bool(rows.title))
    x, y = cloud.x.scale, cloud.y.scale
    left, axis = left_labels(cloud.y, y, width, rows.field)
    frame = Frame(left, rows.title + len(top), width - left, rows.field, x, y)
    places = dict(zip(named, cells(named.values(), frame), strict=True))
    canvas = Canvas(frame.width, frame.height)
    if cloud.shades is not None:
        draw_shades(canvas, cloud.shades, frame, (_span(cloud.x), _span(cloud.y)))
    _draw_stairs(canvas, cloud.stairs, frame)
    # The later mark stays; sorting is stable, so within a layer it is the later dot.
    for dot in sorted(dots, key=lambda dot: dot.layer):
        canvas.mark(*places[dot.name], _mark(dot), dot.style)
    below = bottom_labels(cloud.x, x, left, frame.width, axis=bool(rows.axis)) if rows.labels else []
    return Placed(cloud, width, named, places, canvas, frame, top, axis, below, bool(rows.title))


def draw_placed(placed: Placed, focused: str, title: str = "") -> Drawing:
    """Returns the drawing with one dot read; `title` stands in the place of that of the cloud."""
    cloud, dot = placed.cloud, placed.dots.get(focused)
    # Laid over and not drawn: with a thousand dots the next one is read without another canvas.
    over = {placed.cells[focused]: Piece(_mark(dot), CURSOR_CELL)} if dot and focused in placed.cells else {}
    read = dot.text if dot else ""
    top = [heading(title or cloud.title, cloud.facts, cloud.warnings, read, placed.width)] * placed.titled
    field = placed.canvas.lines(over) if placed.canvas else []
    lines = [[*label, *line] for label, line in zip(placed.left, field, strict=True)]
    return Drawing([*top, *placed.top, *lines, *placed.below], placed.frame)


def _mark(dot: Dot) -> str:
    # The canvas puts one character into a cell, and one that is two cells wide would push the rest.
    return dot.mark if display_width(dot.mark) == len(dot.mark) == 1 else "•"


def _key(cloud: Cloud, width: int) -> str:
    """Returns as much of what marks and surface mean as fits."""
    parts = [*cloud.key, *([shade_key(cloud.shades)] if cloud.shades else [])]
    while parts and display_width("  ".join(parts)) > width:
        parts.pop()
    return "  ".join(parts)


def _span(dimension: Dimension) -> tuple[float, float]:
    """Returns the places of the ends of an axis, which has a little room beyond them."""
    scale = dimension.scale
    low, high = (0.0, len(dimension.words) - 1.0) if dimension.words else (dimension.low, dimension.high)
    # Also where an end is NaN, because nothing is known of the axis.
    if not low < high:
        return 0.0, 1.0
    first, last = scale.fractions((low, high))
    return (first, last) if first < last else (0.0, 1.0)


def nearest_dot(placed: Placed, column: int, row: int) -> Dot | None:
    """Returns the dot nearest to a cell of the drawing."""
    return nearest(list(placed.dots.values()), placed.frame, column, row) if placed.frame else None


def next_dot(placed: Placed, focused: str, across: int, up: int) -> str:
    """Returns the name of the next dot in a direction."""
    return next_name(placed.dots.values(), focused, across, up)


def _draw_stairs(canvas: Canvas, stairs: Sequence[tuple[float, float]], frame: Frame) -> None:
    stroke = canvas.stroke("best")
    last, row, place = canvas.height * DOTS_HIGH - 1, None, -1
    for column in range(canvas.width * DOTS_WIDE):
        # By the right end of the column, so that a step shows in the column in which it is.
        x = frame.x.value((column + 1) / (canvas.width * DOTS_WIDE))
        while place + 1 < len(stairs) and stairs[place + 1][0] <= x:
            place += 1
        if place < 0:
            continue
        new = round((1 - min(1.0, max(0.0, frame.y.fraction(stairs[place][1])))) * last)
        canvas.span(stroke, column, min(new, new if row is None else row), max(new, new if row is None else row))
        row = new


def side_by_side(clouds: Sequence[Drawing], widths: Sequence[int], gap: int) -> list[Line]:
    """Returns the lines of drawings of the same height beside each other."""
    height = max((len(each.lines) for each in clouds), default=0)
    lines: list[Line] = []
    for row in range(height):
        line: Line = []
        for place, (each, width) in enumerate(zip(clouds, widths, strict=True)):
            line += [Piece(" " * gap)] if place else []
            line += each.lines[row] if row < len(each.lines) else [Piece(" " * width)]
        lines.append(line)
    return lines
