"""Curves over steps or time as braille dots, with axes, a legend and a cursor that reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.width import shorten
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple
from branchlab_tui.drawing.canvas import Canvas
from branchlab_tui.drawing.extent import layers_of, x_scale, y_scale
from branchlab_tui.drawing.frame import Frame, legend_rows, rows_for
from branchlab_tui.drawing.heading import heading, losses, treatments
from branchlab_tui.drawing.legend import legend, values_only
from branchlab_tui.drawing.line_marks import mark_cursor, mark_lines
from branchlab_tui.drawing.piece import Line, Piece, filled
from branchlab_tui.drawing.reading import entries, place_text, style_of
from branchlab_tui.drawing.sides import bottom_side, left_side
from branchlab_tui.drawing.trace import Field, trace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab_tui.drawing.curve import Curve
    from branchlab_tui.drawing.labels import Labels
    from branchlab_tui.drawing.legend import Entry
    from branchlab_tui.drawing.palette import Colours
    from branchlab_tui.drawing.view import PlotView

_BANDS, _LINES, _FOCUSED = 1, 2, 3  # layers of the canvas


class Drawing(NamedTuple):
    """A drawn plot: its lines, all of the same width, and where its field is; None when nothing can be drawn."""

    lines: list[Line]
    frame: Frame | None


def draw(curves: Sequence[Curve], view: PlotView, size: tuple[int, int], labels: Labels, colours: Colours) -> Drawing:
    """Returns the plot at a size (columns, rows), whatever the curves hold and however small it is."""
    width, height = size
    if width < 1 or height < 1:
        return Drawing([], None)
    shown = visible(curves, view)
    x = x_scale(shown, view, labels.x_limits)
    named = entries(shown, view, colours, x, width)
    below = _legend(named, labels, (width, height), read=view.cursor is not None)
    rows = rows_for(height, len(below))
    # `rows.title` is 0 or 1, as most of `Rows`: a part without room is an empty list.
    top = [_title(curves, shown, view, labels, width)] * rows.title + [filled(line, width) for line in below]
    if x is None:
        return Drawing(top + _message(shown, view, (width, height - len(top))), None)
    y = y_scale(shown, view, labels.y_limits, x)
    frame, axis = left_side(x, y, (width, rows.field), len(top))
    field = Field(Canvas(frame.width, frame.height), x, y)
    _draw_curves(field, shown, view, colours)
    lines = [[*label, *line] for label, line in zip(axis, field.canvas.lines(), strict=True)]
    return Drawing([*top, *lines, *bottom_side(frame, labels, axis=bool(rows.axis), numbers=bool(rows.labels))], frame)


def _legend(named: Sequence[Entry], labels: Labels, size: tuple[int, int], *, read: bool) -> list[Line]:
    width, height = size
    rows = legend_rows(height)
    if labels.names:
        return legend(named, width, rows, keep_values=read)
    return values_only(named, width) if rows else []


def visible(curves: Sequence[Curve], view: PlotView) -> list[Curve]:
    """Returns the curves that are drawn: all, or the focused one when it is isolated."""
    alone = [curve for curve in curves if view.isolated and curve.name == view.focused]
    return alone or list(curves)


def _title(curves: Sequence[Curve], shown: Sequence[Curve], view: PlotView, labels: Labels, width: int) -> Line:
    facts = treatments(view, len(curves) - len(shown))
    if labels.y_title:
        facts.insert(0, safe_text(labels.y_title))
    return heading(labels.title, facts, losses(shown, view), place_text(view, labels), width)


def _message(shown: Sequence[Curve], view: PlotView, size: tuple[int, int]) -> list[Line]:
    """Returns the field of a plot that has nothing to draw, and why."""
    width, height = size
    if not any(len(curve) or curve.not_finite for curve in shown):
        text = "no values yet"
    elif view.log_x or view.log_y:
        text = "nothing above 0 for a logarithmic axis"
    else:
        text = "no finite value"
    line = [Piece(shorten(text, width).center(width), "dim")]
    return [line if row == (height - 1) // 2 else [Piece(" " * width)] for row in range(height)]


def _draw_curves(field: Field, curves: Sequence[Curve], view: PlotView, colours: Colours) -> None:
    """Draws bands, then lines, the focused one last, then what marks them."""
    # False comes first: ghosts lie lowest, and over all of them the focused one.
    ordered = sorted(curves, key=lambda curve: (curve.name == view.focused, not curve.ghost))
    columns = field.columns
    if view.smoothing:
        for curve in ordered:
            # Behind a smoothed curve what was logged stays in sight: the line alone would hide how noisy it is.
            raw, _ = layers_of(curve, view)
            band = field.canvas.stroke(f"{colours.style(curve.name)}.dim", _BANDS)
            trace(field, raw, raw.thinner.bins(field.x, columns), band)
            field.canvas.fade(band)
    for curve in ordered:
        _, points = layers_of(curve, view)
        layer = _FOCUSED if curve.name == view.focused else _LINES
        line = field.canvas.stroke(style_of(curve, view, colours), layer)
        trace(field, points, points.thinner.bins(field.x, columns), line)
    if view.cursor is None:
        mark_lines(field, ordered, view, colours)
    else:
        mark_cursor(field, ordered, view, colours)
