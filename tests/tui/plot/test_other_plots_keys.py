"""Scatter, parallel coordinates, heat map, bars and picture under keys and mouse."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from branchlab_tui.drawing.scatter import shown_points
from branchlab_tui.widgets.bar_chart import BarChart
from branchlab_tui.widgets.bar_chart.keys import KEYS as BAR_KEYS
from branchlab_tui.widgets.drawn.gallery import Gallery
from branchlab_tui.widgets.heat_map import HeatMap
from branchlab_tui.widgets.heat_map.keys import KEYS as HEAT_KEYS
from branchlab_tui.widgets.parallel import ParallelPlot
from branchlab_tui.widgets.parallel.keys import KEYS as PARALLEL_KEYS
from branchlab_tui.widgets.picture import Picture
from branchlab_tui.widgets.plot.demo import PlotDemo
from branchlab_tui.widgets.scatter import Point, ScatterPlot
from branchlab_tui.widgets.scatter.keys import KEYS as SCATTER_KEYS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from textual.app import App
    from textual.pilot import Pilot
    from textual.widget import Widget

    from branchlab_tui.widgets.drawn.messages.point_chosen import PointChosen
    from branchlab_tui.widgets.parallel.messages.brushed import Brushed

    Steps = Callable[[Pilot[int], "Stage"], Awaitable[None]]


class Stage(Gallery):
    """The gallery, which remembers what it was told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[tuple[object, ...]] = []

    def on_brushed(self, message: Brushed) -> None:
        self.told.append((message.axis, message.low, message.high))

    def on_point_chosen(self, message: PointChosen) -> None:
        self.told.append((message.name,))


def on_stage(widget: type[Widget], steps: Steps) -> Stage:
    app = Stage()

    async def run() -> None:
        async with app.run_test(size=(120, 40)) as pilot:
            app.query_one(widget).focus()
            await pilot.pause()
            await steps(pilot, app)

    asyncio.run(run())
    return app


def text_of(widget: Widget) -> str:
    return "\n".join(widget.render_line(row).text for row in range(widget.size.height))


def test_a_scatter_is_read_with_keys_and_a_point_chosen() -> None:
    async def steps(pilot: Pilot[int], app: Stage) -> None:
        scatter = app.query_one(ScatterPlot)
        await pilot.press("enter", "f")
        first = scatter.focused_point
        assert first in text_of(scatter).splitlines()[1]
        await pilot.press("l", "h", "enter")
        assert scatter.focused_point == first
        assert app.told == [(first,)]
        await pilot.press("L", "escape")
        assert "log y" in text_of(scatter)
        assert not scatter.focused_point

    on_stage(ScatterPlot, steps)


def test_a_click_reads_a_point_and_two_choose_it() -> None:
    async def steps(pilot: Pilot[int], app: Stage) -> None:
        scatter = app.query_one(ScatterPlot)
        scatter.show([Point("left", 0.0, 0.0), Point("right", 1.0, 1.0)])
        await pilot.pause()
        await pilot.click(ScatterPlot, offset=(50, 4))
        assert scatter.focused_point == "right"
        await pilot.click(ScatterPlot, offset=(8, 14), times=2)
        assert app.told == [("left",)]

    on_stage(ScatterPlot, steps)


def test_a_point_that_is_gone_is_not_read_any_more() -> None:
    async def steps(pilot: Pilot[int], app: Stage) -> None:
        scatter = app.query_one(ScatterPlot)
        await pilot.press("f")
        scatter.show([Point("other", 1.0, 1.0)])
        assert not scatter.focused_point
        assert len(shown_points(scatter._points, scatter._view)) == 1

    on_stage(ScatterPlot, steps)


def test_a_range_is_brushed_with_keys_and_told() -> None:
    async def steps(pilot: Pilot[int], app: Stage) -> None:
        await pilot.press("enter", "l", "l", "k", "J", "enter", "r", "enter")
        assert app.told == [("batch", 128.0, 128.0)]
        assert "30" in text_of(app.query_one(ParallelPlot)).splitlines()[0]

    on_stage(ParallelPlot, steps)


