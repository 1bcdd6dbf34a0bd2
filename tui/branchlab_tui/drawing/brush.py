"""An axis of parallel coordinates, its places, and the range that is chosen on it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from branchlab.text import format_number, safe_text
from branchlab.tuples import NamedTuple
from branchlab_tui.drawing.scale import Scale, fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    Value = float | str | None

_LOG_FROM = 30.0  # learning rates and the like: on a linear axis they are one heap
_STEPS = 24


class Axis(NamedTuple):
    """An axis: what it is called, and a value for each strand; words, numbers, or None where there is none."""

    title: str
    values: Sequence[Value]


class Ruler(NamedTuple):
    """How the values of an axis are placed: from 0 at the bottom to 1 at the top. Made by `measure`.

    Attributes:
        stops: the different values as numbers, ascending; on an axis of words their places.
        words: what stands at each stop, on an axis of words.
        scale: from values to places.
        places: where each strand crosses the axis; None where it does not.
    """

    stops: tuple[float, ...]
    words: tuple[str, ...]
    scale: Scale
    places: tuple[float | None, ...]

    def label(self, stop: int) -> str:
        """Returns what is written at a stop."""
        return safe_text(self.words[stop]) if self.words else format_number(self.stops[stop])


class Brush(NamedTuple):
    """A range on an axis: its first and last stop."""

    low: int
    high: int


def measure(axis: Axis) -> Ruler:
    """Returns how an axis places its values; with one word among them all are words."""
    if any(isinstance(value, str) for value in axis.values):
        words = tuple(dict.fromkeys(_word(value) for value in axis.values if value is not None))
        at = {word: float(place) for place, word in enumerate(words)}
        numbers = [None if value is None else at[_word(value)] for value in axis.values]
    else:
        words = ()
        numbers = [_number(value) for value in axis.values]
    stops = tuple(sorted({number for number in numbers if number is not None}))
    if not stops:
        return Ruler((), words, fit(0.0, 1.0), tuple(None for _ in axis.values))
    log = not words and stops[0] > 0 and stops[-1] / stops[0] >= _LOG_FROM
    scale = fit(stops[0], stops[-1], log=log)
    places = tuple(None if number is None else scale.fraction(number) for number in numbers)
    return Ruler(stops, words, scale, places)


def _word(value: Value) -> str:
    return value if isinstance(value, str) else format_number(value) if value is not None else ""


def _number(value: Value) -> float | None:
    if value is None or isinstance(value, str):
        return None
    try:
        number = float(value)
    except OverflowError:  # an integer beyond every float
        return None
    return number if math.isfinite(number) else None


def whole(ruler: Ruler) -> Brush:
    """Returns the range of all stops."""
    return Brush(0, max(0, len(ruler.stops) - 1))


def moved(brush: Brush, ruler: Ruler, low: int, high: int) -> Brush:
    """Returns a range with its ends moved by steps; one end never passes the other.

    A step is a stop, or a twenty-fourth of them where there are many.
    """
    last = max(0, len(ruler.stops) - 1)
    size = max(1, len(ruler.stops) // _STEPS)
    new_low = max(0, min(brush.low + low * size, brush.high))
    new_high = min(last, max(brush.high + high * size, new_low))
    return Brush(new_low, new_high)


def between(ruler: Ruler, start: float, end: float) -> Brush | None:
    """Returns the range of the stops between two places (0 to 1); None when there is none."""
    bottom, top = min(start, end), max(start, end)
    inside = [stop for stop, at in enumerate(ruler.scale.fractions(ruler.stops)) if bottom <= at <= top]
    return Brush(inside[0], inside[-1]) if inside else None


def ends(brush: Brush, ruler: Ruler) -> tuple[float, float]:
    """Returns the lowest and highest value of a range."""
    return ruler.stops[brush.low], ruler.stops[brush.high]


def inside(rulers: Sequence[Ruler], brushes: Sequence[Brush | None], strand: int) -> bool:
    """Tells whether a strand crosses every brushed axis within its range."""
    for ruler, brush in zip(rulers, brushes, strict=True):
        # An axis without values cannot be brushed, and leaves nobody out.
        if brush is None or not ruler.stops:
            continue
        place = ruler.places[strand]
        low, high = (ruler.scale.fraction(end) for end in ends(brush, ruler))
        if place is None or not low <= place <= high:
            return False
    return True
