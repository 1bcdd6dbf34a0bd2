"""Charts of figures as SVG, by hand: both axes in powers of ten, each line named at its end; light and dark.

Colours are those of Okabe and Ito, which people with colour blindness tell apart; lines differ in their marks as well.
"""

from __future__ import annotations

import math
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from timing import format_seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

WIDTH, HEIGHT = 720, 420
LEFT, RIGHT, TOP, BOTTOM = 64, 215, 44, 44
LINE = 15  # pixels between two names
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f7f7f", "#117733")
STYLE = """\
svg{background:#fff;font:12px ui-sans-serif,system-ui,sans-serif}text{fill:#1f2328}.dim{fill:#656d76}
.title{font-weight:600;font-size:14px}.grid{stroke:#d1d9e0;stroke-width:1}.peer{stroke-dasharray:5 4}
@media (prefers-color-scheme:dark){svg{background:#0d1117}text{fill:#e6edf3}.dim{fill:#9198a1}.grid{stroke:#3d444d}}"""


class Curve(NamedTuple):
    """A line: its name, pairs of number and seconds, and whether it is a floor or a peer (dashed)."""

    name: str
    points: Sequence[tuple[float, float]]
    peer: bool = False


class Axes(NamedTuple):
    """What the chart spans."""

    left: float
    right: float
    low: float
    high: float

    def place(self, number: float, seconds: float) -> tuple[float, float]:
        """Returns where a point stands."""
        across = math.log(number / self.left) / math.log(self.right / self.left)
        up = math.log(seconds / self.low) / math.log(self.high / self.low)
        return LEFT + across * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM)


def chart(title: str, curves: Sequence[Curve], across: str, show: Callable[[float], str] = format_seconds) -> str:
    """Returns a picture of several curves."""
    numbers = [number for curve in curves for number, _ in curve.points]
    values = [value for curve in curves for _, value in curve.points]
    axes = Axes(min(numbers), max(numbers), min(values) / 1.3, max(values) * 1.3)
    pieces = [*_grid(axes, sorted(set(numbers)), show), *_lines(axes, curves, show)]
    pieces.append(f'<text class="dim" x="{LEFT}" y="{HEIGHT - 8}">{escape(across)}</text>')
    return _picture(title, HEIGHT, pieces)


def _grid(axes: Axes, numbers: Sequence[float], show: Callable[[float], str]) -> list[str]:
    pieces = []
    for power in range(math.floor(math.log10(axes.low)), math.ceil(math.log10(axes.high)) + 1):
        for digit in (1, 2, 5) if axes.high / axes.low < 200 else (1,):  # few decades: finer lines
            value = digit * 10.0**power
            if axes.low <= value <= axes.high:
                _, y = axes.place(axes.left, value)
                pieces.append(f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>')
                pieces.append(
                    f'<text class="dim" x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{show(value)}</text>'
                )
    for number in numbers:
        x, _ = axes.place(number, axes.low)
        pieces.append(
            f'<text class="dim" x="{x:.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{number:,.0f}</text>'
        )
    return pieces


def _lines(axes: Axes, curves: Sequence[Curve], show: Callable[[float], str]) -> list[str]:
    pieces, ends = [], []
    for place, curve in enumerate(curves):
        colour = COLOURS[place % len(COLOURS)]
        spots = [axes.place(*point) for point in curve.points]
        dashed = ' class="peer"' if curve.peer else ""
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in spots)
        pieces.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"{dashed}/>')
        pieces += [_mark(place, x, y, colour) for x, y in spots]
        if spots[-1][0] < WIDTH - RIGHT - 1:  # a peer that was not asked for more
            x, y = spots[-1]
            pieces.append(f'<text x="{x + 40:.1f}" y="{y - 8:.1f}" text-anchor="end">{_named(curve, show)}</text>')
        else:
            ends.append((spots[-1][1], spots[-1][0], place))
    heights = _apart([y for y, _, _ in sorted(ends)])
    for height, (y, x, place) in zip(heights, sorted(ends), strict=True):
        colour, words = COLOURS[place % len(COLOURS)], _named(curves[place], show)
        edge = WIDTH - RIGHT
        pieces.append(f'<path d="M{x + 5:.1f} {y:.1f}L{edge + 6} {height:.1f}" stroke="{colour}" stroke-width=".7"/>')
        pieces.append(f'<text x="{edge + 10}" y="{height + 4:.1f}">{words}</text>')
    return pieces


