"""The keys of a bar chart. Free of Textual, so that help and documents can list them."""

from __future__ import annotations

from branchlab_tui.widgets.drawn.key import Key

KEYS = (
    Key("bars.down", "j,down", "move(1)", "slice below"),
    Key("bars.up", "k,up", "move(-1)", "slice above"),
    Key("bars.first", "g,home", "move(-1000000)", "first slice"),
    Key("bars.last", "G,end", "move(1000000)", "last slice"),
)
