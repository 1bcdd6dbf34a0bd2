"""The keys that move through a patch. Free of Textual, so that help and documents can list them."""

from __future__ import annotations

from branchlab_tui.widgets.drawn.key import Key

KEYS = (
    Key("patch.down", "j,down", "step(1)", "line down"),
    Key("patch.up", "k,up", "step(-1)", "line up"),
    Key("patch.top", "g,home", "top", "first line"),
    Key("patch.bottom", "G,end", "bottom", "last line"),
    Key("patch.half_down", "ctrl+d", "half_page(1)", "half a page down"),
    Key("patch.half_up", "ctrl+u", "half_page(-1)", "half a page up"),
    Key("patch.page_down", "pagedown,ctrl+f,space", "page(1)", "page down"),
    Key("patch.page_up", "pageup,ctrl+b", "page(-1)", "page up"),
    Key("patch.left", "h,left", "sideways(-8)", "code to the left"),
    Key("patch.right", "l,right", "sideways(8)", "code to the right"),
    Key("patch.margin", "0,circumflex_accent", "sideways(-2000)", "beginning of the lines"),
    Key("patch.fold", "enter", "fold", "close or open the file or hunk"),
    Key("patch.next_file", "right_parenthesis", "file(1)", "next file"),
    Key("patch.previous_file", "left_parenthesis", "file(-1)", "previous file"),
)
