"""Scatter, parallel coordinates, confusion matrices and bars on made-up values, two by two."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, ClassVar

from textual.app import App
from textual.containers import Grid

from branchlab_tui.drawing.palette import Colours
from branchlab_tui.theme.themes import DARK, next_theme, register_themes
from branchlab_tui.widgets.bar_chart import Bar, BarChart
from branchlab_tui.widgets.heat_map import HeatMap, Matrix
from branchlab_tui.widgets.parallel import Axis, ParallelPlot
from branchlab_tui.widgets.scatter import Point, ScatterPlot

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from branchlab_tui.widgets.drawn.messages.point_chosen import PointChosen
    from branchlab_tui.widgets.parallel.messages.brushed import Brushed

CLASSES = ("cat", "dog", "horse", "frog")
MATRIX = Matrix(CLASSES, ((412, 31, 4, 0), (28, 395, 12, 3), (2, 9, 441, 0), (1, 0, 2, 120)))
OTHER = Matrix(CLASSES, ((398, 44, 5, 0), (25, 399, 12, 2), (4, 9, 438, 1), (1, 0, 2, 120)))
REGIONS = ("eu-west", "eu-north", "us-east", "us-west", "asia", "africa", "oceania")


def points(count: int) -> list[Point]:
    """Returns points of two goals, the front among them, the same ones each time."""
    chance = random.Random(7)  # noqa: S311 - no cryptography here
    pairs = [(seconds := chance.uniform(40, 900), 0.8 + seconds / 9000 + chance.gauss(0, 0.02)) for _ in range(count)]
    front = {pair for pair in pairs if not any(x < pair[0] and y > pair[1] for x, y in pairs)}
    return [Point(f"model/run-{at}", *pair, front=pair in front, marked=at == 3) for at, pair in enumerate(pairs)]  # noqa: PLR2004


def axes(count: int) -> list[Axis]:
    """Returns parameters and metrics of made-up runs, the same ones each time."""
    chance = random.Random(8)  # noqa: S311 - no cryptography here
    rates = [10 ** chance.uniform(-4, -2) for _ in range(count)]
    return [
        Axis("lr", rates),
        Axis("optimizer", [chance.choice(("sgd", "adam", "lion")) for _ in rates]),
        Axis("batch", [chance.choice((64, 128, 256)) for _ in rates]),
        Axis("val/loss", [0.2 + abs(rate - 1e-3) * 20 + chance.uniform(0, 0.05) for rate in rates]),
        Axis("val/acc", [0.95 - abs(rate - 1e-3) * 10 + chance.gauss(0, 0.01) for rate in rates]),
    ]


class Gallery(App[int]):
    """Four widgets; tab goes on, `t` changes the theme, `d` shows the difference of two matrices, `q` ends it."""

    CSS = "Grid { grid-size: 2 2; grid-gutter: 1 2; padding: 0 1; }"
    BINDINGS: ClassVar = [("q", "quit", "quit"), ("t", "theme", "theme"), ("d", "difference", "difference")]

    def __init__(self, *, live: bool = True) -> None:
        super().__init__()
        self._live = live
        self._difference = False
        register_themes(self)
        self.theme = DARK

    def compose(self) -> ComposeResult:
        """Makes the widgets."""
        colours = Colours()
        with Grid():
            yield ScatterPlot()
            yield ParallelPlot("experiments", colours=colours)
            yield HeatMap()
            yield BarChart(colours=colours)

    def on_mount(self) -> None:
        """Shows the values."""
        self.query_one(ScatterPlot).show(points(60), title="accuracy by seconds", x_title="seconds", y_title="accuracy")
        names = [f"run-{at}" for at in range(30)]
        self.query_one(ParallelPlot).show(axes(30), names, bright=names[:3])
        self.query_one(HeatMap).show(MATRIX, title="confusion matrix")
        chance = random.Random(9)  # noqa: S311 - no cryptography here
        bars = [
            Bar(region, (chance.uniform(0.6, 0.95), chance.uniform(0.6, 0.95)), f"n={chance.randint(20, 900)}")
            for region in REGIONS
        ]
        self.query_one(BarChart).show(bars, series=("baseline", "model/wider"), title="accuracy by region")

    def action_theme(self) -> None:
        """Takes the next theme."""
        self.theme = next_theme(self.theme)

    def action_difference(self) -> None:
        """Shows the matrix, or its difference to another one."""
        self._difference = not self._difference
        self.query_one(HeatMap).show(MATRIX, against=OTHER if self._difference else None, title="confusion matrix")

    def on_brushed(self, message: Brushed) -> None:
        """Says what was brushed."""
        self.notify(f"{message.axis} {message.low:.4g} to {message.high:.4g}", markup=False)

    def on_point_chosen(self, message: PointChosen) -> None:
        """Says what was chosen."""
        self.notify(message.name, markup=False)
