"""Which parameters matter, as bars for the room there is. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.sweep_importance import trust_words
from branchlab.report.sweep_values import bar
from branchlab.report.width import display_width, pad, shorten, wrap
from branchlab.text import safe_text
from branchlab_tui.drawing.heading import heading
from branchlab_tui.drawing.piece import Piece

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.sweep.analysis.importance import Importance, Weight
    from branchlab_tui.drawing.piece import Line

_NUMBERS = 10  # cells of a share and its spread
_LEAST_BAR = 4


def importance_lines(metric: str, found: Importance | None, width: int, height: int) -> list[Line]:
    """Returns a bar for each parameter, most important first, and how much to trust them; None is still learned."""
    facts = [f"{found.experiments} trials"] if found else []
    lines = [heading(f"importance for {safe_text(metric)}", facts, [], "", width)]
    said = trust_words(found) if found else "learning …"
    words = [[Piece(line, "warn" if found and found.note else "dim")] for line in wrap(safe_text(said), width)]
    weights = found.weights if found else ()
    # At least the most important one, also where the words fill the pane.
    room = max(1, height - len(lines) - len(words) - 1) if weights else 0
    lines += _bars(weights[:room], width)
    if len(weights) > room:
        lines[-1] = [Piece(f"and {len(weights) - room + 1} more", "dim")]
    return [*lines, *([[Piece("")]] if weights and len(lines) + len(words) < height else []), *words]


def _bars(weights: Sequence[Weight], width: int) -> list[Line]:
    names = [safe_text(weight.parameter) for weight in weights]
    # A third at most, or bars of parameters with long names would have no length.
    label = min(max(map(display_width, names), default=0), max(4, width // 3))
    room = width - label - _NUMBERS - 2
    top = max((weight.share for weight in weights), default=1.0)
    lines = []
    for name, weight in zip(names, weights, strict=True):
        drawn = bar(weight.share / top, room) if room >= _LEAST_BAR else ""
        numbers = f"{weight.share:>5.0%} ±{weight.spread:.0%}"
        lines.append(
            [
                Piece(pad(shorten(name, label), label), "bold" if weight is weights[0] else ""),
                Piece(" "),
                Piece(drawn.ljust(max(room, 0)), "band"),
                Piece(shorten(numbers, _NUMBERS, "start"), "number"),
            ]
        )
    return lines
