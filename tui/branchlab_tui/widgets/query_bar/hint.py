"""The line under a query: what is wrong and where, or how the word under the cursor may go on. Free of Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from branchlab.report.width import display_width, shorten
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple
from branchlab_tui.drawing.piece import Piece

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab_tui.drawing.piece import Line

EXAMPLES = 'accuracy>0.9   -status:failed   best:accuracy   author:me   after:2026-01-31   "two words"   a | b'


class Completion(Protocol):
    """How a word may go on: the text that takes the place of what stands from `start` to `end`."""

    @property
    def text(self) -> str:
        """The whole word."""

    @property
    def start(self) -> int:
        """Where it begins."""

    @property
    def end(self) -> int:
        """Where what it replaces ends."""

    @property
    def what(self) -> str:
        """What it names, in a word or two."""


class Problem(NamedTuple):
    """Why a query is not understood.

    Attributes:
        position: characters before the bad place.
        words: what is wrong.
        hint: what would be right.
    """

    position: int
    words: str
    hint: str = ""


def problem_line(problem: Problem, column: int, width: int) -> Line:
    """Returns a caret under the bad place, which is at `column`, and the words beside it, on the side with room."""
    words = safe_text(problem.words) + (f" · {safe_text(problem.hint)}" if problem.hint else "")
    column = max(min(column, width - 1), 0)
    if column + 2 + display_width(words) <= width or column < width // 2:
        return [
            Piece(" " * column + "^ ", "problem"),
            Piece(shorten(words, max(width - column - 2, 0), "start"), "problem"),
        ]
    words = shorten(words, max(column - 1, 0), "start")
    return [Piece(" " * (column - 1 - display_width(words)) + words, "problem"), Piece(" ^", "problem")]


def completion_line(completions: Sequence[Completion], chosen: int, width: int) -> Line:
    """Returns the ways a word may go on, as many as fit, the chosen one marked."""
    line = [Piece("   tab ", "key")]
    room = width - 7
    first = max(0, chosen - 3)  # some of those before it stay in sight
    for place, completion in enumerate(completions[first:], first):
        text = safe_text(completion.text)
        what = f" {safe_text(completion.what)}" if completion.what and place == chosen else ""
        needed = display_width(text) + display_width(what) + 3
        if needed > room:
            line.append(Piece("…"[:room], "dim"))
            break
        line += [Piece(f" {text} ", "chosen" if place == chosen else ""), Piece(what, "dim"), Piece(" ")]
        room -= needed
    return [piece for piece in line if piece.text]


def both_line(problem: Problem, completions: Sequence[Completion], chosen: int, width: int) -> Line:
    """Returns the ways to go on at the left, and at the right what is wrong as long as one does not."""
    words = shorten(f"✗ {safe_text(problem.words)}", width // 2, "start")
    left = completion_line(completions, chosen, width - display_width(words) - 2)
    gap = width - sum(display_width(piece.text) for piece in left) - display_width(words) - 1
    return [*left, Piece(" " * max(gap, 1)), Piece(words, "problem")]


def example_line(width: int) -> Line:
    """Returns what can be typed, where nothing better is known."""
    return [Piece("   " + shorten(EXAMPLES, max(width - 4, 0), "start"), "dim")]
