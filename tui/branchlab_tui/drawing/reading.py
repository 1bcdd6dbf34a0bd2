"""What the cursor of a line plot reads: a value of each curve at one step."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from branchlab.report.style import MISSING
from branchlab.text import format_number
from branchlab_tui.drawing.legend import Entry
from branchlab_tui.drawing.ticks import time_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab_tui.drawing.curve import Curve
    from branchlab_tui.drawing.labels import Labels
    from branchlab_tui.drawing.palette import Colours
    from branchlab_tui.drawing.scale import Scale
    from branchlab_tui.drawing.view import PlotView


def reach(scale: Scale, x: float, columns: int) -> float:
    """Returns how far a column lies from `x`, in the unit of the data."""
    # A cursor that stayed from a linear axis may stand where this one has no place.
    if scale.log and x <= 0:
        return 0.0
    return abs(scale.value(scale.fraction(x) + 1 / max(1, columns)) - x)


def entries(
    curves: Sequence[Curve], view: PlotView, colours: Colours, scale: Scale | None, columns: int
) -> list[Entry]:
    """Returns the legend: values at the cursor, or the last ones; `·` where a curve does not reach the cursor."""
    found = []
    for curve in curves:
        if view.cursor is None:
            # The last that can be drawn: a loss that went to NaN still has a value in the legend.
            value = next((value for value in reversed(curve.y) if math.isfinite(value)), None)
        else:
            value = curve.nearest(view.cursor, reach(scale, view.cursor, columns) if scale else 0.0)
        text = MISSING if value is None else format_number(value)
        found.append(
            Entry(
                curve.name, colours.mark(curve.name), style_of(curve, view, colours), text, curve.name == view.focused
            )
        )
    return found


def style_of(curve: Curve, view: PlotView, colours: Colours) -> str:
    """Returns the style of a curve: bright when it is focused, dim when another one is or it is a ghost."""
    style = colours.style(curve.name)
    if curve.name == view.focused:
        return f"{style}.bright"
    return f"{style}.dim" if view.focused or curve.ghost else style


def place_text(view: PlotView, labels: Labels) -> str:
    """Returns where the cursor stands, `step 400`; empty without one."""
    if view.cursor is None:
        return ""
    value = view.cursor
    if labels.x_kind == "time" and abs(value) >= 1:
        text = time_label(value)
    elif value == int(value):
        text = f"{value:.0f}" if abs(value) < 1e15 else format_number(value)  # noqa: PLR2004 - as text.format_number
    else:
        text = format_number(value)
    return f"{labels.x_title or 'x'} {text}"
