"""The sections by name, the one that is shown in brackets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from branchlab.report.width import display_width
from branchlab_tui.drawing.piece import Piece
from branchlab_tui.screens.experiment.messages import SectionChosen
from branchlab_tui.screens.experiment.sections.section import SECTIONS
from branchlab_tui.widgets.drawn.drawn import Drawn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.events import Click

    from branchlab_tui.drawing.piece import Line


class SectionTabs(Drawn, can_focus=False):
    """Shows which sections there are; a click chooses one."""

    DEFAULT_CSS = Path(__file__).with_name("tabs.tcss").read_text("utf-8")
    COMPONENT_CLASSES: ClassVar[set[str]] = {"drawn--tab", "drawn--tab-here"}
    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__()
        self._current = ""
        self._left_out = ""

    def show(self, current: str, left_out: str = "") -> None:
        """Shows which section is open, and leaves one out."""
        self._current, self._left_out = current, left_out
        self.redraw()

    def draw_lines(self, width: int, height: int) -> Sequence[Line]:  # noqa: ARG002 - one line, however high
        """Returns the line; where words find no room, three letters do."""
        return [tab_line(self._current, self._left_out, width)]

    def on_click(self, event: Click) -> None:
        """Chooses the section under the mouse."""
        at = 0
        sections = [section.id for section in SECTIONS if section.id != self._left_out]
        for place, piece in enumerate(tab_line(self._current, self._left_out, self.size.width)):
            at += display_width(piece.text)
            if event.x < at:
                if place:
                    self.post_message(SectionChosen(sections[place - 1]))
                return


def tab_line(current: str, left_out: str, width: int) -> Line:
    """Returns a piece for each section, behind one blank."""
    sections = [section for section in SECTIONS if section.id != left_out]
    long = sum(display_width(section.label) + 2 for section in sections) + 1 <= width
    line = [Piece(" ")]
    for section in sections:
        word = section.label if long or section.id == current else section.short
        here = section.id == current
        line.append(Piece(f"[{word}]" if here else f" {word} ", "tab-here" if here else "tab"))
    while sum(display_width(piece.text) for piece in line) > width and any(len(piece.text) > 3 for piece in line):  # noqa: PLR2004
        longest = max(range(1, len(line)), key=lambda place: len(line[place].text))
        text = line[longest].text
        line[longest] = Piece(f"{text[:-2]}{text[-1]}", line[longest].style)
    return line
