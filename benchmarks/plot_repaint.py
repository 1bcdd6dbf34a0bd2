"""A repaint of the line plot against Textual's own repaint of a Static of the same size, and drawing without bins.

python benchmarks/plot_repaint.py

Eight curves of 10,000 noisy points at 160 x 45. A repaint is everything from a change to the strips that go to the
terminal. The Static shows as many lines of text in as many colours, which Textual renders anew each time.
"""

from __future__ import annotations

import asyncio
import math
import random
import time
from itertools import count
from typing import TYPE_CHECKING

from rich.text import Text
from textual.app import App
from textual.geometry import Region
from textual.widgets import Static
from timing import Cost, Row, by_turns, run_script

from branchlab_tui.drawing.points import Points
from branchlab_tui.drawing.series import Series
from branchlab_tui.widgets.plot import LinePlot

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.widget import Widget

    from branchlab_tui.drawing.view import PlotView

CURVES = 8
POINTS = 10_000
SIZE = (160, 45)
ROUNDS = 25
FRAME = 1 / 60
SMOOTH = 0.9
_LOWS = count(1)


class Stage(App[None]):
    """Holds a plot and a Static, each as large as the screen."""

    CSS = "LinePlot, Static { width: 160; height: 45; }"

    def compose(self) -> ComposeResult:
        """Makes both."""
        yield LinePlot("train/loss")
        yield Static("", markup=False)


def curves() -> list[Series]:
    """Returns falling curves with noise."""
    chance = random.Random(3)
    return [
        Series(
            f"run-{place}",
            list(range(POINTS)),
            [
                (1 + place / 5) * math.exp(-step / 3000) + chance.gauss(0, 0.02 * (1 + place % 3))
                for step in range(POINTS)
            ],
        )
        for place in range(CURVES)
    ]


def measure(_size: int) -> list[Row]:
    """Measures in one process; the number of experiments has no say here."""
    return asyncio.run(_measure())


async def _measure() -> list[Row]:
    app = Stage()
    async with app.run_test(size=SIZE) as pilot:
        plot, static = app.query_one(LinePlot), app.query_one(Static)
        given = curves()
        plot.show(given)
        await pilot.pause()
        works = {
            "static": lambda: _timed(lambda: _static(static)),
            "same": lambda: _timed(lambda: _repaint(plot)),
            "cursor": lambda: _with_cursor(plot),
            "append": lambda: _append(plot, given),
            "zoom": lambda: _zoomed(plot),
            "all": lambda: _timed(lambda: _from_nothing(plot, given)),
            "binless": lambda: _timed(lambda: _binless(given)),
        }
        plain = by_turns(works, ROUNDS)
        plot.show_view(plot.view._replace(smoothing=SMOOTH, x_range=None, cursor=None))
        smooth = by_turns({name: works[name] for name in ("static", "same", "append")}, ROUNDS)
    words = {
        "same": "repaint of 8 x 10,000 points",
        "cursor": "the cursor moves one step",
        "append": "a point for each curve",
        "zoom": "another range of x",
    }
    rows = [_beside_static(text, plain, key) for key, text in words.items()]
    rows += [_beside_static(f"{words[key]}, smoothed", smooth, key) for key in ("same", "append")]
    rows.append(Row("the same repaint", plain["same"].wall, "placing every point", plain["binless"].wall))
    rows.append(Row("eight new curves, once", plain["all"].wall, "placing every point", plain["binless"].wall))
    return rows


def _beside_static(text: str, costs: dict[str, Cost], name: str) -> Row:
    """Returns a row whose floor slows down with the machine, and how much of a frame the work takes on this one."""
    figure = costs[name].wall
    return Row(text, figure, "a Static, by Textual", costs["static"].wall, 1.0, note=f"{figure / FRAME:.2f} of a frame")


def _timed(work: Callable[[], object]) -> Cost:
    started = time.perf_counter()
    work()
    return Cost(time.perf_counter() - started, 0.0)


def _strips(widget: Widget) -> None:
    """Lets Textual render every line of a widget, as it does for a repaint."""
    assert len(widget.render_lines(Region(0, 0, *SIZE))) == SIZE[1]


def _repaint(plot: LinePlot) -> None:
    plot.redraw()
    plot.refresh()
    _strips(plot)


def _with_cursor(plot: LinePlot) -> Cost:
    view = plot.view._replace(cursor=(plot.view.cursor or 0) + 1)
    return _timed(lambda: _look(plot, view))


def _zoomed(plot: LinePlot) -> Cost:
    """Looks at a range that was not looked at before, then, on its own time, at all again."""
    low = next(_LOWS)
    whole, part = plot.view, plot.view._replace(x_range=(low, low + 5000.0))
    cost = _timed(lambda: _look(plot, part))
    _look(plot, whole)
    return cost


def _look(plot: LinePlot, view: PlotView) -> None:
    plot.show_view(view)
    _strips(plot)


def _append(plot: LinePlot, given: list[Series]) -> Cost:
    """Appends to the lists of the caller, whose time is not ours, and shows them again."""
    for place, one in enumerate(given):
        given[place] = Series(one.name, [*one.x, len(one.x)], [*one.y, 0.1])

    def work() -> None:
        plot.show(given)
        _strips(plot)

    return _timed(work)


def _from_nothing(plot: LinePlot, given: list[Series]) -> None:
    plot.show([])
    plot.show(given)
    _strips(plot)


def _static(static: Static) -> None:
    words = [(f"{place:07d} ", "red" if place % 2 else "blue") for place in range(SIZE[0] // 8)]
    static.update(Text("\n").join(Text.assemble(*words) for _ in range(SIZE[1])))
    _strips(static)


def _binless(given: list[Series]) -> None:
    """Finds the dot of every point, without drawing one."""
    for one in given:
        points = Points()
        points.extend(one.x, one.y)
        low, high = points.extremes(0, len(points))
        across, up = 2 * SIZE[0] / len(one.x), 4 * SIZE[1] / (high - low)
        assert {(int(at * across), int((value - low) * up)) for at, value in zip(one.x, one.y, strict=True)}


if __name__ == "__main__":
    run_script(measure, 0)
