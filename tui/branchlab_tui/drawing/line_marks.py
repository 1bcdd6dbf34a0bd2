"""The marks that tell lines apart without colour, and the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab_tui.drawing.extent import layers_of
from branchlab_tui.drawing.points import nearest_place
from branchlab_tui.drawing.reading import reach, style_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab_tui.drawing.curve import Curve
    from branchlab_tui.drawing.palette import Colours
    from branchlab_tui.drawing.points import Points
    from branchlab_tui.drawing.trace import Field
    from branchlab_tui.drawing.view import PlotView

_CURSOR = "┊"


def mark_lines(field: Field, curves: Sequence[Curve], view: PlotView, colours: Colours) -> None:
    """Puts the mark of each curve on its line, each at another place; a curve of one point is its mark."""
    low, high = field.x.fraction(field.x.low), field.x.fraction(field.x.high)
    for place, curve in enumerate(curves):
        _, points = layers_of(curve, view)
        # A line alone needs nothing to be told by; of a single point there is no line at all.
        if len(curves) == 1 and len(points) > 1:
            continue
        # In the middle of its own part of the width, so that marks of close curves do not cover each other.
        wanted = field.x.value(low + (high - low) * (place + 0.5) / len(curves))
        _mark(field, curve, points, wanted, view, colours)


def mark_cursor(field: Field, curves: Sequence[Curve], view: PlotView, colours: Colours) -> None:
    """Draws the cursor as a line behind the curves, and the mark of each curve where the cursor reads it."""
    cursor = view.cursor
    if cursor is None or (field.x.log and cursor <= 0):
        return
    canvas = field.canvas
    column, _ = field.cell(cursor, field.y.low)
    for row in range(canvas.height if 0 <= column < canvas.width else 0):
        if canvas.is_empty(column, row):
            canvas.mark(column, row, _CURSOR, "cursor")
    for curve in curves:
        _, points = layers_of(curve, view)
        if curve.nearest(cursor, reach(field.x, cursor, canvas.width)) is not None:
            _mark(field, curve, points, cursor, view, colours)


def _mark(field: Field, curve: Curve, points: Points, x: float, view: PlotView, colours: Colours) -> None:
    place = nearest_place(points.x, x)
    if place is None:
        return
    column, row = field.cell(points.x[place], points.y[place])
    field.canvas.mark(column, row, colours.mark(curve.name), style_of(curve, view, colours))
