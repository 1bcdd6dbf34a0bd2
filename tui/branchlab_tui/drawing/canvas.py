"""A canvas of braille dots, two by four in each cell; each cell has one style."""

from __future__ import annotations

from branchlab_tui.drawing.piece import Line, Piece

DOTS_WIDE = 2
DOTS_HIGH = 4
CURSOR_CELL = "cursor-cell"  # the one style of a mark that has a background

_CHARACTERS = [" ", *(chr(0x2800 + mask) for mask in range(1, 256))]
_BITS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))  # by column, from the top
# By column, first and last row of the dots in a cell.
_SPANS = tuple(
    tuple(tuple(sum(bits[first : last + 1]) for last in range(DOTS_HIGH)) for first in range(DOTS_HIGH))
    for bits in _BITS
)
_FULL = (sum(_BITS[0]), sum(_BITS[1]))
_HALF_TONE = 0x01 | 0x04 | 0x10 | 0x80


class Canvas:
    """Dots by column and row, from the top left.

    Layers are drawn from the lowest on. What is drawn in a higher layer takes the whole cell; in the same layer
    dots add up, and the style of the last one counts.
    """

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._masks = [0] * (width * height)
        self._styles = [""] * (width * height)
        self._layers = [0] * (width * height)
        self._marks: dict[int, Piece] = {}

    def span(self, column: int, top: int, bottom: int, style: str, layer: int = 1) -> None:
        """Draws dots one above the other; those that lie outside are left out."""
        lowest = self.height * DOTS_HIGH - 1
        if bottom < 0 or top > lowest:
            return
        top, bottom = max(top, 0), min(bottom, lowest)
        right = column & 1
        row, last_row = top >> 2, bottom >> 2
        width, masks, layers, styles = self.width, self._masks, self._layers, self._styles
        place = row * width + (column >> 1)
        first = top & 3
        while row <= last_row:
            mask = _SPANS[right][first][bottom & 3 if row == last_row else 3]
            if layers[place] == layer:
                masks[place] |= mask
            else:
                masks[place] = mask
                layers[place] = layer
            styles[place] = style
            row += 1
            place += width
            first = 0

    def fade(self, layer: int) -> None:
        """Takes every other dot out of a layer, so that a filled band steps back behind a line."""
        masks = self._masks
        for place, at in enumerate(self._layers):
            if at == layer and masks[place]:
                masks[place] &= _HALF_TONE

    def mark(self, column: int, row: int, text: str, style: str) -> None:
        """Puts one character of text over a cell; outside of the canvas nothing happens."""
        if 0 <= column < self.width and 0 <= row < self.height:
            self._marks[row * self.width + column] = Piece(text, style)

    def is_empty(self, column: int, row: int) -> bool:
        """Tells whether a cell shows nothing yet."""
        place = row * self.width + column
        return not self._masks[place] and place not in self._marks

    def lines(self) -> list[Line]:
        """Returns the rows, each as few pieces as its styles allow."""
        rows = {place // self.width for place in self._marks}
        return [self._line(row, marked=row in rows) for row in range(self.height)]

    def _line(self, row: int, *, marked: bool) -> Line:
        start = row * self.width
        masks = self._masks[start : start + self.width]
        if not marked and not any(masks):
            return [Piece(" " * self.width)]
        characters = [_CHARACTERS[mask] for mask in masks]
        styles = self._styles[start : start + self.width]
        if marked:
            for place, mark in self._marks.items():
                if start <= place < start + self.width:
                    characters[place - start], styles[place - start] = mark
        return _joined(characters, styles)


def _joined(characters: list[str], styles: list[str]) -> Line:
    line: Line = []
    begun, style = 0, styles[0]
    for place, (character, own) in enumerate(zip(characters, styles, strict=True)):
        # A blank looks the same in any style that has no background, so it does not end a piece.
        if own == style or (character == " " and style != CURSOR_CELL):
            continue
        line.append(Piece("".join(characters[begun:place]), style))
        begun, style = place, own
    line.append(Piece("".join(characters[begun:]), style))
    return [piece for piece in line if piece.text]
