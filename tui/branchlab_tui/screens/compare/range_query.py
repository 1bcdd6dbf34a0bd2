"""A range on an axis as a query of `branchlab ls`. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.catalog.grammar import quoted
from branchlab_tui.drawing.brush import measure

if TYPE_CHECKING:
    from branchlab.experiment import Scalar
    from branchlab_tui.drawing.brush import Axis
    from branchlab_tui.screens.compare.variables import Variable


def range_query(variable: Variable, axis: Axis, low: float, high: float, *, within: str = "") -> str:
    """Returns the query for the experiments within a range.

    Args:
        variable: what the axis shows.
        axis: as it was shown.
        low: lowest value; on an axis of words the place of the first word.
        high: highest value.
        within: a term that holds for all of them too, such as `sweep:wide`.
    """
    first = f"{within} " if within else ""
    key = quoted(variable.key)
    if measure(axis).words:
        words = (quoted(_text(one), value=True) for one in _words_between(variable, axis, low, high))
        return " | ".join(f"{first}{key}={word}" for word in words)
    # One value: `>=` and `<=` say the same in twice the room.
    if low == high:
        return f"{first}{key}={_exact(low)}"
    return f"{first}{key}>={_exact(low)} {key}<={_exact(high)}"


def _words_between(variable: Variable, axis: Axis, low: float, high: float) -> list[Scalar]:
    """Returns the values whose words stand within a range, each once."""
    places: dict[object, int] = {}
    values: dict[object, Scalar] = {}
    for shown, value in zip(axis.values, variable.values, strict=True):
        if shown is not None:
            places.setdefault(shown, len(places))
            # Two values may be shown as the same word; the first one stands for it.
            values.setdefault(shown, value)
    return [values[shown] for shown, place in places.items() if low <= place <= high]


def _text(value: Scalar) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value) if isinstance(value, float) else str(value)


def _exact(value: float) -> str:
    # `repr`, as rounding could leave out the very experiment at the end of the range.
    whole = int(value) if value.is_integer() and abs(value) < 1e15 else None  # noqa: PLR2004 - written out in full
    return repr(value) if whole is None else str(whole)
