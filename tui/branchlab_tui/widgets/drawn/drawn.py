"""A widget that shows lines of styled text and sends only those cells to the terminal that changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip

from branchlab_tui.widgets.drawn.paint import PREFIX, SHEET_STYLES, Paint
from branchlab_tui.widgets.lines.span import same_pieces
from branchlab_tui.widgets.styled.styled import Styled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.geometry import Size

    from branchlab_tui.drawing.piece import Line


_FEW = 12  # pieces of a line that are compared cell by cell; with more of them, most have changed


class Drawn(Styled, can_focus=True):
    """A widget whose lines are drawn by a pure function; `redraw` when what they show has changed."""

    DEFAULT_CSS: ClassVar[str] = Path(__file__).with_name("drawn.tcss").read_text("utf-8")
    COMPONENT_CLASSES: ClassVar[set[str]] = {PREFIX + style for style in SHEET_STYLES}

    def __init__(self, *, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(name=name, id=id, classes=classes)
        self._paint = Paint(self)
        self._strips: list[Strip] = []
        self._drawn_at: Size | None = None

    def draw_lines(self, width: int, height: int) -> Sequence[Line]:
        """Returns the lines at a size in cells."""
        raise NotImplementedError

    def redraw(self) -> None:
        """Draws anew, now where the widget is in sight, else when it comes into sight."""
        if self._drawn_at != self.size or not self.is_mounted or not self.display:
            self._drawn_at = None
            self.refresh()
            return
        before, self._strips = self._strips, self._draw()
        changed = [
            region
            for row, (old, new) in enumerate(zip(before, self._strips, strict=False))
            if (region := _changed(old, new, row))
        ]
        if len(before) != len(self._strips):  # lines that went away are in no pair of `zip`
            self.refresh()
        elif changed:
            self.refresh(*changed)

    def render_line(self, y: int) -> Strip:
        """Returns a line of the drawing."""
        if self._drawn_at != self.size:
            self._strips = self._draw()
            self._drawn_at = self.size
        return self._strips[y] if y < len(self._strips) else Strip.blank(self.size.width, self._paint.style(""))

    def notify_style_update(self) -> None:
        """Takes the colours of another theme, or of the focus."""
        super().notify_style_update()
        self._paint.forget()
        self._drawn_at = None

    def _draw(self) -> list[Strip]:
        width, height = self.size
        style = self._paint.style
        lines = self.draw_lines(width, height)
        return [
            Strip([Segment(text, style(name)) for text, name in line]).adjust_cell_length(width, style(""))
            for line in lines
        ]


def _changed(old: Strip, new: Strip, row: int) -> Region | None:
    """Returns the stretch of cells in which two lines differ; pieces at both ends that are the same are left out."""
    if old == new:
        return None
    before, after = list(old), list(new)
    same, tail = same_pieces(before, after)
    left = sum(segment.cell_length for segment in after[:same])
    right = sum(segment.cell_length for segment in after[len(after) - tail :])
    here, there = after[same : len(after) - tail], before[same : len(before) - tail]
    if len(here) + len(there) <= _FEW:
        skipped, dropped = _same_cells(there, here)
        left, right = left + skipped, right + dropped
    return Region(left, row, max(1, new.cell_length - left - right), 1)


def _same_cells(old: list[Segment], new: list[Segment]) -> tuple[int, int]:
    """Returns how many cells at the start and at the end of two stretches are the same; 0 with wide characters."""
    before = [(character, style) for text, style, _ in old for character in text]
    after = [(character, style) for text, style, _ in new for character in text]
    if len(before) != len(after) or any(segment.cell_length != len(segment.text) for segment in new):
        return 0, 0
    differ = [place for place, (one, other) in enumerate(zip(before, after, strict=True)) if one != other]
    return (differ[0], len(after) - 1 - differ[-1]) if differ else (0, 0)
