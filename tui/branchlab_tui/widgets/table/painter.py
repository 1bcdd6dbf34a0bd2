"""Turns the lines of a table into strips, with the colours of the theme."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.strip import Strip

from branchlab_tui.widgets.table.column import STYLES
from branchlab_tui.widgets.table.line import HERE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

    from branchlab_tui.widgets.table.line import Piece

PREFIX = "line-table--"
ROW_CLASSES = ("heading", "row", "cursor", "cursor-blurred", "sticky", "sticky-last", "group")
# A name without a rule in table.tcss is drawn like the row, without a word.
CELL_CLASSES = (*STYLES, "mark")
OTHER_CLASSES = ("here", "heading-here", "bar", "thumb")
CLASSES = {PREFIX + name for name in (*ROW_CLASSES, *CELL_CLASSES, *OTHER_CLASSES)}


class Painter:
    """Knows the style of each kind of line and cell; made anew whenever the theme or the focus changes."""

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._styles: dict[tuple[str, str], Style] = {}

    def strip(self, pieces: Iterable[Piece], kind: str, bar: Piece) -> Strip:
        """Returns the strip of a line.

        Args:
            pieces: its text.
            kind: one of `ROW_CLASSES`.
            bar: what stands in the last cell, behind the line: a part of the scroll bar.
        """
        segments = [Segment(text, self.style(kind, style)) for text, style in pieces]
        segments.append(Segment(bar[0], self.style("bar", bar[1])))
        return Strip(segments, sum(segment.cell_length for segment in segments))

    def style(self, kind: str, cell: str) -> Style:
        """Returns the style of a cell on a kind of line; an unknown one is that of the line."""
        key = (kind, cell)
        if key not in self._styles:
            self._styles[key] = self._combine(kind, cell)
        return self._styles[key]

    def _combine(self, kind: str, cell: str) -> Style:
        style = self._widget.get_component_rich_style(PREFIX + kind)
        name = cell.removesuffix(HERE)
        if name in CELL_CLASSES or name in OTHER_CLASSES:
            style = self._laid_over(style, name)
        if cell.endswith(HERE):
            style = self._laid_over(style, "heading-here" if kind == "heading" else "here")
        return style

    def _laid_over(self, style: Style, name: str) -> Style:
        """Returns a style with another on top; a see-through colour is mixed with what is under it."""
        upper = self._widget.get_component_styles(PREFIX + name)
        under = Color.from_rich_color(style.bgcolor)
        background = under + upper.background if upper.has_rule("background") else under
        style += upper.text_style
        if style.reverse:  # a row in the terminal's own colours: those of a cell would become its background
            return style
        if upper.has_rule("background"):
            style += Style(bgcolor=background.rich_color)
        if upper.has_rule("color"):
            style += Style(color=(background + upper.color).rich_color)
        return style
