"""Sets short texts under each other in columns. Free of Textual."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from branchlab.report.width import display_width, pad, shorten
from branchlab.text import safe_text
from branchlab_tui.drawing.piece import Piece

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab_tui.drawing.piece import Line

Align = Literal["left", "right", "decimal"]

GAP = 2
_LEAST = 8  # cells of which a shortened text still says something
_WHOLE = re.compile(r"[-+×÷]?\d+")  # noqa: RUF001 - a sign of multiplication


def grid(rows: Sequence[Sequence[tuple[str, str]]], aligns: Sequence[Align], width: int) -> list[Line]:
    """Returns rows of (text, style) as lines of at most `width` cells.

    Where there is too little room the widest columns of text give way first, then the last columns.
    """
    texts = [[safe_text(text) for text, _ in row] for row in rows]
    for place, align in enumerate(aligns):
        if align == "decimal":
            _align_points(texts, place)
    widths = [max((display_width(row[place]) for row in texts), default=0) for place in range(len(aligns))]
    _squeeze(widths, aligns, width)
    lines: list[Line] = []
    for row, shown in zip(rows, texts, strict=True):
        line: Line = []
        for place, (text, (_, style)) in enumerate(zip(shown, row, strict=True)):
            if widths[place]:
                cut = shorten(text, widths[place], "ends" if place == 0 else "start")
                line += [Piece(pad(cut, widths[place], right=aligns[place] != "left"), style), Piece(" " * GAP)]
        lines.append(line[:-1])
    return lines


def _align_points(texts: list[list[str]], place: int) -> None:
    """Fills numbers with blanks behind, so that aligning them right puts their decimal points below each other."""
    tails = [len(row[place]) - match.end() for row in texts if (match := _WHOLE.match(row[place]))]
    longest = max(tails, default=0)
    for row in texts:
        match = _WHOLE.match(row[place])
        if match:
            row[place] += " " * (longest - (len(row[place]) - match.end()))


def _squeeze(widths: list[int], aligns: Sequence[Align], width: int) -> None:
    def too_much() -> int:
        return sum(widths) + GAP * (sum(map(bool, widths)) - 1) - width

    while (excess := too_much()) > 0:
        able = [place for place, align in enumerate(aligns) if align == "left" and widths[place] > _LEAST]
        if not able:
            break
        widest = max(able, key=lambda place: widths[place])
        widths[widest] -= min(excess, widths[widest] - _LEAST, max(widths[widest] // 4, 1))
    for place in range(len(widths) - 1, 0, -1):
        if too_much() > 0:
            widths[place] = 0
    widths[:1] = [min(cells, width) for cells in widths[:1]]


def beside(left: Sequence[Line], right: Sequence[Line], width: int, between: str = " │ ") -> list[Line]:
    """Returns two blocks side by side; the left one is filled up to `width` cells."""
    lines: list[Line] = []
    for place in range(max(len(left), len(right))):
        line = list(left[place]) if place < len(left) else []
        taken = sum(display_width(piece.text) for piece in line)
        more = right[place] if place < len(right) else []
        lines.append([*line, Piece(" " * (width - taken)), Piece(between, "dim"), *more])
    return lines


def headline(words: str, more: str, width: int) -> Line:
    """Returns the heading of a section: its word, what it is about, and a rule to the edge."""
    more = safe_text(more)
    if display_width(more) > width - len(words) - 4:
        more = shorten(more, max(width - len(words) - 4, 0), "ends")
    rule = max(width - display_width(words) - display_width(more) - 2 - bool(more), 0)
    return [Piece(words, "head"), Piece(f" {more}" if more else "", "dim"), Piece(" " + "─" * rule, "dim")]
