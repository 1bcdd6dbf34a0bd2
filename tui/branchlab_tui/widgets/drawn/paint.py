"""From the names of styles in a drawing to the colours of the theme."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.style import Style
from textual.color import Color

from branchlab_tui.drawing.palette import COLOURS, TERMINAL_COLOURS

if TYPE_CHECKING:
    from textual.widget import Widget

PREFIX = "drawn--"
SHEET_STYLES = (
    *("title", "dim", "warn", "axis", "axis-title", "cursor", "cursor-text", "cursor-cell"),
    *("name", "name-bright", "value", "best", "worse", "frame", "band", "number", "faint"),
)
_DIMMED = 0.5  # share of the colour, the rest is background: cells of a terminal have no opacity


class Paint:
    """Knows the Rich style of each name of a style; forgets all when the theme changes.

    Names of the style sheet are component classes `drawn--<name>`; `s3`, `s3.dim` and `s3.bright` are colours of
    series, `h40` a heat cell of 40 %, `#aabbcc/#ddeeff` a picture's own colours.
    """

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._styles: dict[str, Style] = {}

    def forget(self) -> None:
        """Drops all styles."""
        self._styles.clear()

    def style(self, name: str) -> Style:
        """Returns the style of a name; that of the widget for an empty one."""
        known = self._styles.get(name)
        if known is None:
            known = self._styles[name] = self._make(name)
        return known

    def _make(self, name: str) -> Style:
        plain = self._widget.rich_style
        if not name:
            return plain
        if name[0] == "#":
            front, _, back = name.partition("/")
            return Style(color=front, bgcolor=back or None)
        kind, _, variant = name.partition(".")
        if kind[0] in "sh" and kind[1:].isdigit():
            return plain + (
                self._series(int(kind[1:]), variant) if kind[0] == "s" else self._heat(int(kind[1:]), variant)
            )
        return self._widget.get_component_rich_style(PREFIX + name.replace(".", "-"))

    def _series(self, slot: int, variant: str) -> Style:
        theme = self._widget.app.current_theme
        bold = True if variant == "bright" else None  # None leaves it to what is under it
        if theme.ansi:
            return Style(color=TERMINAL_COLOURS[slot % len(COLOURS)], bold=bold, dim=variant == "dim" or None)
        colour = Color.parse(COLOURS[slot % len(COLOURS)][0 if theme.dark else 1])
        if variant == "dim":
            _, background = self._widget.background_colors
            colour = background.blend(colour, _DIMMED, 1.0)
        return Style(color=colour.rich_color, bold=bold)

    def _heat(self, percent: int, variant: str) -> Style:
        """Returns a cell between the background and the colour of the variant: `+`, `-`, or the theme's own."""
        widget = self._widget
        if widget.app.current_theme.ansi:
            return Style(reverse=True, bold=percent > 66) if percent > 33 else Style()  # noqa: PLR2004 - thirds
        source = {"up": "best", "down": "worse"}.get(variant, "band")
        _, background = widget.background_colors
        full = widget.get_component_styles(PREFIX + source).color
        cell = background.blend(full, percent / 100, 1.0)
        return Style(color=cell.get_contrast_text(1.0).rich_color, bgcolor=cell.rich_color)
