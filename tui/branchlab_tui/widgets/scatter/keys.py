"""The keys of a scatter plot. Free of Textual, so that help and documents can list them."""

from __future__ import annotations

from branchlab_tui.widgets.drawn.key import Key

KEYS = (
    Key("scatter.left", "h,left", "step(-1, 0)", "next point to the left"),
    Key("scatter.right", "l,right", "step(1, 0)", "next point to the right"),
    Key("scatter.down", "j,down", "step(0, -1)", "next point below"),
    Key("scatter.up", "k,up", "step(0, 1)", "next point above"),
    Key("scatter.front", "f", "front", "next point of the front"),
    Key("scatter.log", "L", "log_axes", "linear, log y, log x, both"),
    Key("scatter.choose", "enter", "choose", "open the point"),
    Key("scatter.back", "escape", "back", "leave the point"),
)
