"""Parallel coordinates: an axis for each column, and a line over all of them for each row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.width import display_width, shorten
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple
from branchlab_tui.drawing.brush import ends, inside
from branchlab_tui.drawing.canvas import DOTS_HIGH, DOTS_WIDE, Canvas
from branchlab_tui.drawing.heading import heading
from branchlab_tui.drawing.piece import Line, Piece

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab_tui.drawing.brush import Brush, Ruler
    from branchlab_tui.drawing.canvas import Stroke
    from branchlab_tui.drawing.palette import Colours

MOST_AXES = 8
_LEAST_SPAN = 12  # columns from one axis to the next
_OUT, _IN, _BRIGHT = 1, 2, 3  # layers


class Strands(NamedTuple):
    """What is drawn: axes with their rulers, and a name for each strand.

    Attributes:
        title: what is drawn.
        axes: titles of the axes.
        rulers: one for each axis.
        names: one for each strand.
        bright: names of the strands that have their colour and mark; the others are plain.
    """

    title: str
    axes: Sequence[str]
    rulers: Sequence[Ruler]
    names: Sequence[str]
    bright: Sequence[str] = ()


class ParallelFrame(NamedTuple):
    """Where the axes stand: the first one shown, their columns, and the rows between their ends."""

    first: int
    columns: tuple[int, ...]
    top: int
    height: int

    def axis_at(self, column: int) -> int:
        """Returns which axis is nearest to a column."""
        return self.first + min(range(len(self.columns)), key=lambda place: abs(self.columns[place] - column))

    def place_at(self, row: int) -> float:
        """Returns how high a row is on an axis, 0 to 1."""
        return 1 - min(1.0, max(0.0, (row - self.top) / max(1, self.height - 1)))


def draw_parallel(
    strands: Strands, brushes: Sequence[Brush | None], focused: int, size: tuple[int, int], colours: Colours
) -> tuple[list[Line], ParallelFrame | None]:
    """Returns the drawing at a size (columns, rows) and where its axes are.

    With more axes than fit, those around the focused one are shown.
    """
    width, height = size
    if width < 1 or height < 1:
        return [], None
    chosen = [inside(strands.rulers, brushes, strand) for strand in range(len(strands.names))]
    fact = f"{sum(chosen)} of {len(chosen)}" if any(brushes) else f"{len(chosen)}"
    count = min(MOST_AXES, len(strands.axes), max(1, width // _LEAST_SPAN))
    more = len(strands.axes) - count
    facts = [fact, *([f"+{more} axes"] if more > 0 else [])]
    head = heading(strands.title, facts, [], _range_text(strands, brushes, focused), width)
    if not strands.axes or not strands.names or height < 5:  # noqa: PLR2004 - title, names, ends, one row
        blank = [Piece(" " * width)]
        text = [Piece(shorten("nothing to compare", width).center(width), "dim")]
        return ([head, text] + [blank] * height)[:height], None
    frame = _frame(len(strands.axes), count, focused, size)
    canvas = Canvas(width, frame.height)
    _draw_strands(canvas, strands, chosen, frame, colours)
    _draw_axes(canvas, brushes, strands.rulers, frame, focused)
    shown = range(frame.first, frame.first + count)
    titles = [safe_text(strands.axes[axis]) + (" log" if strands.rulers[axis].scale.log else "") for axis in shown]
    highest = [_end_label(strands.rulers[axis], last=True) for axis in shown]
    lowest = [_end_label(strands.rulers[axis], last=False) for axis in shown]
    here = focused - frame.first
    lines = [head, _labels(titles, frame, width, here), _labels(highest, frame, width)]
    return [*lines, *canvas.lines(), _labels(lowest, frame, width)], frame


def _frame(axes: int, count: int, focused: int, size: tuple[int, int]) -> ParallelFrame:
    width, height = size
    first = max(0, min(focused - count // 2, axes - count))
    margin = min(6, width // (2 * count + 1))
    inner = max(1, width - 1 - 2 * margin)
    columns = tuple(margin + inner * place // max(1, count - 1) for place in range(count))
    return ParallelFrame(first, columns, 3, height - 4)


def _end_label(ruler: Ruler, *, last: bool) -> str:
    return ruler.label(len(ruler.stops) - 1 if last else 0) if ruler.stops else "no values"


def _draw_strands(
    canvas: Canvas, strands: Strands, chosen: Sequence[bool], frame: ParallelFrame, colours: Colours
) -> None:
    """Draws strands outside of a brush first, then those inside, the bright ones last, with a mark on each."""
    bright = set(strands.bright)
    strokes: dict[tuple[str, int], Stroke] = {}
    order = sorted(range(len(strands.names)), key=lambda each: (chosen[each], strands.names[each] in bright))
    for strand in order:
        name = strands.names[strand]
        own = colours.style(name) if name in bright else "frame"
        style = own if chosen[strand] else "faint"
        layer = _OUT if not chosen[strand] else _BRIGHT if name in bright else _IN
        # One stroke for all strands of a style: each is a list as wide as the canvas.
        if (style, layer) not in strokes:
            strokes[style, layer] = canvas.stroke(style, layer)
        _draw_strand(canvas, strands, strand, frame, strokes[style, layer])
    for strand in order:
        name = strands.names[strand]
        if name in bright and chosen[strand]:
            _mark_strand(canvas, strands, strand, frame, colours)


def _places(strands: Strands, strand: int, frame: ParallelFrame) -> list[float | None]:
    return [strands.rulers[frame.first + axis].places[strand] for axis in range(len(frame.columns))]


def _draw_strand(canvas: Canvas, strands: Strands, strand: int, frame: ParallelFrame, stroke: Stroke) -> None:
    last = canvas.height * DOTS_HIGH - 1
    places = _places(strands, strand, frame)
    for axis in range(len(places) - 1):
        start, end = places[axis], places[axis + 1]
        # A strand without a value on an axis has a gap there, and no guess across it.
        if start is None or end is None:
            continue
        left, right = (frame.columns[axis + side] * DOTS_WIDE for side in (0, 1))
        row = round((1 - start) * last)
        for column in range(left, right + 1):
            part = (column - left) / max(1, right - left)
            new = round((1 - start - (end - start) * part) * last)
            canvas.span(stroke, column, min(row, new), max(row, new))
            row = new


def _mark_strand(canvas: Canvas, strands: Strands, strand: int, frame: ParallelFrame, colours: Colours) -> None:
    name = strands.names[strand]
    for axis, place in enumerate(_places(strands, strand, frame)):
        if place is not None:
            row = round((1 - place) * (canvas.height - 1))
            # Beside the axis, which is drawn later and would cover it.
            canvas.mark(frame.columns[axis] + 1, row, colours.mark(name), f"{colours.style(name)}.bright")


def _draw_axes(
    canvas: Canvas, brushes: Sequence[Brush | None], rulers: Sequence[Ruler], frame: ParallelFrame, focused: int
) -> None:
    for place, column in enumerate(frame.columns):
        axis = frame.first + place
        brush, ruler = brushes[axis], rulers[axis]
        reach = None
        if brush and ruler.stops:
            low, high = (ruler.scale.fraction(end) for end in ends(brush, ruler))
            reach = round((1 - high) * (canvas.height - 1)), round((1 - low) * (canvas.height - 1))
        style = "cursor-text" if axis == focused else "axis"
        for row in range(canvas.height):
            is_in = reach is not None and reach[0] <= row <= reach[1]
            canvas.mark(column, row, "┃" if is_in else "│", "name.bright" if is_in else style)


def _labels(texts: Sequence[str], frame: ParallelFrame, width: int, here: int = -1) -> Line:
    """Returns texts centred over their axes, cut where they would touch."""
    line: Line = []
    used = 0
    for place, (text, column) in enumerate(zip(texts, frame.columns, strict=True)):
        after = frame.columns[place + 1] if place + 1 < len(frame.columns) else width + (width - column)
        room = max(1, min(after - column, width) - 2)
        shown = shorten(text, room)
        size = display_width(shown)
        start = max(used, min(column - size // 2, width - size))
        shown = shorten(shown, max(0, width - start))
        line += [Piece(" " * (start - used)), Piece(shown, "name.bright" if place == here else "axis")]
        used = start + display_width(shown) + (1 if place + 1 < len(texts) else 0)
        line.append(Piece(" " if place + 1 < len(texts) and used <= width else ""))
    taken = sum(display_width(piece.text) for piece in line)
    return [piece for piece in (*line, Piece(" " * max(0, width - taken))) if piece.text]


def _range_text(strands: Strands, brushes: Sequence[Brush | None], focused: int) -> str:
    """Returns the range on the focused axis."""
    if focused >= len(strands.axes) or not (brush := brushes[focused]) or not strands.rulers[focused].stops:
        return ""
    ruler = strands.rulers[focused]
    low, high = ruler.label(brush.low), ruler.label(brush.high)
    return f"{safe_text(strands.axes[focused])} " + (low if low == high else f"{low} to {high}")
