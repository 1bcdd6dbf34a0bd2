"""How a row of a page is drawn. Free of Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab_tui.drawing.piece import Piece
from branchlab_tui.widgets.lines.signs import CURSOR
from branchlab_tui.widgets.search_line.hits import hits

if TYPE_CHECKING:
    from branchlab_tui.drawing.piece import Line
    from branchlab_tui.widgets.page.content import Row
    from branchlab_tui.widgets.search_line.search import Search


def draw_row(row: Row, search: Search, place: int, *, here: bool) -> Line:
    """Returns a row behind its gutter, where the cursor and the hit that is shown have a mark.

    Args:
        row: what it holds.
        search: what is highlighted.
        place: which row of the page it is.
        here: whether the cursor is on it.
    """
    hit = place == search.line
    pieces = [Piece(piece.text, "here" if here and not piece.style else piece.style) for piece in row.pieces]
    if search.needle:
        pieces = _highlighted(pieces, search.needle, "hit-here" if hit else "hit")
    return [Piece(f"{CURSOR} ", "here") if here or hit else Piece("  "), *pieces]


def _highlighted(pieces: Line, needle: str, style: str) -> Line:
    """Returns pieces in which a text has a style of its own, also where it begins in one and ends in another."""
    text = "".join(piece.text for piece in pieces)
    marked = {place for start, stop in hits(text, needle) for place in range(start, stop)}
    if not marked:
        return pieces
    drawn: Line = []
    place = 0
    for piece in pieces:
        for character in piece.text:
            own = style if place in marked else piece.style
            if drawn and drawn[-1].style == own:
                drawn[-1] = Piece(drawn[-1].text + character, own)
            else:
                drawn.append(Piece(character, own))
            place += 1
    return drawn
