"""Where the marks of an axis stand and what is written beside them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from branchlab_tui.drawing.scale import Scale

Kind = Literal["number", "whole", "time"]

_NICE = (1, 2, 5)
_TEN = 10
_TINY = 300  # below 10^-300 a power of ten is no exact float any more
_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_TIME_STEPS = (
    *(1, 2, 5, 10, 15, 30),
    *(_MINUTE * count for count in (1, 2, 5, 10, 15, 30)),
    *(_HOUR * count for count in (1, 2, 3, 6, 12)),
)
_UNITS = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
_UNITS_FROM = 1e4
_UNITS_TO = 1e15
_PLAIN_DECIMALS = 5
_UNIT_DECIMALS = 3
_PLAIN_EXPONENTS = range(-3, 4)
_LONGEST = 1e300  # seconds; days of a span beyond are no float any more
_MOST = 400  # ticks of one axis, whatever is asked for


class Tick(NamedTuple):
    """A mark of an axis: where, and what is written beside it."""

    value: float
    label: str


def ticks(scale: Scale, count: int, kind: Kind = "number") -> list[Tick]:
    """Returns about `count` ticks within a scale, ascending, at round values; there may be none.

    `whole` leaves out fractions, `time` takes values as seconds and writes `30s`, `5m`, `1h30`.
    """
    count = max(1, min(count, _MOST))
    if scale.log:
        return _log_ticks(scale, count)
    # Ticks less than a second apart are plain numbers, as times are written in whole seconds.
    if kind == "time" and count < scale.high - scale.low < _LONGEST:
        return _time_ticks(scale, count)
    values, exponent = _round_values(scale, count, whole=kind == "whole")
    labels = number_labels(values, exponent)
    unit = "s" if kind == "time" else ""
    return [Tick(value, label + unit) for value, label in zip(values, labels, strict=True)]


def enough_ticks(scale: Scale, count: int, kind: Kind) -> list[Tick]:
    """Returns `ticks`, more than wanted where there would be fewer than two: one number tells no scale."""
    found = ticks(scale, count, kind)
    return found if len(found) > 1 else ticks(scale, 2 * count, kind)


def nice_step(low: float, high: float, count: int) -> tuple[int, int]:
    """Returns the smallest step (1, 2 or 5, power of ten) that takes at most `count` steps from end to end."""
    rough = high / 2 / count - low / 2 / count  # half, because the span may be larger than any float
    exponent = math.floor(math.log10(rough))
    part = _steps(rough, 1, exponent)
    for nice in (*_NICE, *(_TEN * nice for nice in _NICE)):
        if nice >= 2 * part * (1 - 1e-12):
            return (nice, exponent) if nice < _TEN else (nice // _TEN, exponent + 1)
    raise AssertionError("a rough step is below ten times its power of ten")


def _round_values(scale: Scale, count: int, *, whole: bool = False) -> tuple[list[float], int]:
    """Returns the multiples of a nice step within a scale, and the step's exponent; `whole` has no fractions."""
    mantissa, exponent = nice_step(scale.low, scale.high, count)
    if whole and exponent < 0:
        mantissa, exponent = 1, 0
    values = _multiples(scale, mantissa, exponent)
    if not values and not (whole and (mantissa, exponent) == (1, 0)):
        # All of the scale lies between two of them: of the next smaller step there is one in it.
        mantissa, exponent = (mantissa // 2, exponent) if mantissa > 1 else (5, exponent - 1)
        values = _multiples(scale, mantissa, exponent)
    return values, exponent


def _multiples(scale: Scale, mantissa: int, exponent: int) -> list[float]:
    # 1e-9: of a division by 0.1 a float may come out a hair beyond the whole number that is meant.
    first = math.ceil(_steps(scale.low, mantissa, exponent) - 1e-9)
    last = math.floor(_steps(scale.high, mantissa, exponent) + 1e-9)
    values = [_times(place * mantissa, exponent) for place in range(first, min(last, first + _MOST) + 1)]
    slack = (scale.high / 2 - scale.low / 2) * 1e-9
    return [value for value in dict.fromkeys(values) if scale.low - slack <= value <= scale.high + slack]


def _steps(value: float, mantissa: int, exponent: int) -> float:
    if exponent >= -_TINY:
        return value / 10.0**exponent / mantissa
    return value * 1e300 / 10.0 ** (exponent + 300) / mantissa


def _times(factor: int, exponent: int) -> float:
    """Returns factor times 10^exponent, as near as a float comes: `3 * 0.1` is more than 0.3."""
    try:
        return float(f"{factor}e{exponent}")
    except OverflowError:
        return math.inf


def number_labels(values: list[float], exponent: int) -> list[str]:
    """Returns numbers with the same decimals, in the same unit; `exponent` is that of the step between them."""
    biggest = max(map(abs, values), default=0.0)
    if not biggest:
        return ["0" for _ in values]
    decimals = max(0, -exponent)
    if biggest < _UNITS_FROM and decimals <= _PLAIN_DECIMALS:
        return [f"{value:.{decimals}f}" for value in values]
    size, unit = next((pair for pair in _UNITS if pair[0] <= biggest), (1.0, ""))
    shown = max(0, -exponent + round(math.log10(size)))
    if _UNITS_FROM <= biggest < _UNITS_TO and shown <= _UNIT_DECIMALS:
        return [f"{value / size:.{shown}f}{unit}" if value else "0" for value in values]
    if biggest >= 1 and decimals <= _PLAIN_DECIMALS and biggest < _UNITS_TO:
        return [f"{value:.{decimals}f}" for value in values]
    digits = max(0, min(15, math.floor(math.log10(biggest)) - exponent))
    return [_short_exponent(f"{value:.{digits}e}") if value else "0" for value in values]


def _short_exponent(text: str) -> str:
    mantissa, _, exponent = text.partition("e")
    return f"{mantissa}e{int(exponent)}"


def _log_ticks(scale: Scale, count: int) -> list[Tick]:
    first, last = math.ceil(math.log10(scale.low) - 1e-9), math.floor(math.log10(scale.high) + 1e-9)
    decades = last - first + 1
    if decades < 2:  # noqa: PLR2004 - one decade tick alone does not tell a scale
        return _few_decades(scale, count)
    stride = -(-decades // count)
    mantissas = _NICE if decades * 3 <= count else (1,)
    if stride > 1:
        # At multiples of the stride, so that the same decades have labels wherever the axis begins.
        first = -(-first // stride) * stride
    # From one power below: 2 and 5 times it may stand before the first power itself.
    powers = range(first - 1 if len(mantissas) > 1 else first, last + 1, stride)
    places = [(mantissa, power) for power in powers for mantissa in mantissas]
    found = [Tick(_times(mantissa, power), _decade_label(mantissa, power)) for mantissa, power in places]
    return [tick for tick in found if scale.low * (1 - 1e-9) <= tick.value <= scale.high * (1 + 1e-9)]


def _few_decades(scale: Scale, count: int) -> list[Tick]:
    """Returns round values, where a range has no two powers of ten."""
    start = math.floor(math.log10(scale.low))
    places = [(mantissa, power) for power in (start, start + 1) for mantissa in _NICE]
    found = [Tick(_times(mantissa, power), _decade_label(mantissa, power)) for mantissa, power in places]
    inside = [tick for tick in found if scale.low <= tick.value <= scale.high]
    if len(inside) > 1:
        return inside
    values, exponent = _round_values(scale, count)
    return [
        Tick(value, label) for value, label in zip(values, number_labels(values, exponent), strict=True) if value > 0
    ]


def _decade_label(mantissa: int, power: int) -> str:
    if power in _PLAIN_EXPONENTS:
        return f"{_times(mantissa, power):.{max(0, -power)}f}"
    return f"{mantissa}e{power}"


def _time_ticks(scale: Scale, count: int) -> list[Tick]:
    span = scale.high / 2 - scale.low / 2
    rough = 2 * (span / count)
    step: float = next((size for size in _TIME_STEPS if size >= rough), 0)
    if not step:
        mantissa, exponent = nice_step(scale.low / _DAY, scale.high / _DAY, count)
        step = _DAY * max(1.0, _times(mantissa, exponent))
    first, last = math.ceil(scale.low / step), math.floor(scale.high / step)
    return [Tick(place * step, time_label(place * step)) for place in range(first, min(last, first + _MOST) + 1)]


def time_label(seconds: float) -> str:
    """Returns whole seconds as short as it goes: `45s`, `1m30`, `2h`, `1h05`, `3d`, `1d12h`."""
    sign, whole = ("-", -round(seconds)) if seconds < 0 else ("", round(seconds))
    if whole < _MINUTE:
        return f"{sign}{whole}s" if whole else "0"
    if whole < _HOUR:
        return f"{sign}{whole // _MINUTE}m" + (f"{whole % _MINUTE:02}" if whole % _MINUTE else "")
    if whole < _DAY:
        minutes = whole % _HOUR // _MINUTE
        return f"{sign}{whole // _HOUR}h" + (f"{minutes:02}" if minutes else "")
    days = f"{whole // _DAY}d" if whole < _DAY * 10**6 else f"{whole / _DAY:.0e}d"
    hours = whole % _DAY // _HOUR
    return sign + days + (f"{hours}h" if hours and whole < _DAY * 10**6 else "")
