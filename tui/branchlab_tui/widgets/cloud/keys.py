"""The keys of clouds. Free of Textual, so that help and documents can list them."""

from __future__ import annotations

from branchlab_tui.widgets.drawn.key import Key

_SHARED = (
    Key("cloud.left", "h,left", "step(-1, 0)", "next dot to the left"),
    Key("cloud.right", "l,right", "step(1, 0)", "next dot to the right"),
)
KEYS = (
    *_SHARED,
    Key("cloud.down", "j,down", "step(0, -1)", "next dot below"),
    Key("cloud.up", "k,up", "step(0, 1)", "next dot above"),
)
GRID_KEYS = (
    *_SHARED,
    Key("clouds.next", "j,down", "other(1)", "the next plot"),
    Key("clouds.previous", "k,up", "other(-1)", "the plot before"),
    Key("clouds.page_down", "pagedown,ctrl+d", "page(1)", "the next plots, where not all are in sight"),
    Key("clouds.page_up", "pageup,ctrl+u", "page(-1)", "the plots before"),
)
