"""How the rows of a log are drawn: hits of a search, and lines that speak of errors. Free of Textual."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from branchlab.report.width import display_width
from branchlab_tui.drawing.piece import Piece
from branchlab_tui.widgets.lines.signs import CURSOR
from branchlab_tui.widgets.search_line.hits import hits

if TYPE_CHECKING:
    from branchlab_tui.drawing.piece import Line
    from branchlab_tui.widgets.log_view.layout import Row
    from branchlab_tui.widgets.log_view.search import Search

_ERROR = re.compile(
    r"Traceback \(most recent call last\)|^\s*[\w.]*(?:Error|Exception|Interrupt)\b|\b(?:ERROR|FATAL|CRITICAL)\b"
)
_WARNING = re.compile(r"\bwarn(?:ing)?\b|Warning\b", re.IGNORECASE)
_JUDGED = 400  # characters of a line that are looked at


def style_of(text: str) -> str:
    """Returns the style of a line by what it says."""
    head = text[:_JUDGED]
    if _ERROR.search(head):
        return "worse"
    return "warn" if _WARNING.search(head) else ""


def draw_row(row: Row, line: str, search: Search, width: int) -> Line:
    """Returns a row, its gutter first: the hit that is shown has a mark there.

    Args:
        row: which part of the line.
        line: the whole line, so that a hit is found that goes on in the next row.
        search: what is highlighted.
        width: cells, the gutter among them.
    """
    here = row.line == search.here
    gutter = Piece(f"{CURSOR} ", "bold") if here and not row.start else Piece("  ")
    if row.text is None:
        return [gutter, Piece("…", "dim")]
    text = row.text
    pieces = [gutter]
    style, at = style_of(line), 0
    for first, last in hits(line, search.needle):
        start, stop = max(first - row.start, at), min(last - row.start, len(text))
        if start < stop:
            pieces += [Piece(text[at:start], style), Piece(text[start:stop], "hit-here" if here else "hit")]
            at = stop
    pieces.append(Piece(text[at:], style))
    return _cut([piece for piece in pieces if piece.text], width)


def _cut(pieces: Line, width: int) -> Line:
    """Returns pieces of at most `width` cells, and a mark where something was cut off."""
    if sum(display_width(piece.text) for piece in pieces) <= width:
        return pieces
    kept: Line = []
    room = width - 1
    for piece in pieces:
        text = piece.text
        while display_width(text) > room:
            text = text[: min(len(text) - 1, room)]  # one cut; more only where letters are wide
        kept.append(Piece(text, piece.style))
        room -= display_width(text)
        if text != piece.text:
            break
    return [*kept, Piece("…", "dim")]
