"""How the numbers of a column are written so that they line up: as many digits as the column needs, not more."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from branchlab.text import format_number
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.experiment import Number

_DIGITS = 4  # significant ones
_SHARE = 0.9  # of the numbers are written in full; longer fractions of the others are rounded


class NumberFormat(NamedTuple):
    """How the numbers of one column are written.

    Attributes:
        decimals: digits behind the point, at most.
        filled: zeros are kept: `0.9300` below `0.9213`.
        width: cells from the first digit to the last.
    """

    decimals: int
    filled: bool
    width: int

    def text(self, value: Number) -> str:
        """Returns a number with blanks behind it, so that the points of a column stand below each other.

        Words and numbers with an exponent keep to the right.
        """
        text = self.plain(value)
        if not text[-1].isdigit() or "e" in text:
            return text
        point = text.find(".")
        behind = self.decimals + (self.decimals > 0) - (len(text) - point if point >= 0 else 0)
        return text + " " * min(behind, self.width - len(text)) if behind > 0 else text

    def plain(self, value: Number) -> str:
        """Returns a number without blanks; what would be wider than the column is written with an exponent."""
        text = format_number(value)
        if "e" not in text and text[-1].isdigit():
            whole, _, fraction = text.partition(".")
            if len(fraction) > self.decimals:
                text = self._rounded(value, text)
            elif self.filled and isinstance(value, float):
                text = f"{value:.{min(self.decimals, max(_needed(whole, fraction), len(fraction)))}f}"
        if len(text) <= self.width or not text[-1].isdigit():
            return text
        short = _with_exponent(value)
        return short if len(short) < len(text) else text

    def _rounded(self, value: Number, text: str) -> str:
        """Returns a number with fewer digits, unless hardly any would be left that says something."""
        if _survives(abs(value), self.decimals):
            return f"{value:.{self.decimals}f}"
        return text if len(text) <= self.width else _with_exponent(value)


def choose_format(values: Sequence[Number], *, filled: bool, least: int = 0) -> NumberFormat:
    """Returns the format for a column from some of its numbers.

    Args:
        values: numbers, also NaN and infinite ones.
        filled: whether zeros are kept at the end, as for measured values.
        least: cells that the column has anyway.
    """
    written = [(value, format_number(value)) for value in values]
    fractions = sorted((len(text.partition(".")[2]), abs(value)) for value, text in written if "e" not in text)
    decimals = fractions[math.ceil((len(fractions) - 1) * _SHARE)][0] if fractions else 0
    while any(digits > decimals and not _survives(size, decimals) for digits, size in fractions):
        decimals += 1
    widest = NumberFormat(decimals, filled, 1 << 10)
    return widest._replace(width=max((len(widest.text(value)) for value in values), default=least))


def _survives(size: Number, decimals: int) -> bool:
    """Tells whether two digits or more are left of a number of this size behind so many decimals."""
    return size >= 10.0 ** (1 - decimals)


def _needed(whole: str, fraction: str) -> int:
    """Returns how many digits behind the point make four significant ones."""
    size = whole.lstrip("-")
    return max(_DIGITS - len(size), 0) if size != "0" or not fraction else _DIGITS + _zeros(fraction)


def _zeros(fraction: str) -> int:
    return len(fraction) - len(fraction.lstrip("0"))


def _with_exponent(value: Number) -> str:
    mantissa, _, exponent = f"{value:.1e}".partition("e")
    return f"{mantissa.removesuffix('.0')}e{int(exponent)}"
