"""The keys of parallel coordinates. Free of Textual, so that help and documents can list them."""

from __future__ import annotations

from branchlab_tui.widgets.drawn.key import Key

KEYS = (
    Key("parallel.left", "h,left", "axis(-1)", "axis on the left"),
    Key("parallel.right", "l,right", "axis(1)", "axis on the right"),
    Key("parallel.raise_low", "k,up", "range(1, 0)", "raise the lower end of the range"),
    Key("parallel.sink_low", "j,down", "range(-1, 0)", "lower the lower end of the range"),
    Key("parallel.raise_high", "K,shift+up", "range(0, 1)", "raise the upper end of the range"),
    Key("parallel.sink_high", "J,shift+down", "range(0, -1)", "lower the upper end of the range"),
    Key("parallel.apply", "enter", "apply", "filter by the range"),
    Key("parallel.reset", "r", "reset", "no ranges"),
    Key("parallel.back", "escape", "back", "no range on this axis"),
)
