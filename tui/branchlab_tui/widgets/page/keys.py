"""The keys of a page. Free of Textual, so that help and documents can list them."""

from __future__ import annotations

from branchlab_tui.widgets.drawn.key import Key

KEYS = (
    Key("page.down", "j,down", "step(1)", "row down"),
    Key("page.up", "k,up", "step(-1)", "row up"),
    Key("page.half_down", "ctrl+d", "half_page(1)", "half a page down"),
    Key("page.half_up", "ctrl+u", "half_page(-1)", "half a page up"),
    Key("page.page_down", "pagedown,ctrl+f", "page(1)", "page down"),
    Key("page.page_up", "pageup,ctrl+b", "page(-1)", "page up"),
    Key("page.top", "g,home", "top", "first row"),
    Key("page.bottom", "G,end", "bottom", "last row"),
    Key("page.open", "enter", "open", "go where the row leads"),
)
