"""An axis of numbers, in decades or not, or of words, such as a parameter that is searched."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from branchlab.report.width import display_width, shorten
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple
from branchlab_tui.drawing.axis import (
    COLUMNS_PER_TICK,
    ROWS_PER_TICK,
    bottom_axis,
    cell_of,
    left_axis,
    with_title,
)
from branchlab_tui.drawing.frame import left_columns
from branchlab_tui.drawing.piece import Line, Piece
from branchlab_tui.drawing.scale import Scale, fit
from branchlab_tui.drawing.ticks import enough_ticks

if TYPE_CHECKING:
    from branchlab_tui.drawing.ticks import Kind

_MARGIN = 0.04  # so that nothing sits on the rim
_LONGEST_WORD = 12


class Dimension(NamedTuple):
    """An axis.

    Attributes:
        title: what it shows.
        low: its lower end; NaN where nothing is known of it.
        high: its upper end.
        log: whether it runs in decades.
        words: what stands at 0, 1, 2 …; none for an axis of numbers.
        kind: how numbers are written.
    """

    title: str
    low: float = math.nan
    high: float = math.nan
    log: bool = False
    words: tuple[str, ...] = ()
    kind: Kind = "number"

    @property
    def scale(self) -> Scale:
        """From its values to places on it, with a little room at both ends."""
        if self.words:
            # Half a place of room on both sides, so that each word has an equal part of the axis.
            return fit(-0.5, len(self.words) - 0.5)
        if not (math.isfinite(self.low) and math.isfinite(self.high)):
            return fit(0.0, 1.0)
        scale = fit(self.low, self.high, log=self.log)
        return fit(scale.value(-_MARGIN), scale.value(1 + _MARGIN), log=self.log)


def left_labels(dimension: Dimension, scale: Scale, width: int, height: int) -> tuple[int, list[Line]]:
    """Returns how many columns the left axis takes of `width`, and its `height` rows; none where there is no room."""
    if dimension.words:
        words = [shorten(safe_text(word), _LONGEST_WORD) for word in dimension.words]
        left = left_columns(max(map(display_width, words)), width)
        return left, _word_rows(words, scale, height, left) if left else [[] for _ in range(height)]
    marks = enough_ticks(scale, max(2, height // ROWS_PER_TICK), dimension.kind)
    left = left_columns(max((len(tick.label) for tick in marks), default=0), width)
    return left, left_axis(scale, marks, height, left) if left else [[] for _ in range(height)]


def bottom_labels(dimension: Dimension, scale: Scale, left: int, width: int, *, axis: bool) -> list[Line]:
    """Returns the rows below a field of `width` columns: the line of the axis where it is wanted, and its labels."""
    if dimension.words:
        line, texts = _word_line(dimension.words, scale, width, left)
    else:
        marks = enough_ticks(scale, max(2, width // COLUMNS_PER_TICK), dimension.kind)
        line, texts = bottom_axis(scale, marks, width, left=left)
    texts = with_title(texts, safe_text(dimension.title))
    return [line, texts] if axis else [texts]


def _word_rows(words: list[str], scale: Scale, height: int, left: int) -> list[Line]:
    rows: dict[int, str] = {}
    for place, word in enumerate(words):
        rows.setdefault(height - 1 - cell_of(scale.fraction(place), height), word)
    return [
        [Piece(" " * (left - 1 - display_width(text)) + text + ("┤" if text else "│"), "axis")]
        for text in (rows.get(row, "") for row in range(height))
    ]


def _word_line(words: tuple[str, ...], scale: Scale, width: int, left: int) -> tuple[Line, Line]:
    """Returns the axis and a word below each of its places, cut where two would touch."""
    axis, text, used = ["─"] * width, "", 0
    room = max(1, width // len(words) - 1)
    for place, word in enumerate(words):
        cell = cell_of(scale.fraction(place), width)
        shown = shorten(safe_text(word), room)
        size = display_width(shown)
        start = max(0, min(left + cell - size // 2, left + width - size))
        if start < used:
            continue
        axis[cell] = "┬"
        blanks = " " * (start - display_width(text))
        text, used = text + blanks + shown, start + size + 1
    corner = " " * (left - 1) + "└" if left else ""
    text += " " * (left + width - display_width(text))
    return [Piece(corner + "".join(axis), "axis")], [Piece(text, "axis")]
