"""The keys of the preview. Free of Textual, so that help and documents can list them."""

from __future__ import annotations

from branchlab_tui.widgets.drawn.key import Key

KEYS = (
    Key("preview.down", "j,down", "step(1)", "row down"),
    Key("preview.up", "k,up", "step(-1)", "row up"),
    Key("preview.half_down", "ctrl+d", "half_page(1)", "half a page down"),
    Key("preview.half_up", "ctrl+u", "half_page(-1)", "half a page up"),
    Key("preview.page_down", "pagedown,ctrl+f,space", "page(1)", "page down"),
    Key("preview.page_up", "pageup,ctrl+b", "page(-1)", "page up"),
    Key("preview.top", "g,home", "top", "first row"),
    Key("preview.bottom", "G,end", "bottom", "last row"),
)
