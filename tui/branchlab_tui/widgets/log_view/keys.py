"""The keys of a log. Free of Textual, so that help and documents can list them."""

from __future__ import annotations

from branchlab_tui.widgets.drawn.key import Key

KEYS = (
    Key("log.down", "j,down", "scroll(1)", "row down"),
    Key("log.up", "k,up", "scroll(-1)", "row up"),
    Key("log.half_down", "ctrl+d", "half_page(1)", "half a page down"),
    Key("log.half_up", "ctrl+u", "half_page(-1)", "half a page up"),
    Key("log.page_down", "pagedown,ctrl+f", "page(1)", "page down"),
    Key("log.page_up", "pageup,ctrl+b", "page(-1)", "page up"),
    Key("log.top", "g,home", "top", "first line"),
    Key("log.bottom", "G,end", "bottom", "last line; follows a log that grows"),
    Key("log.wrap", "w", "wrap", "wrap long lines, or cut them"),
)
