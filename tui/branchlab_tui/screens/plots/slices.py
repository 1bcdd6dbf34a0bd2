"""Metrics by slice, as bars: one experiment or two side by side."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from branchlab_tui.drawing.bars import Bar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    SlicesOf = Mapping[str, Mapping[str, float]]

ROWS = "rows"
_LONGEST_NUMBER = 15  # characters


def slice_keys(everyone: Iterable[SlicesOf]) -> dict[str, tuple[str, ...]]:
    """Returns the metrics of each slice key (`region`), the number of rows left out."""
    found: dict[str, dict[str, None]] = {}
    for slices in everyone:
        for name, metrics in slices.items():
            found.setdefault(_key_of(name), {}).update(dict.fromkeys(metrics))
    named = {key: tuple(metric for metric in metrics if metric != ROWS) for key, metrics in found.items()}
    return {key: metrics for key, metrics in sorted(named.items()) if metrics}


def slice_bars(everyone: Sequence[SlicesOf], key: str, metric: str) -> list[Bar]:
    """Returns the slices of a key in their natural order, with a value for each experiment and their rows."""
    names = dict.fromkeys(name for slices in everyone for name in slices if _key_of(name) == key)
    values = {name: name.partition("=")[2] for name in names}
    bars = [
        Bar(values[name], tuple(slices.get(name, {}).get(metric) for slices in everyone), _rows(everyone, name))
        for name in sorted(names, key=lambda name: _natural(values[name]))
    ]
    return [bar for bar in bars if any(value is not None for value in bar.values)]


def _key_of(name: str) -> str:
    return name.partition("=")[0]


def _rows(everyone: Sequence[SlicesOf], name: str) -> str:
    """Returns the size of a slice in the first experiment that knows it."""
    sizes = (slices.get(name, {}).get(ROWS, math.nan) for slices in everyone)
    return next((f"{size:,.0f} rows" for size in sizes if math.isfinite(size)), "")


def _natural(value: str) -> tuple[int, float, str]:
    """Returns what sorts numbers by size, before words."""
    try:
        # Long ones are ids, and equal as floats; `inf` and `nan` are words here.
        number = float(value) if len(value) <= _LONGEST_NUMBER else math.nan
    except ValueError:
        number = math.nan
    return (0, number, value) if math.isfinite(number) else (1, 0.0, value)
