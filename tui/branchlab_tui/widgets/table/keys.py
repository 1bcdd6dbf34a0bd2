"""The keys of a table. Free of Textual, so that help and documents can list them."""

from __future__ import annotations

from branchlab_tui.widgets.drawn.key import Key

KEYS = (
    Key("table.down", "j,down", "step(1)", "row down"),
    Key("table.up", "k,up", "step(-1)", "row up"),
    Key("table.top", "g,home", "top", "first row"),
    Key("table.bottom", "G,end", "bottom", "last row"),
    Key("table.half_down", "ctrl+d", "half_page(1)", "half a page down"),
    Key("table.half_up", "ctrl+u", "half_page(-1)", "half a page up"),
    Key("table.page_down", "pagedown,ctrl+f", "page(1)", "page down"),
    Key("table.page_up", "pageup,ctrl+b", "page(-1)", "page up"),
    Key("table.left", "h,left", "column(-1)", "column left"),
    Key("table.right", "l,right", "column(1)", "column right"),
    Key("table.first_column", "0,circumflex_accent", "edge_column(0)", "first column"),
    Key("table.last_column", "dollar_sign", "edge_column(-1)", "last column"),
    Key("table.mark", "space", "mark", "mark the row"),
    Key("table.range", "v", "range", "mark a range"),
    Key("table.end_range", "escape", "end_range", "give up the range"),
    Key("table.mark_all", "asterisk", "mark_all", "mark all shown, or none"),
    Key("table.open", "enter", "open", "open the row"),
    Key("table.column_left", "less_than_sign", "shift_column(-1)", "move the column left"),
    Key("table.column_right", "greater_than_sign", "shift_column(1)", "move the column right"),
)
