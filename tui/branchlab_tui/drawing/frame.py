"""How a plot divides its space: title, legend, axes and the field of the curves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from branchlab_tui.drawing.scale import Scale

# Rows from which there is room for each part; on fewer it is left out before the field is.
_LEGEND_FROM = 7
_LABELS_FROM = 4
_AXIS_FROM = 9
_MORE_LEGEND = ((30, 3), (15, 2))  # rows of the plot, and those of its legend
_MOST_LABEL = 12
_LEAST_FIELD = 8


class Frame(NamedTuple):
    """Where the field of the curves stands in a drawing, in cells, and what its axes are.

    Attributes:
        left: columns left of it, the axis among them.
        top: rows above it.
        width: its columns.
        height: its rows.
        x: the horizontal axis.
        y: the vertical axis.
    """

    left: int
    top: int
    width: int
    height: int
    x: Scale
    y: Scale

    def x_at(self, column: float) -> float:
        """Returns the x that stands in the middle of a column of the drawing."""
        return self.x.value((column - self.left + 0.5) / self.width)

    def holds(self, column: int, row: int) -> bool:
        """Tells whether a cell of the drawing is in the field."""
        return 0 <= column - self.left < self.width and 0 <= row - self.top < self.height


class Rows(NamedTuple):
    """How many rows each part of a plot gets."""

    title: int
    legend: int
    field: int
    axis: int
    labels: int


def rows_for(height: int, legend: int) -> Rows:
    """Returns the division of `height` rows; `legend` is how many rows the legend would fill."""
    title = 1 if height > 1 else 0
    labels = 1 if height >= _LABELS_FROM else 0
    axis = 1 if height >= _AXIS_FROM else 0
    field = height - title - labels - axis
    return Rows(title, legend, field - legend, axis, labels)


def legend_rows(height: int) -> int:
    """Returns how many rows a legend may take at most."""
    most = next((rows for least, rows in _MORE_LEGEND if height >= least), 1)
    return most if height >= _LEGEND_FROM else 0


def left_columns(longest: int, width: int) -> int:
    """Returns the columns left of the field for labels of at most `longest` columns; 0 where they leave no room."""
    needed = min(longest, _MOST_LABEL) + 1
    # A label that is cut would be another number, so rather none.
    return needed if longest <= _MOST_LABEL and width - needed >= _LEAST_FIELD else 0
