"""Lines of styled text: what every drawing of this package is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.width import display_width
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


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


def text_of(lines: Iterable[Line]) -> str:
    """Returns lines without their styles, blanks at the ends cut off."""
    return "\n".join("".join(piece.text for piece in line).rstrip() for line in lines)