def test_a_range_is_dragged_on_an_axis() -> None:
    async def steps(pilot: Pilot[int], app: Stage) -> None:
        plot = app.query_one(ParallelPlot)
        frame = plot._frame
        assert frame is not None
        await pilot.mouse_down(ParallelPlot, offset=(frame.columns[1], frame.top))
        await pilot.hover(ParallelPlot, offset=(frame.columns[1], frame.top + 1))
        await pilot.mouse_up(ParallelPlot, offset=(frame.columns[1], frame.top + 1))
        await pilot.press("enter")
        assert [told[0] for told in app.told] == ["optimizer"]

    on_stage(ParallelPlot, steps)


def test_ranges_stay_on_axes_that_are_shown_again() -> None:
    async def steps(pilot: Pilot[int], app: Stage) -> None:
        from branchlab_tui.widgets.drawn.gallery import axes

        await pilot.press("l", "l", "k")
        plot = app.query_one(ParallelPlot)
        plot.show(axes(30)[2:], [f"run-{at}" for at in range(30)])
        assert [brush is not None for brush in plot._brushes] == [True, False, False]

    on_stage(ParallelPlot, steps)


def test_a_matrix_is_normalised_and_its_cells_are_read() -> None:
    async def steps(pilot: Pilot[int], app: Stage) -> None:
        heat = app.query_one(HeatMap)
        assert "counts" in text_of(heat)
        await pilot.press("n", "j", "l")
        assert heat.normalised
        assert "cat taken for dog: 7%" in text_of(heat)
        await pilot.press("h", "h", "k", "escape")
        assert "taken" not in text_of(heat)
        await pilot.press("d")
        assert "difference" in text_of(heat)
        await pilot.click(HeatMap, offset=(10, 3))
        assert "cat right" in text_of(heat)

    on_stage(HeatMap, steps)


def test_a_slice_is_chosen_with_keys() -> None:
    async def steps(pilot: Pilot[int], app: Stage) -> None:
        bars = app.query_one(BarChart)
        await pilot.press("j", "j", "k")
        assert "▸ eu-north" in text_of(bars)
        await pilot.press("G")
        assert "▸ oceania" in text_of(bars)

    on_stage(BarChart, steps)


@pytest.mark.parametrize(
    ("keys", "widget"),
    [(SCATTER_KEYS, ScatterPlot), (PARALLEL_KEYS, ParallelPlot), (HEAT_KEYS, HeatMap), (BAR_KEYS, BarChart)],
)
def test_every_key_has_its_action(keys: tuple[object, ...], widget: type[Widget]) -> None:
    assert len({key.id for key in keys}) == len(keys)  # type: ignore[attr-defined]
    assert all(hasattr(widget, f"action_{key.action.partition('(')[0]}") for key in keys)  # type: ignore[attr-defined]


@pytest.mark.parametrize(("make", "size"), [(Gallery, (40, 12)), (PlotDemo, (20, 5)), (PlotDemo, (200, 60))])
def test_the_demos_stand_at_any_size_and_in_every_theme(make: type[Gallery | PlotDemo], size: tuple[int, int]) -> None:
    async def run() -> None:
        app: App[int] = make(live=False)
        async with app.run_test(size=size) as pilot:
            for _ in range(3):
                await pilot.press("t")
            await pilot.pause()

    asyncio.run(run())


def picture_text(path: Path) -> str:
    """Returns what stands where the picture should."""
    from textual.app import App

    class Frame(App[None]):
        def compose(self):  # type: ignore[no-untyped-def]  # noqa: ANN202
            yield Picture()

    async def run() -> str:
        app = Frame()
        async with app.run_test(size=(40, 10)) as pilot:
            app.query_one(Picture).show(str(path))
            await app.workers.wait_for_complete()
            await pilot.pause()
            return text_of(app.query_one(Picture))

    return asyncio.run(run())


def test_a_picture_is_drawn_over_its_path(tmp_path: Path) -> None:
    image = pytest.importorskip("PIL.Image")
    image.new("RGB", (20, 10), (0, 128, 255)).save(tmp_path / "a.png")
    text = picture_text(tmp_path / "a.png")
    assert text.count("▀") == 20 * 5
    assert "a.png" in text.splitlines()[-1]


def test_a_picture_that_cannot_be_drawn_says_why_and_names_its_path(tmp_path: Path) -> None:
    assert "the picture cannot be read" in picture_text(tmp_path / "[red]none.png")
    (tmp_path / "b.png").write_bytes(b"no picture")
    text = " ".join(picture_text(tmp_path / "b.png").split())
    assert "open" in text
    assert "b.png" in text
