"""A canvas of braille dots, two by four in each cell; each cell has one style.

A column of dots is one integer, the lowest bit on top: so a peak of any height is drawn by one addition, and only
cells that show something are looked at one by one.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from branchlab.tuples import NamedTuple
from branchlab_tui.drawing.piece import Line, Piece

if TYPE_CHECKING:
    from collections.abc import Mapping

DOTS_WIDE = 2
DOTS_HIGH = 4
_NO_MARKS: Mapping[tuple[int, int], Piece] = {}
CURSOR_CELL = "cursor-cell"  # the one style of a mark that has a background

_BITS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))  # of a braille character, by column, from the top


def _braille(left: int, right: int) -> str:
    mask = sum(_BITS[0][row] for row in range(DOTS_HIGH) if left >> row & 1)
    mask += sum(_BITS[1][row] for row in range(DOTS_HIGH) if right >> row & 1)
    return chr(0x2800 + mask) if mask else " "


_CHARACTERS = [[_braille(left, right) for right in range(16)] for left in range(16)]


class Stroke(NamedTuple):
    """What is drawn in one style: the dots of each column of dots."""

    style: str
    layer: int
    dots: list[int]


class Canvas:
    """Dots by column and row, from the top left.

    What is drawn in a higher layer takes the whole cell; in the same layer dots add up, and the style of the
    last stroke counts.
    """

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._strokes: list[Stroke] = []
        self._marks: dict[int, Piece] = {}

    def stroke(self, style: str, layer: int = 1) -> Stroke:
        """Begins to draw in a style, over all that was drawn before in the same layer."""
        stroke = Stroke(style, layer, [0] * (self.width * DOTS_WIDE))
        self._strokes.append(stroke)
        return stroke

    def span(self, stroke: Stroke, column: int, top: int, bottom: int) -> None:
        """Draws dots one above the other; those that lie outside are left out."""
        lowest = self.height * DOTS_HIGH - 1
        if top <= lowest and bottom >= 0:
            stroke.dots[column] |= (2 << min(bottom, lowest)) - (1 << max(top, 0))

    def fade(self, stroke: Stroke) -> None:
        """Takes every other dot out of a stroke, so that a filled band steps back behind a line."""
        checks = int("5" * self.height or "0", 16)  # every other dot of a column
        for column, dots in enumerate(stroke.dots):
            stroke.dots[column] = dots & (checks << 1 if column & 1 else checks)

    def mark(self, column: int, row: int, text: str, style: str) -> None:
        """Puts one character of text over a cell; outside of the canvas nothing happens."""
        if 0 <= column < self.width and 0 <= row < self.height:
            self._marks[row * self.width + column] = Piece(text, style)

    def is_empty(self, column: int, row: int) -> bool:
        """Tells whether a cell shows nothing yet."""
        first, shift = column * DOTS_WIDE, row * DOTS_HIGH
        drawn = any((each.dots[first] | each.dots[first + 1]) >> shift & 15 for each in self._strokes)
        return not drawn and row * self.width + column not in self._marks

    def lines(self, over: Mapping[tuple[int, int], Piece] = _NO_MARKS) -> list[Line]:
        """Returns the rows, each as few pieces as its styles allow; `over` stands in cells without staying there."""
        characters, styles = [" "] * (self.width * self.height), [""] * (self.width * self.height)
        by_layer = sorted(self._strokes, key=lambda stroke: stroke.layer)
        layers = [list(group)[::-1] for _, group in groupby(by_layer, key=lambda stroke: stroke.layer)]
        layers.reverse()  # what counts comes first
        cells = int("1" * self.height or "0", 16)  # the first dot of each cell of a column
        for column in range(self.width):
            self._fill(column, layers, cells, characters, styles)
        for place, mark in self._marks.items():
            characters[place], styles[place] = mark
        for (column, row), mark in over.items():
            characters[row * self.width + column], styles[row * self.width + column] = mark
        width = self.width
        rows = range(0, width * self.height, width)
        return [_joined(characters[start : start + width], styles[start : start + width]) for start in rows]

    def _fill(
        self, column: int, layers: list[list[Stroke]], cells: int, characters: list[str], styles: list[str]
    ) -> None:
        """Finds the character and the style of each cell of a column that shows something."""
        taken, width, first = 0, self.width, column * DOTS_WIDE
        for layer in layers:
            drawn = [(each.dots[first], each.dots[first + 1], each.style) for each in layer]
            left = right = 0
            for dots in drawn:
                left |= dots[0]
                right |= dots[1]
            for own_left, own_right, style in drawn:
                any_row = own_left | own_right
                any_row |= any_row >> 1
                new = (any_row | any_row >> 2) & cells & ~taken
                taken |= new
                while new:
                    shift = (new & -new).bit_length() - 1
                    new &= new - 1
                    place = (shift >> 2) * width + column
                    characters[place] = _CHARACTERS[left >> shift & 15][right >> shift & 15]
                    styles[place] = style


def _joined(characters: list[str], styles: list[str]) -> Line:
    line: Line = []
    begun, style = 0, styles[0]
    for place, own in enumerate(styles):
        # A blank looks the same in any style that has no background, so it does not end a piece.
        if own == style or (characters[place] == " " and style != CURSOR_CELL):
            continue
        line.append(Piece("".join(characters[begun:place]), style))
        begun, style = place, own
    line.append(Piece("".join(characters[begun:]), style))
    return [piece for piece in line if piece.text]
