"""How values become text for people: made harmless, rounded, drawn small, and flattened to one level."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_Scalar = str | int | float | bool | None  # the same as experiment.Scalar, which stands above this module

# C0, DEL and C1 controls, soft hyphen, blank letters, bidi and zero-width characters, line and paragraph
# separators, variation selectors, interlinear marks, tags, and lone surrogates (which no stream can encode).
_UNSAFE = (
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}

_UNDECODED = range(0xDC80, 0xDD00)  # what `surrogateescape` makes of the bytes 0x80 to 0xFF
_LAST_BYTE = 0xFF
_LAST_OF_FOUR_DIGITS = 0xFFFF

_BLOCKS = "▁▂▃▄▅▆▇█"
_ASCII_BLOCKS = "_.-=+*%#"

_WHOLE_FROM = 1e3
_EXPONENT_FROM = 1e15
_EXPONENT_BELOW = 1e-4
_UNITS = ("B", "kB", "MB", "GB", "TB", "PB", "EB")
_KILO = 1000
_TENTHS_BELOW = 100
_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_SECOND_FROM_MS = 999.5  # rounds to 1000 ms
_DECIMAL_BELOW = 9.95  # rounds to 10.0
_SPANS = ((_DAY, "d", _HOUR, "h"), (_HOUR, "h", _MINUTE, "m"), (_MINUTE, "m", 1, "s"))
_AGES = (
    (365 * _DAY, "y"),
    (60 * _DAY, "mo"),
    (14 * _DAY, "w"),
    (_DAY, "d"),
    (_HOUR, "h"),
    (_MINUTE, "m"),
    (1, "s"),
)
_AGE_UNITS = {"mo": 30 * _DAY, "w": 7 * _DAY}


def safe_text(value: str, *, multiline: bool = False) -> str:
    r"""Returns text that cannot steer a terminal or hide what it says.

    Control, bidi, zero-width and otherwise invisible characters become escapes such as `\x1b`; bytes that
    were not UTF-8 (lone surrogates) become `\xff`. `multiline` keeps line feeds and tabs.
    """
    if value.isascii() and value.isprintable():
        return value
    if not _unsafe().search(value):
        return value
    kept = "\n\t" if multiline else ""
    # One table for all that is in the text: a call for each letter takes a second for a mebibyte of them.
    escapes = {ord(letter): _escape(letter) for letter in set(value) if letter not in kept and _unsafe().match(letter)}
    return value.translate(escapes)


def some_of(texts: Sequence[str], most: int = 3) -> str:
    """Returns the first texts, harmless and joined by commas, and how many there are beyond: `a, b, c and 2 more`."""
    shown = ", ".join(map(safe_text, texts[:most]))
    return f"{shown} and {len(texts) - most} more" if len(texts) > most else shown


def did_you_mean(name: str, known: Iterable[str], otherwise: str) -> str:
    """Returns a hint for a name that is not known: the nearest that is, else `otherwise`."""
    from difflib import get_close_matches

    near = get_close_matches(name, list(known), n=1)
    return f"did you mean {safe_text(near[0])}?" if near else otherwise


@cache
def _unsafe() -> re.Pattern[str]:
    """Compiles the pattern when the first text needs it: that takes 1 ms, a seventieth of a `diff`."""
    return re.compile(_UNSAFE)


def _escape(character: str) -> str:
    if character in _NAMED:
        return _NAMED[character]
    code = ord(character)
    if code in _UNDECODED:
        code -= _UNDECODED.start - 0x80
    if code <= _LAST_BYTE:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= _LAST_OF_FOUR_DIGITS else f"\\U{code:08x}"


def format_number(value: float) -> str:
    """Returns a number in four significant digits; whole parts are never rounded below 1e15.

    Integers have no decimals, `nan`, `inf` and `-inf` are words, exponents are short (`1e-5`).
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and abs(value) < _EXPONENT_FROM:
        return str(value)
    size = abs(_as_float(value))
    if _WHOLE_FROM <= size < _EXPONENT_FROM:
        return f"{value:.0f}"
    if size < _EXPONENT_BELOW or _EXPONENT_FROM <= size < math.inf:
        mantissa, _, exponent = f"{value:.3e}".partition("e") if size else ("0", "", "0")
        return f"{float(mantissa):g}" + (f"e{int(exponent)}" if int(exponent) else "")
    return f"{_as_float(value):.4g}"


