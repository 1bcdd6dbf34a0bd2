"""The keys of a heat map. Free of Textual, so that help and documents can list them."""

from __future__ import annotations

from branchlab_tui.widgets.drawn.key import Key

KEYS = (
    Key("heat.left", "h,left", "move(0, -1)", "cell on the left"),
    Key("heat.right", "l,right", "move(0, 1)", "cell on the right"),
    Key("heat.down", "j,down", "move(1, 0)", "cell below"),
    Key("heat.up", "k,up", "move(-1, 0)", "cell above"),
    Key("heat.normalise", "n", "normalise", "counts, or shares of each true class"),
    Key("heat.back", "escape", "back", "leave the cell"),
)
