"""Which words fit into the line at the top; plain text, no widget."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal

from branchlab.report.style import STATUS_MARKS
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple
from branchlab_tui.model.views import VIEWS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from branchlab_tui.model.snapshot import Snapshot

Kind = Literal["", "brand", "project", "tab", "here", "live", "problem", "dim"]

_ROOMY = 120  # columns from which the name of the program and the views' full words have place
_FEWEST = 4  # views with their words, or all are numbers
_KEPT = 24  # cells of project and branch that the views give up their words for


class Piece(NamedTuple):
    """A part of the line; `view` is what a click on it opens."""

    text: str
    kind: Kind = ""
    view: str = ""


class Facts(NamedTuple):
    """What the line says."""

    project: str
    branch: str
    live: int
    complete: bool
    problem: str


def facts_of(snapshot: Snapshot) -> Facts:
    """Takes from a snapshot what the line says."""
    project, live = os.path.basename(snapshot.workspace.root), len(snapshot.live)
    return Facts(safe_text(project), safe_text(snapshot.head), live, snapshot.complete, safe_text(snapshot.problem))


def lay_out(facts: Facts, view: str, width: int) -> list[Piece]:
    """Returns the pieces of the line, `width` cells in all: what matters least is shortened first."""
    right = list(_notes(facts))
    left = _place(facts)
    for labelled in (*range(len(VIEWS), _FEWEST - 1, -1), 0):
        tabs = list(_tabs(view, labelled))
        free = width - _cells(tabs) - _cells(right) - 3
        if free >= min(len(left), _KEPT):
            break
    brand = [Piece(" branchlab ", "brand")] if width >= _ROOMY and free >= len(left) + len(" branchlab ") else []
    pieces = [*brand, Piece(" "), Piece(_cut(left, free - _cells(brand)), "project"), Piece("  "), *tabs]
    gap = width - _cells(pieces) - _cells(right)
    return [*pieces, Piece(" " * max(gap, 0)), *right]


def _place(facts: Facts) -> str:
    return f"{facts.project} @ {facts.branch}" if facts.branch else facts.project


def _tabs(view: str, labelled: int) -> Iterator[Piece]:
    """Yields the views, the first so many with their words, and the one that is shown.

    That one stands in brackets, so that no colour is needed.
    """
    for place, info in enumerate(VIEWS):
        here = info.id == view
        words = f"{info.key}:{info.label}" if place < labelled or here else info.key
        text = f"[{words}]" if here else f" {words} " if labelled else f" {words}"
        yield Piece(text, "here" if here else "tab", info.id)


def _notes(facts: Facts) -> Iterator[Piece]:
    if facts.problem:
        yield Piece(" ! cannot read ", "problem")
    elif not facts.complete:
        yield Piece(" reading… ", "dim")
    if facts.live:
        yield Piece(f" {STATUS_MARKS['running'][0]} {facts.live} live ", "live")


def _cells(pieces: list[Piece]) -> int:
    from rich.cells import cell_len

    return sum(cell_len(piece.text) for piece in pieces)


def _cut(text: str, width: int) -> str:
    from rich.cells import cell_len, set_cell_size

    if cell_len(text) <= width:
        return text
    return set_cell_size(text, max(width - 1, 0)) + "…" if width > 0 else ""
