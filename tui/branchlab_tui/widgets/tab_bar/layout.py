"""Which words of tabs fit into a line. Free of Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.width import display_width
from branchlab.tuples import NamedTuple
from branchlab_tui.drawing.piece import Piece

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab_tui.drawing.piece import Line

_LEAST = 3  # cells of a tab of one letter with its brackets


class Tab(NamedTuple):
    """A tab: its id, its word, and the same in a few letters."""

    id: str
    label: str
    short: str


def tab_line(tabs: Sequence[Tab], current: str, width: int) -> Line:
    """Returns a piece for each tab, behind one blank; where words find no room, a few letters do."""
    long = sum(display_width(tab.label) + 2 for tab in tabs) + 1 <= width
    line = [Piece(" ")]
    for tab in tabs:
        here = tab.id == current
        word = tab.label if long or here else tab.short
        line.append(Piece(f"[{word}]" if here else f" {word} ", "tab-here" if here else "tab"))
    while sum(display_width(piece.text) for piece in line) > width and any(len(piece.text) > _LEAST for piece in line):
        longest = max(range(1, len(line)), key=lambda place: len(line[place].text))
        text = line[longest].text
        line[longest] = Piece(f"{text[:-2]}{text[-1]}", line[longest].style)  # the bracket or blank at the end stays
    return line


def tab_at(tabs: Sequence[Tab], current: str, width: int, column: int) -> str:
    """Returns the id of the tab at a column; empty where there is none."""
    at = 0
    for place, piece in enumerate(tab_line(tabs, current, width)):
        at += display_width(piece.text)
        if column < at:
            return tabs[place - 1].id if place else ""
    return ""
