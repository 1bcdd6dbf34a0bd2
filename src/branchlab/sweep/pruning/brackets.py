"""Brackets of Hyperband: which trials begin how far up, so that no single length has to be trusted.

Source: Li et al. (2018), Hyperband: A Novel Bandit-Based Approach to Hyperparameter Optimization, JMLR 18(185),
    algorithm 1; the share of a bracket is its n.
"""

from __future__ import annotations

_GOLDEN = 0x9E3779B97F4A7C15  # 2^64 divided by the golden ratio, odd
_TWO_64 = 1 << 64
_LEAST_FACTOR = 2


def rung_count(low: int, high: int, factor: int) -> int:
    """Returns how many rungs there are from `low` to `high`, each `factor` times the one before; at least 1.

    In whole numbers: the logarithm of 243 to the base 3 is below 5.

    Raises:
        ValueError: for a factor below 2.
    """
    if factor < _LEAST_FACTOR:
        raise ValueError(f"the factor of rungs is at least {_LEAST_FACTOR}, not {factor}")
    count, value = 1, max(low, 1) * factor
    while value <= high:
        count, value = count + 1, value * factor
    return count


def shares(rungs: int, factor: int) -> list[int]:
    """Returns how many trials of one round begin at each rung: ceil(rungs / (s + 1) · factor^s), s rungs being left."""
    return [-(-rungs * factor**left // (left + 1)) for left in range(rungs - 1, -1, -1)]


def bracket(number: int, rungs: int, factor: int) -> int:
    """Returns the rung at which a trial begins.

    Numbers are spread by the golden ratio, so that each stretch of trials has all brackets in about their shares,
    and a trial keeps its bracket whoever asks.
    """
    sizes = shares(rungs, factor)
    place = (number * _GOLDEN % _TWO_64) * sum(sizes) // _TWO_64
    for rung, size in enumerate(sizes):
        place -= size
        if place < 0:
            return rung
    return rungs - 1
