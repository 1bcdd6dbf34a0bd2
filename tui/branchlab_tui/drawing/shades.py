"""A surface under a field: the higher, the denser the cells, so that it needs no colour."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from branchlab.text import format_number
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from branchlab_tui.drawing.canvas import Canvas
    from branchlab_tui.drawing.frame import Frame

DENSITIES = (" ", "·", "░", "▒", "▓")
_STYLE = "band"
_RIM = 0.02  # of the values at both ends share the first and the last density: one peak must not flatten the rest


class Shades(NamedTuple):
    """A surface of equal cells, which together reach from the low to the high ends of both axes.

    Attributes:
        rows: from the bottom to the top, each from left to right; None where nothing is known.
        falling: whether low values are the good ones, and so the dense ones.
    """

    rows: Sequence[Sequence[float | None]]
    falling: bool = False

    @property
    def bounds(self) -> tuple[float, float] | None:
        """The values between which the densities change; None for a surface without values."""
        known = sorted(value for row in self.rows for value in row if value is not None and math.isfinite(value))
        if not known:
            return None
        rim = int(_RIM * len(known))
        return known[rim], known[len(known) - 1 - rim]

    def density(self, value: float, bounds: tuple[float, float]) -> str:
        """Returns the character for a value."""
        low, high = bounds
        span = high / 2 - low / 2
        # Halves, as two large floats may be further apart than any float.
        part = min(1.0, max(0.0, (value / 2 - low / 2) / span)) if span else 0.5
        return DENSITIES[min(len(DENSITIES) - 1, int((1 - part if self.falling else part) * len(DENSITIES)))]


def draw_shades(canvas: Canvas, shades: Shades, frame: Frame, spans: tuple[tuple[float, float], ...]) -> None:
    """Fills the cells of a canvas; `spans` are the places (0 to 1) at which the grid begins and ends, across and up."""
    bounds = shades.bounds
    if bounds is None:
        return
    (left, right), (bottom, top) = spans
    for row in range(frame.height):
        up = (1 - (row + 0.5) / frame.height - bottom) / (top - bottom)
        for column in range(frame.width):
            across = ((column + 0.5) / frame.width - left) / (right - left)
            value = _at(shades.rows, across, up)
            if value is not None and (text := shades.density(value, bounds)) != " ":
                canvas.mark(column, row, text, _STYLE)


def shade_key(shades: Shades) -> str:
    """Returns what the densities mean: `░ 0.90 … ▓ 0.94`, from bad to good."""
    bounds = shades.bounds
    if bounds is None:
        return ""
    return " ".join(f"{text} {format_number(value)}" for text, value in _steps(shades, bounds))


def _steps(shades: Shades, bounds: tuple[float, float]) -> Iterator[tuple[str, float]]:
    low, high = reversed(bounds) if shades.falling else bounds
    # The first density is blank and would explain nothing.
    for place in (1, 2, 3, 4):
        part = (place + 0.5) / len(DENSITIES)
        yield DENSITIES[place], low + part * (high - low)


def _at(rows: Sequence[Sequence[float | None]], across: float, up: float) -> float | None:
    """Returns the value at a place (0 to 1), between the four nearest cells; beyond the surface that of its rim."""
    row, above = _between(up, len(rows))
    column, beside = _between(across, len(rows[row]))
    total = weight = 0.0
    for line, part in ((row, 1 - above), (row + 1, above)):
        for cell, share in ((column, 1 - beside), (column + 1, beside)):
            value = rows[min(line, len(rows) - 1)][min(cell, len(rows[row]) - 1)]
            if value is not None and math.isfinite(value):
                total += value * part * share
                weight += part * share
    return total / weight if weight > 0.5 else None  # noqa: PLR2004 - most of what is around it is known


def _between(place: float, count: int) -> tuple[int, float]:
    """Returns the cell whose middle lies before a place, and how far the place is from there to the next one."""
    at = min(max(place * count - 0.5, 0.0), count - 1.0)
    cell = min(int(at), max(count - 2, 0))
    return cell, at - cell
