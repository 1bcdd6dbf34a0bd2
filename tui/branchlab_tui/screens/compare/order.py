"""In which order experiments stand side by side. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.catalog.values import as_number

if TYPE_CHECKING:
    from branchlab.compare.comparison import Comparison, Row


def order_by(comparison: Comparison, key: str, against: int) -> list[int] | None:
    """Returns the places of the experiments ordered by a row, best first; the reference stays where it is, in front.

    Args:
        comparison: with all rows.
        key: kind and name of the row, as the table has it.
        against: place of the reference.

    Returns:
        None for a row that has no order.
    """
    row = next((row for row in comparison.rows if f"{row.kind}/{row.name}" == key), None)
    if row is None:
        return None
    places = sorted(range(len(row.values)), key=lambda place: _rank(row, place))
    return [against, *(place for place in places if place != against)]


def _rank(row: Row, place: int) -> tuple[int, float, str]:
    """Returns a sort key: numbers, the best first, then words, then what is missing."""
    value = row.values[place]
    number = as_number(value)
    if number is not None and number == number:  # noqa: PLR0124 - only NaN differs from itself
        return (0, -number if row.goal == "maximize" else number, "")
    # NaN stands with what is missing: between numbers it would break the order, as nothing is smaller than it.
    return (2, 0.0, "") if value is None or number is not None else (1, 0.0, str(value))
