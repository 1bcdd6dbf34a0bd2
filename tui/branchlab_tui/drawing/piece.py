"""Lines of styled text: what every drawing of this package is made of."""

from __future__ import annotations

from branchlab.report.width import display_width, shorten
from branchlab.tuples import NamedTuple


class Piece(NamedTuple):
    """A stretch of text of one style.

    Attributes:
        text: harmless text.
        style: name of a style, which the widget knows; `s3` is the colour of slot 3, with `.dim` or `.bright`
            behind it where it steps back or stands out; empty for plain.
    """

    text: str
    style: str = ""


Line = list[Piece]


def filled(line: Line, width: int) -> Line:
    """Returns a line with blanks behind it, up to a width."""
    taken = sum(display_width(piece.text) for piece in line)
    return [*line, Piece(" " * (width - taken))] if taken < width else line


def cut(line: Line, width: int) -> Line:
    """Returns a line of at most `width` columns; one that is too wide loses its end, blanks first."""
    kept: Line = []
    room = width
    for piece in line:
        size = display_width(piece.text)
        if size > room:
            text = shorten(piece.text.rstrip(), room, "start")
            return [*kept, Piece(text, piece.style)] if text else kept
        kept.append(piece)
        room -= size
    return kept
