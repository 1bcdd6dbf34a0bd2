"""Two plots with linked cursors and axes, on made-up curves: one large, one that grows."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING, ClassVar

from textual.app import App
from textual.containers import Vertical

from branchlab_tui.drawing.palette import Colours
from branchlab_tui.drawing.series import Series
from branchlab_tui.theme.themes import DARK, next_theme, register_themes
from branchlab_tui.widgets.plot.line_plot import LinePlot

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from branchlab_tui.widgets.plot.messages.cursor_at import CursorAt
    from branchlab_tui.widgets.plot.messages.view_changed import ViewChanged

NAMES = ("baseline", "model/lr-3e-4", "model/wider", "data/mixup", "model/cosine-warm", "ema-999", "bs-256", "sgd")
POINTS = 10_000


def noisy_curves(count: int, points: int = POINTS) -> list[Series]:
    """Returns falling curves with noise, a gap and a spike, the same ones each time."""
    chance = random.Random(4)  # noqa: S311 - no cryptography here
    found = []
    for place in range(count):
        height, pace, end = 1 + place / 5, points / (3 + place), 0.15 + place / 25
        noise = 0.02 + 0.02 * (place % 3)
        values = [height * math.exp(-step / pace) + end + chance.gauss(0, noise) for step in range(points)]
        values[points // 2 : points // 2 + points // 40 * (place % 2)] = [math.nan] * (points // 40 * (place % 2))
        values[points * 3 // 4] = end + height
        found.append(Series(NAMES[place % len(NAMES)], list(range(points)), values))
    return found


class PlotDemo(App[int]):
    """Two plots; `t` changes the theme, `q` ends it."""

    CSS = "LinePlot { padding: 0 1; } #live { height: 40%; }"
    BINDINGS: ClassVar = [("q", "quit", "quit"), ("t", "theme", "theme")]

    def __init__(self, *, live: bool = True) -> None:
        super().__init__()
        self._live = live
        self._live_curves = noisy_curves(3, 4_000)
        register_themes(self)
        self.theme = DARK

    def compose(self) -> ComposeResult:
        """Makes both plots, with shared colours."""
        colours = Colours()
        with Vertical():
            yield LinePlot("train/loss", colours=colours, id="large")
            yield LinePlot("val/loss", colours=colours, id="live")

    def on_mount(self) -> None:
        """Shows the curves and begins to add points."""
        self._grown = 200
        self.query_one("#large", LinePlot).show(noisy_curves(8), x_title="step", x_kind="whole")
        self._grow()
        if self._live:
            self.set_interval(1.0, self._grow)
        self.query_one("#large").focus()

    def _grow(self) -> None:
        self._grown += 1
        growing = [Series(name, x[: self._grown], y[: self._grown]) for name, x, y, _ in self._live_curves]
        self.query_one("#live", LinePlot).show(growing, x_title="step", x_kind="whole")

    def on_cursor_at(self, message: CursorAt) -> None:
        """Moves the cursors together."""
        for plot in self.query(LinePlot):
            if plot is not message.plot:
                plot.show_view(plot.view._replace(cursor=message.x))

    def on_view_changed(self, message: ViewChanged) -> None:
        """Lets focus, smoothing and kind of axes agree."""
        told = message.view
        for plot in self.query(LinePlot):
            if plot is not message.plot:
                plot.show_view(told._replace(x_range=plot.view.x_range, y_range=plot.view.y_range))

    def action_theme(self) -> None:
        """Takes the next theme."""
        self.theme = next_theme(self.theme)