def _as_float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def format_bytes(size: float) -> str:
    """Returns a size in decimal units, `1.2 MB`."""
    sign, amount = ("-", -size) if size < 0 else ("", size)
    units = iter(_UNITS)
    unit = next(units)
    while round(amount) >= _KILO and (larger := next(units, "")):
        amount, unit = amount / _KILO, larger
    shown = f"{amount:.1f}".removesuffix(".0") if amount < _TENTHS_BELOW else f"{amount:.0f}"
    return f"{sign}{shown} {unit}"


def format_duration(seconds: float) -> str:
    """Returns a time span in its two largest units, `1m 12s`; under ten seconds with a decimal."""
    if not math.isfinite(seconds):
        return f"{seconds:g}"
    if seconds < 0:
        return f"-{format_duration(-seconds)}"
    milliseconds = seconds * 1000
    if 0 < milliseconds < _SECOND_FROM_MS:
        return f"{milliseconds:.0f}ms" if milliseconds >= 1 else f"{milliseconds:.1g}ms"
    if seconds < _DECIMAL_BELOW:
        return f"{seconds:.1f}".removesuffix(".0") + "s"
    whole = round(seconds)
    for size, unit, below, part in _SPANS:
        if whole >= size:
            rest = whole % size // below
            return f"{whole // size}{unit} {rest}{part}" if rest else f"{whole // size}{unit}"
    return f"{whole}s"


def format_age(seconds: float) -> str:
    """Returns how long ago something was in one unit, `2d`; a clock that runs ahead gives `now`."""
    for size, unit in _AGES:
        if seconds >= size:
            return f"{seconds // _AGE_UNITS.get(unit, size):.0f}{unit}"
    return "now"


def sparkline(values: Sequence[float | None], width: int = 8, *, ascii_only: bool = False) -> str:
    """Returns a curve as at most `width` block characters, one per value or per bucket's mean.

    NaN and None are spaces; infinities stand at the rim; a flat curve is drawn half high.
    """
    levels = _ASCII_BLOCKS if ascii_only else _BLOCKS
    points = [math.nan if value is None else _as_float(value) for value in values]
    if len(points) > width:
        edges = [len(points) * place // width for place in range(width + 1)]
        points = [_mean(points[start:end]) for start, end in pairwise(edges)]
    finite = [point for point in points if math.isfinite(point)]
    # Halves, because the span of two large floats can be infinite.
    low, span = (min(finite) / 2, max(finite) / 2 - min(finite) / 2) if finite else (0.0, 0.0)
    return "".join(_level(point, low, span, levels) for point in points)


def _mean(points: list[float]) -> float:
    known = [point for point in points if not math.isnan(point)]
    return sum(point / len(known) for point in known) if known else math.nan


def _level(point: float, low: float, span: float, levels: str) -> str:
    if math.isnan(point):
        return " "
    if math.isinf(point):
        return levels[-1 if point > 0 else 0]
    height = (point / 2 - low) / span if span > 0 else 0.49
    return levels[min(int(height * len(levels)), len(levels) - 1)]


def flatten(nested: Mapping[str, object]) -> dict[str, _Scalar]:
    """Returns nested tables as one level, names joined by dots.

    Lists become JSON text, other types (dates) their `str`; an empty table leaves no name. Where a dotted
    name and a nested one meet, the later one wins.
    """
    flat: dict[str, _Scalar] = {}
    _flatten_into(flat, "", nested)
    return flat


def _flatten_into(flat: dict[str, _Scalar], prefix: str, nested: Mapping[str, object]) -> None:
    for key, value in nested.items():
        if value is None or isinstance(value, (str, int, float)):
            flat[f"{prefix}{key}"] = value
        elif isinstance(value, Mapping):
            _flatten_into(flat, f"{prefix}{key}.", value)
        elif isinstance(value, (list, tuple)):
            import json

            flat[f"{prefix}{key}"] = json.dumps(value, ensure_ascii=False, default=str)
        else:
            flat[f"{prefix}{key}"] = str(value)