def _named(curve: Curve, show: Callable[[float], str]) -> str:
    return escape(f"{curve.name} {show(curve.points[-1][1])}")


def _apart(heights: Sequence[float]) -> list[float]:
    """Moves heights that are too close apart, downwards, and all of them up again where they leave the picture."""
    moved: list[float] = []
    for height in heights:
        moved.append(max(height, moved[-1] + LINE) if moved else max(height, TOP))
    over = max(moved[-1] - (HEIGHT - BOTTOM), 0) if moved else 0
    moved = [height - over for height in moved]
    assert all(after - before >= LINE - 1 for before, after in pairwise(moved))
    return moved


def _mark(place: int, x: float, y: float, colour: str) -> str:
    shapes = (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>',
        f'<path d="M{x - 3.5:.1f} {y - 3.5:.1f}h7v7h-7z" fill="{colour}"/>',
        f'<path d="M{x:.1f} {y - 4.5:.1f}l4.5 8h-9z" fill="{colour}"/>',
        f'<path d="M{x:.1f} {y - 5:.1f}l5 5l-5 5l-5-5z" fill="{colour}"/>',
    )
    return shapes[place % len(shapes)]


def bars(title: str, names: Sequence[str], parts: Sequence[str], seconds: Sequence[Sequence[float]]) -> str:
    """Returns one bar for each name, in pieces that are named above; the numbers are milliseconds."""
    height = 70 + 46 * len(names)
    scale = (WIDTH - 40) / max(map(sum, seconds))
    pieces, x = [], 20.0
    for place, part in enumerate(parts):
        pieces.append(f'<path d="M{x:.1f} 36h10v10h-10z" fill="{COLOURS[place]}"/>')
        pieces.append(f'<text x="{x + 14:.1f}" y="46">{escape(part)}</text>')
        x += 32 + 6.6 * len(part)
    for row, (name, values) in enumerate(zip(names, seconds, strict=True)):
        y, left = 64 + 46 * row, 20.0
        pieces.append(f'<text x="20" y="{y + 10}">{escape(name)}: {1000 * sum(values):.0f} ms</text>')
        for place, value in enumerate(values):
            width = value * scale
            pieces.append(f'<path d="M{left:.1f} {y + 15}h{width:.1f}v18h-{width:.1f}z" fill="{COLOURS[place]}"/>')
            if width > 18:  # pixels that a number takes
                pieces.append(f'<text x="{left + 3:.1f}" y="{y + 28}" style="fill:#fff">{1000 * value:.0f}</text>')
            left += width
    return _picture(title, height, pieces)


def _picture(title: str, height: int, pieces: Sequence[str]) -> str:
    words = escape(title)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" role="img">',
        f"<title>{words}</title><style>{STYLE}</style>",
        f'<text class="title" x="20" y="22">{words}</text>',
    )
    return "\n".join([*head, *pieces, "</svg>\n"])


def ranking(title: str, pairs: Sequence[tuple[str, float]]) -> str:
    """Returns a dot for each name on one axis in powers of ten, the smallest first."""
    height = 70 + 26 * len(pairs)
    low, high = pairs[0][1] / 2, pairs[-1][1] * 2
    left, right = 150, WIDTH - 90

    def place(value: float) -> float:
        return left + (right - left) * math.log(value / low) / math.log(high / low)

    pieces = []
    for power in range(math.ceil(math.log10(low)), math.floor(math.log10(high)) + 1):
        x = place(10.0**power)
        pieces.append(f'<path class="grid" d="M{x:.1f} 36V{height - 28}"/>')
        words = format_seconds(10.0**power).replace("us", "µs")
        pieces.append(f'<text class="dim" x="{x:.1f}" y="{height - 12}" text-anchor="middle">{words}</text>')
    for row, (name, value) in enumerate(pairs):
        y, x = 50 + 26 * row, place(value)
        colour = COLOURS[0] if name == "branchlab" else COLOURS[6]
        pieces.append(f'<path d="M{left} {y}H{x:.1f}" stroke="{colour}" stroke-width="2"/>')
        pieces.append(_mark(0, x, y, colour))
        pieces.append(f'<text x="{left - 8}" y="{y + 4}" text-anchor="end">{escape(name)}</text>')
        pieces.append(f'<text x="{x + 8:.1f}" y="{y + 4}">{format_seconds(value).replace("us", "µs")}</text>')
    return _picture(title, height, pieces)
