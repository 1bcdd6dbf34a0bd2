"""Turns the rows of a patch into strips, with the colours of the theme."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

    from branchlab_tui.widgets.diff_view.line import Piece

PREFIX = "diff-view--"
NAMES = (
    *("context", "added", "removed", "added-word", "removed-word", "hit", "hit-here", "filler"),
    *("number", "number-here", "heading", "file", "file-here", "file-note", "plus", "minus"),
    *("hunk", "hunk-here", "hunk-function", "note", "bar", "thumb"),
)
CLASSES = {PREFIX + name for name in NAMES}


class Painter:
    """Knows the style of each kind of text; made anew whenever the theme or the focus changes."""

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._styles: dict[tuple[str, str], Style] = {}

    def strip(self, pieces: Iterable[Piece], ground: str = "") -> Strip:
        """Returns pieces of text as a strip; `ground` names the style whose background shows behind all of them."""
        segments = [Segment(text, self.style(style, ground)) for text, style in pieces if text]
        return Strip(segments, sum(segment.cell_length for segment in segments))

    def fitted(self, pieces: Iterable[Piece], width: int, ground: str, skipped: int = 0) -> Strip:
        """Returns pieces as a strip of exactly `width` cells, without the first `skipped` ones."""
        strip = self.strip(pieces, ground)
        if skipped or strip.cell_length > width:
            strip = strip.crop(skipped, skipped + width)
        return strip.extend_cell_length(width, self.style(ground)) if strip.cell_length < width else strip

    def style(self, name: str, ground: str = "") -> Style:
        """Returns a style, over the background of another one unless it has its own."""
        name = name or ground
        key = (name, ground)
        if key not in self._styles:
            style = self._widget.get_component_rich_style(PREFIX + name)
            own = self._widget.get_component_styles(PREFIX + name).has_rule("background")
            if ground and ground != name and (not own or ground.endswith("-here")):
                under = self._widget.get_component_rich_style(PREFIX + ground)
                style = Style(underline=under.underline) + style + Style(bgcolor=under.bgcolor)
                style = under if under.reverse else style  # another colour would become a block in the line
            self._styles[key] = style
        return self._styles[key]
