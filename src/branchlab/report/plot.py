"""Small pictures of points, lines and cells as SVG, drawn by hand: no plotting package, no script, light and dark."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING

from branchlab.report.width import shorten
from branchlab.report.xml_text import xml_text
from branchlab.text import format_number
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LEFT, RIGHT, TOP, BOTTOM = 64, 14, 34, 38
_TICK = 11  # characters of a label
_TITLE = 7  # columns of a letter
_TICKS = 4
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_MANY_DECADES = 5
_MOST_CHOICES = 6  # that are named below an axis
_INSET = 9  # so that no point stands on the frame
_CLOSE = 0.09  # share of an axis below which two labels would touch

STYLE = """\
.plot{font:12px ui-sans-serif,system-ui,sans-serif;max-width:100%;height:auto}
.plot text{fill:var(--dim)}.plot .name{fill:var(--ink);font-weight:600}
.plot .grid{stroke:var(--line);fill:none}.plot .frame{stroke:var(--edge);fill:none}
.plot .dot{fill:var(--one);fill-opacity:.75}.plot .faint{fill:var(--dim);fill-opacity:.5}.plot .best{fill:var(--two)}
.plot .mark{fill:#fff;fill-opacity:.85;stroke:#000;stroke-opacity:.4}
.plot .curve{stroke:var(--two);fill:none;stroke-width:2}.plot .bar{fill:var(--one)}"""


class Scale(NamedTuple):
    """An axis.

    Attributes:
        name: what it shows.
        low: its left or lower end.
        high: the other one.
        log: whether it shows the logarithm.
        labels: of choices, at even distances; empty for numbers.
    """

    name: str
    low: float
    high: float
    log: bool = False
    labels: tuple[str, ...] = ()


class Dot(NamedTuple):
    """A point by its shares of both axes, from 0 to 1; `kind` is a class of the style, `title` shows on hovering."""

    x: float
    y: float
    kind: str = "dot"
    title: str = ""


class Plot(NamedTuple):
    """What a picture shows.

    Attributes:
        x: across.
        y: up.
        dots: points.
        line: corners of a line, as shares of both axes.
        cells: a surface: rows from the top, each of a share from 0 (worst) to 1 (best) or None.
        size: width and height.
        title: heading, empty for the name of `y`.
    """

    x: Scale
    y: Scale
    dots: Sequence[Dot] = ()
    line: Sequence[tuple[float, float]] = ()
    cells: Sequence[Sequence[float | None]] = ()
    size: tuple[int, int] = (420, 240)
    title: str = ""


def scale_of(name: str, values: Sequence[float]) -> Scale:
    """Returns an axis that holds all values with a little room; a single value stands in the middle."""
    low, high = min(values, default=0.0), max(values, default=1.0)
    margin = (high / 2 - low / 2) * 0.1 or abs(high) * 0.05 or 1.0
    return Scale(name, max(low - margin, -sys.float_info.max), min(high + margin, sys.float_info.max))


def share_on(scale: Scale, value: float) -> float:
    """Returns where a value lies on an axis, from 0 to 1."""
    # Halves, because the span of two large floats can be infinite.
    low, high, here = scale.low / 2, scale.high / 2, value / 2
    if scale.log:
        low, high, here = math.log(scale.low), math.log(scale.high), math.log(value)
    return (here - low) / (high - low) if high > low else 0.5


def choice_share(scale: Scale, place: int) -> float:
    """Returns where the choice at a place of the labels stands: in the middle of its part."""
    return (place + 0.5) / len(scale.labels)


def draw_plot(plot: Plot) -> str:
    """Returns the picture."""
    width, height = plot.size
    title = shorten(plot.title or plot.y.name, (width - LEFT) // _TITLE)
    size = f'width="{width}" height="{height}"'
    parts = [
        f'<svg class="plot" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" {size} role="img">',
        f"<title>{xml_text(plot.title or plot.y.name)}</title>",
        f'<text class="name" x="{LEFT}" y="20">{xml_text(title)}</text>',
        *_cells(plot),
        *_axes(plot),
        *_line(plot),
        *_dots(plot),
        "</svg>",
    ]
    return "\n".join(parts)


def ticks(scale: Scale) -> list[tuple[float, str]]:
    """Returns labels of an axis with their shares of it: round numbers, decades, or choices."""
    if scale.labels:
        found = [(choice_share(scale, place), shorten(label, _TICK)) for place, label in enumerate(scale.labels)]
        return found[:: math.ceil(len(found) / _MOST_CHOICES)]
    if not (math.isfinite(scale.low) and math.isfinite(scale.high)):
        return []
    values = _decades(scale) if scale.log else _round(scale)
    if len(values) < 2:  # noqa: PLR2004 - an axis with one label says nothing about its scale
        values = [scale.low, scale.high]
    return [(share_on(scale, value), format_number(value)) for value in values]


def _decades(scale: Scale) -> list[float]:
    first, last = math.ceil(math.log10(scale.low) - 1e-9), math.floor(math.log10(scale.high) + 1e-9)
    every = max(math.ceil((last - first + 1) / _MANY_DECADES), 1)
    return [10.0**power for power in range(first, last + 1, every)]


def _round(scale: Scale) -> list[float]:
    span = scale.high / _TICKS - scale.low / _TICKS
    if not 0 < span < math.inf:
        return []
    size = 10.0 ** math.floor(math.log10(span))
    step = next(size * part for part in _STEPS if size * part >= span * (1 - 1e-9))
    first, last = math.ceil(scale.low / step - 1e-9), math.floor(scale.high / step + 1e-9)
    return [round(place * step, 12) if abs(step) > 1e-9 else place * step for place in range(first, last + 1)]  # noqa: PLR2004 - digits that rounding would lose


def _place(plot: Plot, x: float, y: float) -> tuple[float, float]:
    width, height = plot.size
    inset = 0 if plot.cells else _INSET
    across = LEFT + inset + x * (width - LEFT - RIGHT - 2 * inset)
    return across, height - BOTTOM - inset - y * (height - TOP - BOTTOM - 2 * inset)


def _axes(plot: Plot) -> Iterator[str]:
    width, height = plot.size
    last = -1.0
    for share, label in ticks(plot.x):
        across, _ = _place(plot, share, 0)
        yield f'<path class="grid" d="M{across:.1f} {TOP}V{height - BOTTOM}"/>'
        if share - last > _CLOSE:
            yield f'<text x="{across:.1f}" y="{height - BOTTOM + 15}" text-anchor="middle">{xml_text(label)}</text>'
            last = share
    for share, label in ticks(plot.y):
        _, up = _place(plot, 0, share)
        yield f'<path class="grid" d="M{LEFT} {up:.1f}H{width - RIGHT}"/>'
        yield f'<text x="{LEFT - 6}" y="{up + 4:.1f}" text-anchor="end">{xml_text(label)}</text>'
    name = xml_text(shorten(plot.x.name, (width - LEFT) // _TITLE))
    yield f'<text x="{(LEFT + width - RIGHT) / 2:.1f}" y="{height - 6}" text-anchor="middle">{name}</text>'
    yield f'<path class="frame" d="M{LEFT} {TOP}V{height - BOTTOM}H{width - RIGHT}"/>'


def _line(plot: Plot) -> Iterator[str]:
    if plot.line:
        corners = "L".join(f"{across:.1f} {up:.1f}" for across, up in (_place(plot, *corner) for corner in plot.line))
        yield f'<path class="curve" d="M{corners}"/>'


def _dots(plot: Plot) -> Iterator[str]:
    for dot in sorted(plot.dots, key=lambda dot: dot.kind == "best"):  # nothing hides the best
        across, up = _place(plot, min(max(dot.x, 0.0), 1.0), min(max(dot.y, 0.0), 1.0))
        radius = 5 if dot.kind == "best" else 3.5
        title = f"<title>{xml_text(dot.title)}</title>" if dot.title else ""
        yield f'<circle class="{dot.kind}" cx="{across:.1f}" cy="{up:.1f}" r="{radius}">{title}</circle>'


def _cells(plot: Plot) -> Iterator[str]:
    for row, shares in enumerate(plot.cells):
        for column, share in enumerate(shares):
            if share is not None:
                x, y = _place(plot, column / len(shares), 1 - row / len(plot.cells))
                right, down = _place(plot, (column + 1) / len(shares), 1 - (row + 1) / len(plot.cells))
                # A little over, so that no seam shows between neighbours.
                size = f'width="{right - x + 0.5:.1f}" height="{down - y + 0.5:.1f}"'
                yield f'<rect x="{x:.1f}" y="{y:.1f}" {size} fill="{heat(share)}"/>'


def heat(share: float) -> str:
    """Returns the colour of a share from 0 (dark blue) to 1 (yellow): five stops of viridis, which all eyes can order.

    Source: van der Walt and Smith (2015), A Better Default Colormap for Matplotlib, SciPy.
    """
    stops = ((68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37))
    place = min(max(share, 0.0), 1.0) * (len(stops) - 1)
    first = min(int(place), len(stops) - 2)
    mixed = (a + (b - a) * (place - first) for a, b in zip(stops[first], stops[first + 1], strict=True))
    return "#" + "".join(f"{round(part):02x}" for part in mixed)
