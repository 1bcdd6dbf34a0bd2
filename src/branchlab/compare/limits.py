"""Limits as the settings write them: `>= 0.90`, `1%`, `30d`; and figures that do not round a limit away."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING

from branchlab.text import format_number
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from branchlab.experiment import Number
    from branchlab.project import Goal

_SECONDS = {"h": 3600, "d": 86_400, "w": 604_800}
_UNITS = {"h": "hour", "d": "day", "w": "week"}
_SLACK = 1e-9  # 0.1 + 0.2 keeps to 0.3, whatever binary fractions say
_ROUNDING = 4 * sys.float_info.epsilon  # of a difference, as a share of what was subtracted
_DIGITS = (6, 9, 12)  # significant; the first that tells the value from its limit


class Bound(NamedTuple):
    """A comparison with a number: `>=`, `<=`, `>` or `<`, and what stands behind it as it was written."""

    sign: str
    text: str

    @property
    def number(self) -> float:
        """The number to compare with."""
        return float(self.text)

    def holds(self, value: Number) -> bool:
        """Tells whether a finite value keeps the bound; what differs by rounding only is equal."""
        if math.isclose(value, self.number, rel_tol=_SLACK):
            return self.sign in (">=", "<=")
        return (value > self.number) == self.sign.startswith(">")

    def __str__(self) -> str:
        """Writes it with one space, `>= 0.90`."""
        return f"{self.sign} {self.text}"


def parse_bound(text: str) -> Bound:
    """Reads a comparison that the settings have accepted."""
    number = text.lstrip("<>=").strip()
    return Bound(text[: len(text) - len(text.lstrip("<>="))], number)


def allowance(text: str, of: Number) -> float:
    """Returns an allowed loss as a number; a percentage is one of the size of `of`, so of 0 it is 0."""
    number = float(text.rstrip("% ") or 0)
    return number / 100 * abs(of) if text.endswith("%") else number


def loss(goal: Goal | None, before: Number, after: Number) -> float:
    """Returns by how much a value got worse; a gain is below 0."""
    return before - after if goal == "maximize" else after - before


def exceeds(size: float, allowed: float, *compared: Number) -> bool:
    """Tells whether a difference between the values compared is larger than allowed, by more than rounding."""
    scale = max((abs(value) for value in compared), default=0.0)
    return size > allowed + _ROUNDING * scale


def moved(goal: Goal | None, lost: float) -> str:
    """Returns the direction of a loss, or of a gain, as a verb."""
    return "fell" if (lost > 0) == (goal == "maximize") else "rose"


def age_limit(text: str) -> tuple[float, str, int]:
    """Returns an age such as `30d` as a number, its unit in full, and the seconds of that unit."""
    return float(text[:-1]), _UNITS[text[-1]], _SECONDS[text[-1]]


def figure(value: Number, beside: Number | None = None) -> str:
    """Returns a number in as few digits as still show on which side of another it lies."""
    texts = (format_number(value), *(f"{value:.{digits}g}" for digits in _DIGITS))
    told = (text for text in texts if beside is None or _order(float(text), beside) == _order(value, beside))
    return next(told, repr(value))


def age_figure(age: float, limit: float) -> str:
    """Returns an age in tenths of its unit, or as finely as shows on which side of the limit it lies."""
    tenths = round(age, 1)
    return figure(tenths if _order(tenths, limit) == _order(age, limit) else age, limit)


def _order(value: float, beside: float) -> int:
    if math.isclose(value, beside, rel_tol=_SLACK):
        return 0
    return (value > beside) - (value < beside)


def unusable(value: Number | None, whose: str) -> str:
    """Returns why a value cannot be judged, or an empty text; infinity is no measurement."""
    if value is None:
        return f"{whose} is missing"
    return "" if math.isfinite(value) else f"{whose} is {'not a number' if math.isnan(value) else 'infinite'}"
