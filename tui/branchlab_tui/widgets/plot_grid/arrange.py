"""How many panels stand side by side and one below the other. Free of Textual."""

from __future__ import annotations

import math

from branchlab.tuples import NamedTuple

LEAST_WIDTH = 36
LEAST_HEIGHT = 8
_BEST_RATIO = 3.5  # columns by rows: cells are twice as high as wide


class Arrangement(NamedTuple):
    """A grid of panels.

    Attributes:
        columns: side by side.
        rows: one below the other.
    """

    columns: int
    rows: int

    @property
    def places(self) -> int:
        """How many panels it shows at once."""
        return self.columns * self.rows


def arrange(count: int, width: int, height: int) -> Arrangement:
    """Returns the grid for `count` panels in `width` columns and `height` rows of cells.

    It shows as many as stay readable, and among the grids that do, the one whose panels have the best shape.
    """
    most_columns = max(1, min(count, width // LEAST_WIDTH))
    most_rows = max(1, height // LEAST_HEIGHT)
    found = [
        Arrangement(columns, max(1, min(most_rows, -(-count // columns)))) for columns in range(1, most_columns + 1)
    ]
    return max(found, key=lambda one: (min(count, one.places), -_badness(width / one.columns, height / one.rows)))


def _badness(width: float, height: float) -> float:
    return abs(math.log(max(width, 1) / max(height, 1) / _BEST_RATIO))


def first_shown(place: int, first: int, count: int, grid: Arrangement) -> int:
    """Returns the first panel to show so that the one at `place` is in sight, moving by whole rows and no further.

    The last rows are always full where there are enough panels.
    """
    rows = -(-count // grid.columns)
    top, row = first // grid.columns, place // grid.columns
    if row < top:
        top = row
    elif row >= top + grid.rows:
        top = row - grid.rows + 1
    return max(0, min(top, rows - grid.rows)) * grid.columns
