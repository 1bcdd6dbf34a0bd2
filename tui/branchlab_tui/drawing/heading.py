"""The first line of a plot: its title, what was done to the data and what of it cannot be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.width import display_width, shorten
from branchlab.text import safe_text
from branchlab_tui.drawing.piece import Line, Piece

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab_tui.drawing.curve import Curve
    from branchlab_tui.drawing.view import PlotView

_LEAST_TITLE = 6
_GAP = "  "
_DOT = " · "


def losses(curves: Sequence[Curve], view: PlotView) -> list[str]:
    """Returns how many points cannot be drawn, and why."""
    not_finite = sum(curve.not_finite for curve in curves)
    hidden = sum(curve.lens(log_x=view.log_x, log_y=view.log_y).hidden for curve in curves)
    return [
        *([f"{not_finite} not finite"] if not_finite else []),
        *([f"{hidden} at or below 0"] if hidden else []),
    ]


def treatments(view: PlotView, count: int) -> list[str]:
    """Returns what the view does to the data; `count` is that of the curves that are not drawn."""
    axes = " ".join(axis for axis, log in (("x", view.log_x), ("y", view.log_y)) if log)
    return [
        *([f"log {axes}"] if axes else []),
        *([f"ema {view.smoothing:g}"] if view.smoothing else []),
        *(["zoomed"] if view.x_range or view.y_range else []),
        *([f"{count} hidden"] if count else []),
    ]


def heading(title: str, facts: Sequence[str], warnings: Sequence[str], reading: str, width: int) -> Line:
    """Returns the line, exactly `width` columns: the title, facts while they fit, the cursor's place at the right.

    What cannot be seen is said before what was done, because only the line can tell it.
    """
    title = safe_text(title)
    # The title keeps half of the line: warnings cut it down to a few letters where a plot is narrow.
    room = width - min(display_width(title), max(_LEAST_TITLE, width // 2))
    kept_reading = reading if reading and display_width(reading) + len(_GAP) <= room else ""
    room -= display_width(kept_reading) + len(_GAP) if kept_reading else 0
    kept: list[Piece] = []
    for text, style in (*((text, "warn") for text in warnings), *((text, "dim") for text in facts)):
        needed = display_width(text) + len(_DOT)
        if needed > room:
            # Nothing shorter behind it either: a fact must not stand where a warning had no room.
            break
        room -= needed
        kept += [Piece(_DOT if kept else _GAP, "dim"), Piece(text, style)]
    taken = sum(display_width(piece.text) for piece in kept) + display_width(kept_reading)
    shown = shorten(title, max(0, width - taken - (len(_GAP) if kept_reading else 0)))
    blanks = " " * (width - taken - display_width(shown))
    return [
        piece
        for piece in (Piece(shown, "title"), *kept, Piece(blanks), Piece(kept_reading, "cursor.text"))
        if piece.text
    ]
