"""Which facts fit into a line. Free of Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.width import display_width, shorten
from branchlab.tuples import NamedTuple
from branchlab_tui.drawing.piece import Piece

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab_tui.drawing.piece import Line

BETWEEN = " · "
_LEAST_LEFT = 8


class Fact(NamedTuple):
    """One thing the line says.

    Attributes:
        text: harmless text.
        style: name of a style of the line.
        rank: what has the highest is left out first where there is no room; 0 always stays.
        action: what a click on it does; empty for nothing.
    """

    text: str
    style: str = ""
    rank: int = 0
    action: str = ""


def fit(facts: Sequence[Fact], width: int) -> list[Fact]:
    """Returns the facts that fit into a line of `width` cells, in their order."""
    kept = list(facts)
    while kept and cells_of(kept) > width:
        optional = [fact for fact in kept if fact.rank]
        if not optional:
            break
        kept.remove(max(reversed(optional), key=lambda fact: fact.rank))  # of equals the last one
    return kept


def cells_of(facts: Sequence[Fact]) -> int:
    """Returns how many cells facts take side by side."""
    return sum(display_width(fact.text) for fact in facts) + len(BETWEEN) * max(len(facts) - 1, 0)


def lay_out(left: Fact, facts: Sequence[Fact], width: int) -> Line:
    """Returns the line, exactly `width` cells wide: one text at the left, the facts at the right."""
    needed = min(display_width(left.text), max(_LEAST_LEFT, width // 3))
    shown = fit(facts, width - needed - 3)
    right = cells_of(shown)
    text = shorten(left.text, max(width - right - (3 if shown else 2), 0), "start")
    gap = width - display_width(text) - right - 2
    pieces = [Piece(" "), Piece(text, left.style), Piece(" " * gap)]
    for place, fact in enumerate(shown):
        pieces += [*([Piece(BETWEEN, "dim")] if place else []), Piece(fact.text, fact.style)]
    return [*(piece for piece in pieces if piece.text), Piece(" ")]
