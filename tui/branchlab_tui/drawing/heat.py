"""A confusion matrix, or the difference of two, as cells with numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.style import BETTER, MISSING, WORSE
from branchlab.report.width import display_width, pad, shorten
from branchlab.text import format_number, safe_text
from branchlab.tuples import NamedTuple
from branchlab_tui.drawing.heading import heading
from branchlab_tui.drawing.piece import Line, Piece

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_CORNER = "true ↓"
_STEPS = 10  # of brightness, so that neighbours share a style
_SHORTEST_LABEL = 3
_LONGEST_LABEL = 18
_NARROWEST = _SHORTEST_LABEL + 2  # columns: a label, a blank and a cell
_LEAST_CELL = 4
_MOST_CELL = 12
_BRIGHTEST = 90
_FAINTEST = 10


class Matrix(NamedTuple):
    """Counts of what was predicted for what is true.

    Attributes:
        labels: of the classes, for rows and columns alike.
        counts: a row for each true class, in it a column for each predicted one.
    """

    labels: Sequence[str]
    counts: Sequence[Sequence[float]]


class HeatView(NamedTuple):
    """How a matrix is looked at: shares of each row instead of counts, and the cell (row, column) that is read."""

    normalised: bool = False
    cell: tuple[int, int] | None = None


class HeatFrame(NamedTuple):
    """Where the cells of a matrix stand: of which class the first row and column is, and how large they are."""

    left: int
    top: int
    cell_width: int
    cell_height: int
    first_row: int
    first_column: int
    rows: int
    columns: int

    def cell_at(self, column: int, row: int) -> tuple[int, int] | None:
        """Returns the row and column of the matrix that a cell of the drawing belongs to."""
        across, down = (column - self.left) // self.cell_width, (row - self.top) // self.cell_height
        if 0 <= across < self.columns and 0 <= down < self.rows:
            return self.first_row + down, self.first_column + across
        return None


def shares(counts: Sequence[Sequence[float]]) -> list[list[float]]:
    """Returns each row divided by its sum; a row without counts stays at zero."""
    return [[value / total if (total := sum(row)) else 0.0 for value in row] for row in counts]


def aligned(matrix: Matrix, against: Matrix) -> tuple[Matrix, Matrix]:
    """Returns two matrices over the classes of both; a class that one does not know has no counts in it."""
    labels = [*dict.fromkeys([*matrix.labels, *against.labels])]
    return _over(matrix, labels), _over(against, labels)


def _over(matrix: Matrix, labels: Sequence[str]) -> Matrix:
    places = {label: place for place, label in enumerate(matrix.labels)}
    known = [places.get(label) for label in labels]

    def count(row: int | None, column: int | None) -> float:
        return 0.0 if row is None or column is None else matrix.counts[row][column]

    return Matrix(labels, [[count(row, column) for column in known] for row in known])


def draw_heat(
    matrix: Matrix, against: Matrix | None, view: HeatView, size: tuple[int, int], title: str
) -> tuple[list[Line], HeatFrame | None]:
    """Returns the matrix at a size (columns, rows), or its difference to another one, and where its cells are.

    A matrix that is larger than the room shows the part around the cell that is read.
    """
    width, height = size
    if width < 1 or height < 1:
        return [], None
    if against is not None:
        matrix, against = aligned(matrix, against)
    values = _values(matrix, against, normalised=view.normalised)
    fact = "share of each true class" if view.normalised else "counts"
    reading = _reading(matrix, values, view, normalised=view.normalised, difference=against is not None)
    facts = [fact, *(["difference"] if against else [])]
    if not matrix.labels or height < 3 or width < _NARROWEST:  # noqa: PLR2004 - title, classes, one row
        blank = [Piece(" " * width)]
        text = [Piece(shorten("too narrow" if matrix.labels else "no classes yet", width).center(width), "dim")]
        return ([heading(title, facts, [], reading, width), text] + [blank] * height)[:height], None
    texts = [[_text(value, view, difference=against is not None) for value in row] for row in values]
    frame = _frame(matrix, texts, view, (width, height))
    head = heading(title, facts, [*_left_out(frame, len(matrix.labels))], reading, width)
    lines = [head, _columns(matrix, frame, width)]
    top = max((abs(value) for row in values for value in row), default=0.0)
    for row in range(frame.first_row, frame.first_row + frame.rows):
        lines += _row(matrix, row, (values, texts, top), view, frame, width, difference=against is not None)
    lines += [[Piece(" " * width)] for _ in range(height - len(lines))]
    return lines[:height], frame


def _left_out(frame: HeatFrame, count: int) -> Iterator[str]:
    """Yields which rows and columns are shown, where there is no room for all."""
    for what, first, shown in (("rows", frame.first_row, frame.rows), ("columns", frame.first_column, frame.columns)):
        if shown < count:
            yield f"{what} {first + 1}-{first + shown} of {count}"


def _values(matrix: Matrix, against: Matrix | None, *, normalised: bool) -> list[list[float]]:
    own = shares(matrix.counts) if normalised else [list(row) for row in matrix.counts]
    if against is None:
        return own
    other = shares(against.counts) if normalised else against.counts
    return [[a - b for a, b in zip(mine, theirs, strict=True)] for mine, theirs in zip(own, other, strict=True)]


def _text(value: float, view: HeatView, *, difference: bool) -> str:
    if not value:
        return MISSING
    sign = "+" if difference and value > 0 else ""
    if not view.normalised:
        return sign + format_number(int(value) if value == int(value) else value)
    percent = f"{100 * value:.0f}"
    # A share that is not zero must not read as none.
    return f"{sign}{percent}%" if percent not in ("0", "-0") else ("<1%" if value > 0 else ">-1%")


def _frame(matrix: Matrix, texts: list[list[str]], view: HeatView, size: tuple[int, int]) -> HeatFrame:
    width, height = size
    count = len(matrix.labels)
    longest = max(display_width(safe_text(label)) for label in matrix.labels)
    left = min(max(longest, len(_CORNER)), _LONGEST_LABEL, max(_SHORTEST_LABEL, width // 4)) + 1
    needed = max(len(text) for row in texts for text in row) + 2
    room = max(1, width - left)
    tall = max(1, min(3, (height - 2) // count))
    square = 2 * tall + 1  # a cell of the terminal is twice as high as wide
    cell = max(_LEAST_CELL, needed, min(_MOST_CELL, max(longest + 1, square), room // count))
    cell = min(cell, room)
    columns = max(1, min(count, room // cell))
    rows = max(1, min(count, (height - 2) // tall))
    at = view.cell or (0, 0)
    # The cell that is read in the middle, but no empty rows at the ends.
    first_row = max(0, min(at[0] - rows // 2, count - rows))
    first_column = max(0, min(at[1] - columns // 2, count - columns))
    return HeatFrame(left, 2, cell, tall, first_row, first_column, rows, columns)


def _columns(matrix: Matrix, frame: HeatFrame, width: int) -> Line:
    corner = shorten(_CORNER, frame.left - 1)
    names = [
        shorten(safe_text(label), frame.cell_width - 1)
        for label in matrix.labels[frame.first_column : frame.first_column + frame.columns]
    ]
    text = pad(corner, frame.left) + "".join(_centred(name, frame.cell_width) for name in names)
    rest = width - display_width(text)
    more = len(matrix.labels) - frame.columns
    hint = f" +{more} more" if more else " → predicted"
    return [Piece(text, "axis"), Piece(pad(hint, rest) if rest >= display_width(hint) else " " * rest, "axis.title")]


def _centred(text: str, width: int) -> str:
    blanks = width - display_width(text)
    return " " * ((blanks + 1) // 2) + text + " " * (blanks // 2)


def _row(
    matrix: Matrix,
    row: int,
    content: tuple[list[list[float]], list[list[str]], float],
    view: HeatView,
    frame: HeatFrame,
    width: int,
    *,
    difference: bool,
) -> list[Line]:
    """Returns the lines of one class; its name and numbers stand in the middle one."""
    values, texts, top = content
    label = pad(shorten(safe_text(matrix.labels[row]), frame.left - 1), frame.left - 1, right=True) + " "
    places = range(frame.first_column, frame.first_column + frame.columns)
    rest = " " * (width - frame.left - frame.columns * frame.cell_width)
    middle = (frame.cell_height - 1) // 2
    longest = max(len(text) for each in texts for text in each) + (1 if difference else 0)
    lines = []
    for line in range(frame.cell_height):
        pieces = [Piece(label if line == middle else " " * frame.left, "axis")]
        for column in places:
            value = values[row][column]
            style = _heat(value, top, diagonal=row == column, difference=difference)
            text = texts[row][column] + (_sign(value, diagonal=row == column) if difference else "")
            # To the same width, then centred: the digits of a column stand below each other.
            text = text.rjust(longest) if longest <= frame.cell_width else texts[row][column][: frame.cell_width]
            if view.cell == (row, column):
                style = "cursor-cell"
            pieces.append(Piece(_centred(text if line == middle else "", frame.cell_width), style))
        lines.append([piece for piece in (*pieces, Piece(rest)) if piece.text])
    return lines


def _heat(value: float, top: float, *, diagonal: bool, difference: bool) -> str:
    if not value or not top:
        return "dim"
    percent = _FAINTEST + round(abs(value) / top * _STEPS) * (_BRIGHTEST - _FAINTEST) // _STEPS
    if not difference:
        return f"h{percent}"
    return f"h{percent}.up" if (value > 0) == diagonal else f"h{percent}.down"


def _sign(value: float, *, diagonal: bool) -> str:
    """Returns whether a difference is good: more on the diagonal is, more beside it is not."""
    if not value:
        return ""
    return BETTER if (value > 0) == diagonal else WORSE


def _reading(matrix: Matrix, values: list[list[float]], view: HeatView, *, normalised: bool, difference: bool) -> str:
    if view.cell is None or not matrix.labels:
        return ""
    row, column = (min(place, len(matrix.labels) - 1) for place in view.cell)
    names = [shorten(safe_text(matrix.labels[place]), _LONGEST_LABEL) for place in (row, column)]
    text = _text(values[row][column], HeatView(normalised), difference=difference)
    return f"{names[0]} taken for {names[1]}: {text}" if row != column else f"{names[0]} right: {text}"
