"""How a row of a patch becomes pieces of text with the name of a style. Free of Textual."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from branchlab.report.width import display_width
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple
from branchlab_tui.widgets.lines.signs import CLOSED, OPEN
from branchlab_tui.widgets.search_line.hits import hits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from branchlab_tui.widgets.diff_view.patch import FilePatch, Hunk

Piece = tuple[str, str]
Mark = tuple[int, int, str]  # characters of a line from, to, and the style they have
Side = Literal["added", "removed", "context"]

TAB = 4
MOST_CHARACTERS = 2000  # of a line that are shown; a model saved as JSON is one line of megabytes

_NO_NEWLINE = "no newline at the end"
_WORDS = {"A": "new", "D": "deleted", "M": ""}


class Look(NamedTuple):
    """What a line of code is drawn with.

    Attributes:
        side: whether it is on one side only.
        marks: words that changed and texts that were found, in no order; a later one wins.
        unended: say that the file ends without a newline.
    """

    side: Side
    marks: tuple[Mark, ...] = ()
    unended: bool = False


def code_pieces(text: str, look: Look) -> list[Piece]:
    """Returns a line of code as harmless pieces: tabs are blanks, control characters escapes, its end cut if endless.

    The carriage return of a line that did not change says nothing and is left out.
    """
    shown = text[:MOST_CHARACTERS]
    if look.side == "context":
        shown = shown.removesuffix("\r")
    pieces: list[Piece] = []
    column = 0
    for start, stop, style in _segments(len(shown), look):
        piece, column = _expand(shown[start:stop], column)
        pieces.append((piece, style))
    if len(text) > MOST_CHARACTERS:
        pieces.append((f"… {len(text) - MOST_CHARACTERS:,} more characters", "note"))
    if look.unended:
        pieces.append((f"  {_NO_NEWLINE}", "note"))
    return pieces


def _segments(length: int, look: Look) -> Iterator[Mark]:
    """Yields the pieces of a line between the edges of its marks."""
    marks = [(min(start, length), min(stop, length), style) for start, stop, style in look.marks]
    edges = sorted({0, length, *(edge for start, stop, _ in marks for edge in (start, stop))})
    for start, stop in pairwise(edges):
        over = [style for first, last, style in marks if first <= start and stop <= last]
        yield start, stop, over[-1] if over else look.side


def _expand(text: str, column: int) -> tuple[str, int]:
    """Returns text with blanks for tabs, and the column behind it; `column` is where it begins."""
    if text.isascii() and text.isprintable():
        return text, column + len(text)
    parts = []
    for place, part in enumerate(text.split("\t")):
        if place:
            blanks = TAB - column % TAB
            parts.append(" " * blanks)
            column += blanks
        parts.append(safe_text(part))
        column += display_width(parts[-1])
    return "".join(parts), column


def find_marks(text: str, needle: str, style: str) -> Iterator[Mark]:
    """Yields where a text stands in what is shown of a line."""
    yield from ((start, stop, style) for start, stop in hits(text[:MOST_CHARACTERS], needle))


def file_pieces(file: FilePatch, *, folded: bool) -> list[Piece]:
    """Returns the heading of a file: whether it is folded, what happened to it, and its counts."""
    name, _ = _expand(file.path, 0)
    pieces = [(f"{CLOSED if folded else OPEN} {file.status} ", "file"), (name, "file")]
    if word := _WORDS.get(file.status, ""):
        pieces.append((f"  {word}", "file-note"))
    if file.added:
        pieces.append((f"  +{file.added}", "plus"))
    if file.removed:
        pieces.append((f"  −{file.removed}", "minus"))  # noqa: RUF001 - as wide as the plus
    if file.binary:
        pieces.append(("  binary", "file-note"))
    return pieces


def hunk_pieces(hunk: Hunk, *, folded: bool, place: int, of: int) -> list[Piece]:
    """Returns the heading of a hunk: where it is, in which function, and how many there are."""
    numbers, _, behind = hunk.heading.removeprefix("@@").partition("@@")
    function, _ = _expand(behind.strip(), 0)
    pieces = [(f"  {CLOSED if folded else OPEN} {place + 1}/{of} ", "hunk"), (f"@@{safe_text(numbers)}@@", "hunk")]
    if function:
        pieces.append((f" {function}", "hunk-function"))
    if folded:
        pieces.append((f"  +{hunk.added} −{hunk.removed}", "hunk"))  # noqa: RUF001 - as wide as the plus
    return pieces
