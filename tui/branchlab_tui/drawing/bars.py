"""Values of slices as bars with their numbers, one or two for each slice; the worst is marked."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from branchlab.report.style import MISSING, WORSE
from branchlab.report.width import display_width, pad, shorten
from branchlab.text import format_number, safe_text
from branchlab.tuples import NamedTuple
from branchlab_tui.drawing.heading import heading
from branchlab_tui.drawing.legend import Entry, legend
from branchlab_tui.drawing.piece import Line, Piece, cut, filled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab_tui.drawing.palette import Colours

_EIGHTHS = ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")
_LONGEST_LABEL = 28
_LEAST_BAR = 4


class Bar(NamedTuple):
    """A slice.

    Attributes:
        label: its name.
        values: one for each series; None where it has none.
        note: what is said beside the label, such as `n=120`.
    """

    label: str
    values: Sequence[float | None]
    note: str = ""


class BarChartText(NamedTuple):
    """What a bar chart shows.

    Attributes:
        title: what is drawn.
        series: names of what the values of a bar belong to; one or more.
        bars: the slices, in their order.
        lower_is_better: which end is the worst; None when nobody said, and none is marked.
    """

    title: str
    series: Sequence[str]
    bars: Sequence[Bar]
    lower_is_better: bool | None = False


def draw_bars(chart: BarChartText, cursor: int, size: tuple[int, int], colours: Colours) -> list[Line]:
    """Returns the chart at a size (columns, rows); more slices than fit are shown around the cursor."""
    width, height = size
    if width < 1 or height < 1:
        return []
    bars = chart.bars
    several = len(chart.series) > 1
    per_bar = max(1, len(chart.series))
    head = 1 + (1 if several and height > per_bar + 1 else 0)
    # Whole slices: one whose second bar is cut off would look like one without it.
    shown = max(1, (height - head) // per_bar)
    first = max(0, min(cursor - shown // 2, len(bars) - shown))
    facts = [f"{first + 1} to {min(len(bars), first + shown)} of {len(bars)}"] if len(bars) > shown else []
    lines = [heading(chart.title, facts, [], "", width)]
    if head > 1:
        entries = [Entry(name, colours.mark(name), colours.style(name)) for name in chart.series]
        lines += [filled(line, width) for line in legend(entries, width)] or [[Piece(" " * width)]]
    if not bars:
        lines.append([Piece(shorten("no slices", width).center(width), "dim")])
    layout = _Layout.of(chart, width)
    for place in range(first, min(len(bars), first + shown)):
        lines += _slice_lines(chart, place, layout, colours, focused=place == cursor)
    return [*lines, *([[Piece(" " * width)]] * max(0, height - len(lines)))][:height]


class _Layout(NamedTuple):
    """Columns of the parts of a line, the ends of the axis, and the worst slice of each series."""

    width: int
    label: int
    note: int
    bar: int
    number: int
    decimals: int
    low: float
    high: float
    worst: tuple[int | None, ...]

    @staticmethod
    def of(chart: BarChartText, width: int) -> _Layout:
        values = [value for bar in chart.bars for value in bar.values if value is not None and math.isfinite(value)]
        low, high = min(values, default=0.0), max(values, default=0.0)
        texts = [_number(value) for bar in chart.bars for value in bar.values]
        decimals = max((len(text.partition(".")[2]) for text in texts), default=0)
        number = max((len(_number(value, decimals)) for bar in chart.bars for value in bar.values), default=1)
        longest = max((display_width(safe_text(bar.label)) for bar in chart.bars), default=0)
        label = min(longest, _LONGEST_LABEL, max(3, width // 3))
        note = max((display_width(safe_text(bar.note)) for bar in chart.bars), default=0)
        note = note + 1 if note and label + note + number + 12 + _LEAST_BAR <= width else 0
        fixed = 2 + label + note + 3 + number + 2
        worst = tuple(_worst(chart, place) for place in range(len(chart.series)))
        return _Layout(
            width, label, note, max(0, width - fixed), number, decimals, min(0.0, low), max(0.0, high), worst
        )


def _worst(chart: BarChartText, series: int) -> int | None:
    """Returns the place of the worst slice; None where there are no two different ones, or no goal."""
    if chart.lower_is_better is None:
        return None
    found = [
        (value, place)
        for place, bar in enumerate(chart.bars)
        if series < len(bar.values) and (value := bar.values[series]) is not None and math.isfinite(value)
    ]
    if len({value for value, _ in found}) < 2:  # noqa: PLR2004 - one value is neither good nor bad
        return None
    return (max if chart.lower_is_better else min)(found)[1]


def _number(value: float | None, decimals: int = 0) -> str:
    """Returns a number with blanks behind it, so that decimal points stand below each other."""
    text = MISSING if value is None else format_number(value)
    # A number without a point gets the blank of the point, too.
    return text + " " * (decimals - len(text.partition(".")[2]) + (0 if "." in text or not decimals else 1))


def _slice_lines(chart: BarChartText, place: int, layout: _Layout, colours: Colours, *, focused: bool) -> list[Line]:
    bar = chart.bars[place]
    lines = []
    for series, name in enumerate(chart.series or ("",)):
        value = bar.values[series] if series < len(bar.values) else None
        is_first = series == 0
        label = shorten(safe_text(bar.label), layout.label) if is_first else ""
        note = safe_text(bar.note) if is_first and layout.note else ""
        is_worst = bool(layout.worst) and layout.worst[series] == place
        mark = colours.mark(name) if len(chart.series) > 1 else " "
        line = [
            Piece("▸ " if focused and is_first else "  ", "name.bright"),
            Piece(pad(label, layout.label), "name.bright" if focused else "name"),
            Piece(pad(f" {note}" if note else "", layout.note), "dim"),
            Piece(f" {mark} ", colours.style(name)),
            *_bar(value, layout, f"{colours.style(name)}.dim"),
            Piece(f"{_number(value, layout.decimals):>{layout.number}}", "worse" if is_worst else "number"),
            Piece(f" {WORSE}" if is_worst else "  ", "worse"),
        ]
        lines.append(filled(cut([piece for piece in line if piece.text], layout.width), layout.width))
    return lines


def _bar(value: float | None, layout: _Layout, style: str) -> list[Piece]:
    """Returns the bar of a value from zero, to the left when it is negative."""
    room = layout.bar
    if room < _LEAST_BAR:
        return [Piece(" " * room)]
    # Halves from here on: two large floats may be further apart than any float.
    known = 0.0 if value is None or math.isnan(value) else max(layout.low, min(layout.high, value))
    span = layout.high / 2 - layout.low / 2
    if not span:
        return [Piece(" " * room)]
    room -= 1
    zero = round(-layout.low / 2 / span * room)
    if known < 0:
        # The blocks in eighths grow from the left only, so a bar to the left is of whole cells.
        cells = min(zero, max(1, round(-known / 2 / span * room)))
        return [Piece(" " * (zero - cells)), Piece("█" * cells, style), Piece(" " * (room - zero + 1))]
    # Rounded up, so that a small value has a bar as well; 1e-9 takes back what floats put on top.
    eighths = min(8 * (room - zero), math.ceil(known / 2 / span * room * 8 - 1e-9))
    drawn = "█" * (eighths // 8) + _EIGHTHS[eighths % 8]
    return [Piece(" " * zero), Piece(drawn, style), Piece(" " * (room + 1 - zero - len(drawn)))]
