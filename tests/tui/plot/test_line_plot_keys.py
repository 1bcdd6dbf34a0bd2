"""The line plot under keys and mouse, alone on a screen of 80 by 24."""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING

import pytest
from textual import events
from textual.app import App

from branchlab_tui.drawing.series import Series
from branchlab_tui.drawing.view import PlotView
from branchlab_tui.widgets.plot import LinePlot
from branchlab_tui.widgets.plot.keys import KEYS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.app import ComposeResult
    from textual.pilot import Pilot

    from branchlab_tui.widgets.plot.messages.cursor_at import CursorAt
    from branchlab_tui.widgets.plot.messages.view_changed import ViewChanged

    Steps = Callable[[Pilot[None], "Stage"], Awaitable[None]]

SIZE = (80, 24)
LEAVES = 3  # columns left of the field: the labels and the axis of these curves
CURVES = [
    Series("base", range(101), [math.exp(-step / 30) for step in range(101)]),
    Series("wide", range(0, 101, 10), [0.5 + step / 500 for step in range(0, 101, 10)]),
]


class Stage(App[None]):
    """Holds a plot and remembers what it told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[object] = []
        self.left = False
        self.bind("escape", "leave")

    def compose(self) -> ComposeResult:
        yield LinePlot("val/loss")

    def on_mount(self) -> None:
        self.plot.show(CURVES, x_title="step", x_kind="whole")
        self.plot.focus()

    @property
    def plot(self) -> LinePlot:
        return self.query_one(LinePlot)

    def on_cursor_at(self, message: CursorAt) -> None:
        self.told.append(message.x)

    def on_view_changed(self, message: ViewChanged) -> None:
        self.told.append(message.view)

    def action_leave(self) -> None:
        self.left = True


def on_stage(steps: Steps) -> Stage:
    app = Stage()

    async def run() -> None:
        async with app.run_test(size=SIZE) as pilot:
            await pilot.pause()
            await steps(pilot, app)

    asyncio.run(run())
    return app


def pressed(*keys: str) -> PlotView:
    """Returns the view after some keys."""
    seen: list[PlotView] = []

    async def steps(pilot: Pilot[None], app: Stage) -> None:
        await pilot.press(*keys)
        seen.append(app.plot.view)

    on_stage(steps)
    return seen[0]


def screen(app: Stage) -> str:
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


@pytest.mark.parametrize(
    ("keys", "view"),
    [
        ("L", PlotView(log_y=True)),
        ("L L L", PlotView(log_x=True, log_y=True)),
        ("L L L L", PlotView()),
        ("right_curly_bracket right_curly_bracket left_curly_bracket", PlotView(smoothing=0.3)),
        ("j", PlotView(focused="base")),
        ("k", PlotView(focused="wide")),
        ("j j j", PlotView()),
        ("i", PlotView(focused="base", isolated=True)),
        ("i j", PlotView(focused="wide", isolated=True)),
        ("i i", PlotView(focused="base")),
        ("l", PlotView(cursor=0)),
        ("h", PlotView(cursor=100)),
        ("end left left", PlotView(cursor=96)),
        ("home right right", PlotView(cursor=4)),
        ("plus r", PlotView()),
        ("l escape", PlotView()),
        ("j i escape escape", PlotView()),
    ],
)
def test_keys_change_the_view(keys: str, view: PlotView) -> None:
    assert pressed(*keys.split()) == view


def test_zooming_keeps_the_cursor_where_it_is_and_out_again_shows_all() -> None:
    view = pressed("end", "plus")
    assert view.x_range is not None
    assert view.cursor == 100
    assert 45 < view.x_range[0] < 55
    assert pressed("end", "plus", "minus").x_range is None


def test_panning_stops_at_the_data() -> None:
    right = pressed("plus", *["greater_than_sign"] * 4).x_range
    left = pressed("plus", *["H"] * 4).x_range
    assert left is not None
    assert right is not None
    assert left[0] == 0
    assert right[1] >= 100
    assert right[1] - right[0] == pytest.approx(left[1] - left[0])


def test_the_vertical_axis_is_zoomed_and_panned_too() -> None:
    zoomed = pressed("right_parenthesis").y_range
    moved = pressed("right_parenthesis", "K").y_range
    assert zoomed is not None
    assert moved is not None
    assert moved[0] > zoomed[0]


def test_a_zoomed_view_follows_the_cursor() -> None:
    view = pressed("home", "plus", "plus", "end", "l", *["b"] * 5)
    assert view.x_range is not None
    assert view.cursor is not None
    assert view.x_range[0] <= view.cursor <= view.x_range[1]


def test_the_cursor_reads_all_series() -> None:
    async def steps(pilot: Pilot[None], app: Stage) -> None:
        await pilot.press("home", "w")
        text = screen(app).splitlines()
        assert text[0].rstrip().endswith(f"step {app.plot.view.cursor:.0f}")
        assert f"{math.exp(-(app.plot.view.cursor or 0) / 30):.4g}" in text[1]

    on_stage(steps)


def test_what_changed_is_told_once() -> None:
    async def steps(pilot: Pilot[None], _: Stage) -> None:
        await pilot.press("L", "h", "r")

    assert on_stage(steps).told == [PlotView(log_y=True), 100]


def test_a_plot_that_follows_another_one_tells_nothing() -> None:
    async def steps(pilot: Pilot[None], app: Stage) -> None:
        app.plot.show_view(PlotView(log_y=True, cursor=50))
        await pilot.pause()
        assert "step 50" in screen(app)

    assert on_stage(steps).told == []


def test_escape_is_left_to_the_screen_when_there_is_nothing_to_go_back_from() -> None:
    async def steps(pilot: Pilot[None], app: Stage) -> None:
        await pilot.press("h", "escape")
        assert not app.left
        await pilot.press("escape")

    assert on_stage(steps).left


def test_a_click_puts_the_cursor_down_and_dragging_pans() -> None:
    async def steps(pilot: Pilot[None], app: Stage) -> None:
        plot = app.plot
        await pilot.click(LinePlot, offset=(40, 10))
        assert plot.view.cursor == pytest.approx(50, abs=5)
        await pilot.press("plus")
        before = plot.view.x_range
        await pilot.mouse_down(LinePlot, offset=(40, 10))
        plot.post_message(_move(plot, 50, 10))
        await pilot.pause()
        await pilot.mouse_up(LinePlot, offset=(50, 10))
        assert before is not None
        assert plot.view.x_range is not None
        assert plot.view.x_range[0] < before[0]

    on_stage(steps)


def test_pointing_reads_until_the_mouse_leaves() -> None:
    async def steps(pilot: Pilot[None], app: Stage) -> None:
        await pilot.hover(LinePlot, offset=(20, 10))
        await pilot.hover(LinePlot, offset=(21, 10))
        assert app.plot.view.cursor is not None
        app.plot.post_message(events.Leave(app.plot))
        await pilot.pause()
        assert app.plot.view.cursor is None

    on_stage(steps)


def test_the_wheel_zooms_around_the_mouse_and_two_clicks_show_all_again() -> None:
    async def steps(pilot: Pilot[None], app: Stage) -> None:
        app.plot.post_message(_wheel(app.plot, LEAVES, 10))
        await pilot.pause()
        view = app.plot.view
        assert view.x_range is not None
        assert view.x_range[0] < 1
        assert view.x_range[1] < 90
        await pilot.click(LinePlot, offset=(40, 10), times=2)
        assert app.plot.view.x_range is None

    on_stage(steps)


def test_the_wheel_over_a_plot_without_focus_is_left_to_what_it_stands_in() -> None:
    async def steps(pilot: Pilot[None], app: Stage) -> None:
        app.plot.blur()
        await pilot.pause()
        app.plot.post_message(_wheel(app.plot, 40, 10))
        await pilot.pause()
        assert app.plot.view.x_range is None

    on_stage(steps)


def test_appended_points_keep_what_was_made_of_the_old_ones() -> None:
    async def steps(pilot: Pilot[None], app: Stage) -> None:
        before = app.plot._shown()[0].lens().raw
        app.plot.show([Series("base", range(120), [*CURVES[0].y, *[0.1] * 19])], x_title="step")
        await pilot.pause()
        assert app.plot._shown()[0].lens().raw is before
        assert len(before) == 120

    on_stage(steps)


def test_moving_the_cursor_sends_a_small_part_of_the_plot_only() -> None:
    async def steps(pilot: Pilot[None], app: Stage) -> None:
        await pilot.press("home", "l", "l")
        sent: list[int] = []
        refresh = app.plot.refresh

        def watch(*regions: object, **options: object) -> object:
            sent.extend(region.width * region.height for region in regions)  # type: ignore[attr-defined]
            return refresh(*regions, **options)  # type: ignore[arg-type]

        app.plot.refresh = watch  # type: ignore[assignment, method-assign]
        await pilot.press("l")
        assert 0 < sum(sent) < SIZE[0] * SIZE[1] / 10

    on_stage(steps)


def test_every_key_has_an_id_a_description_and_an_action() -> None:
    assert len({key.id for key in KEYS}) == len(KEYS)
    keys = [key for each in KEYS for key in each.keys.split(",")]
    assert len(set(keys)) == len(keys)
    for key in KEYS:
        assert key.description
        assert hasattr(LinePlot, f"action_{key.action.partition('(')[0]}")


def _move(plot: LinePlot, x: int, y: int) -> events.MouseMove:
    return events.MouseMove(plot, x, y, 10, 0, 1, shift=False, meta=False, ctrl=False)


def _wheel(plot: LinePlot, x: int, y: int) -> events.MouseScrollUp:
    return events.MouseScrollUp(plot, x, y, 0, 0, 0, shift=False, meta=False, ctrl=False)
