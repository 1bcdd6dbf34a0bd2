"""A line plot that stands in a grid."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from branchlab_tui.widgets.plot.keys import KEYS
from branchlab_tui.widgets.plot.line_plot import LinePlot

if TYPE_CHECKING:
    from collections.abc import Iterator

# What these keys do in every view matters more than a second key for the same thing in a plot.
LEFT_TO_THE_SCREEN = ("b", "w", "r", "0")


def _kept() -> Iterator[BindingType]:
    for key in KEYS:
        kept = ",".join(one for one in key.keys.split(",") if one not in LEFT_TO_THE_SCREEN)
        if kept:
            yield Binding(kept, key.action, key.description, id=key.id, show=False)


class PanelPlot(LinePlot, inherit_bindings=False):
    """A line plot that leaves some keys to the screen its grid stands in."""

    BINDINGS: ClassVar[list[BindingType]] = list(_kept())
