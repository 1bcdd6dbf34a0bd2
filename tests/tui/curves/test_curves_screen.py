"""The view of curves, driven over a real repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchlab_tui.messages.open_view import OpenView
from branchlab_tui.screens.curves.metric_bar import MetricBar
from branchlab_tui.screens.curves.screen import CurvesScreen
from branchlab_tui.widgets.plot_grid.panel_plot import PanelPlot
from branchlab_tui.widgets.series_legend.series_legend import SeriesLegend
from drawn_project import PLAIN, SCALED, WIDE, make_drawn_project
from driven_app import drive, screen_text, settled, until

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.pilot import Pilot

    from branchlab_tui.app import BranchlabApp
    from scratch_repository import ScratchRepository

    Steps = Callable[[Pilot[int], CurvesScreen], Awaitable[None]]

MARKED = (PLAIN, WIDE)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> ScratchRepository:
    return make_drawn_project(tmp_path_factory.mktemp("curves") / "project")


def look(
    project: ScratchRepository, steps: Steps, keys: tuple[str, ...] = MARKED, size: tuple[int, int] = (120, 40)
) -> None:
    """Opens the curves of experiments and lets `steps` use them."""

    async def run(pilot: Pilot[int], app: BranchlabApp) -> None:
        app.post_message(OpenView("curves", keys))
        await until(pilot, lambda: isinstance(app.screen, CurvesScreen) and app.screen.is_mounted)
        assert isinstance(app.screen, CurvesScreen)
        await settled(pilot)
        await steps(pilot, app.screen)

    drive(project.path, run, size)


def titles(screen: CurvesScreen) -> list[str]:
    """Returns the titles of the panels in sight."""
    return [plot._labels.title for plot in screen.query(PanelPlot) if plot.display]


def test_each_metric_has_a_panel_with_the_marked_experiments_and_the_baseline_behind(
    project: ScratchRepository,
) -> None:
    async def steps(_: Pilot[int], screen: CurvesScreen) -> None:
        assert titles(screen) == ["accuracy ↑", "loss ↓", "lr", "f1"]
        text = screen_text(screen.app)
        for words in ("plain", "wide", "⌂ main", "1 not finite", "f1  1 of 2", "4 metrics"):
            assert words in text
        assert [name for name in screen.plots.current.names if name == "main"]  # type: ignore[union-attr]

    look(project, steps)


def test_x_counts_steps_then_time_then_the_part_of_the_run(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: CurvesScreen) -> None:
        found = []
        for _ in range(3):
            plot = screen.plots.current
            assert plot is not None
            longest = max(curve.x[-1] for curve in plot._curves.values())
            found.append((longest, plot._labels.x_title))
            await pilot.press("x")
        assert found == [(29.0, "step"), (58.0, "time"), (1.0, "part of the run")]
        assert "x step" in screen_text(screen.app)

    look(project, steps)


def test_cursor_zoom_and_smoothing_are_those_of_all_panels(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: CurvesScreen) -> None:
        plots = [plot for plot in screen.query(PanelPlot) if plot.display]
        await pilot.press("l", "l", "plus", "right_curly_bracket", "L")
        await pilot.pause()
        views = {plot.view for plot in plots}
        (view,) = views
        assert view.cursor is not None
        assert view.smoothing > 0
        assert view.log_y
        assert screen_text(screen.app).count("step ") >= len(plots)
        await pilot.press("plus", "greater_than_sign", "right_parenthesis")
        await pilot.pause()
        assert len({plot.view.x_range for plot in plots}) == 1
        assert plots[0].view.x_range is not None
        assert [plot.view.y_range is not None for plot in plots] == [True, False, False, False]
        await pilot.press("0", "left_curly_bracket")
        await pilot.pause()
        assert {plot.view.x_range for plot in plots} == {None}
        assert {plot.view.smoothing for plot in plots} == {0.0}

    look(project, steps)


def test_tab_goes_round_and_enter_lets_one_metric_fill_the_screen_until_escape(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: CurvesScreen) -> None:
        await pilot.press("tab", "enter")
        await pilot.pause()
        assert titles(screen) == ["loss ↓"]
        assert "metric 2 of 4" in screen_text(screen.app)
        await pilot.press("tab")
        await pilot.pause()
        assert titles(screen) == ["lr"]
        await pilot.press("escape")
        await pilot.pause()
        assert len(titles(screen)) == 4
        assert screen.plots.current is screen.focused
        await pilot.press("tab", "tab", "shift+tab", "shift+tab")
        assert screen.plots.current is screen.focused
        assert screen.plots._current == "lr"
        await pilot.press("escape")
        await pilot.pause()
        assert not isinstance(screen.app.screen, CurvesScreen)

    look(project, steps)


def test_metrics_are_chosen_by_typing_and_escape_brings_back_the_others(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: CurvesScreen) -> None:
        await pilot.press("slash", *"ACC")
        await pilot.pause()
        assert titles(screen) == ["accuracy ↑"]
        await pilot.press(*"x")
        await pilot.pause()
        assert "no metric is called like ACCx" in screen_text(screen.app)
        await pilot.press("escape")
        await pilot.pause()
        assert len(titles(screen)) == 4
        await pilot.press("slash")
        screen.query_one(MetricBar).value = "f1|loss"
        await pilot.press("enter")
        await pilot.pause()
        assert titles(screen) == ["loss ↓", "f1"]
        assert "/f1|loss  2 of 4" in screen_text(screen.app)
        assert isinstance(screen.focused, PanelPlot)
        assert not screen.query_one(MetricBar).display
        await pilot.press("escape")
        await pilot.pause()
        assert len(titles(screen)) == 4

    look(project, steps)


def test_one_experiment_is_isolated_by_key_or_by_a_click_in_the_legend(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: CurvesScreen) -> None:
        await pilot.press("i")
        await pilot.pause()
        views = [plot.view for plot in screen.query(PanelPlot) if plot.display]
        assert {(view.isolated, view.focused) for view in views} == {(True, PLAIN)}
        await pilot.press("j")
        await pilot.pause()
        assert screen.plots.view.focused == WIDE
        await pilot.press("i")
        await pilot.pause()
        assert not screen.plots.view.isolated
        text = screen_text(screen.app).splitlines()[1]
        await pilot.click(SeriesLegend, offset=(text.index("main"), 0))
        await pilot.pause()
        assert (screen.plots.view.isolated, screen.plots.view.focused) == (True, "main")

    look(project, steps)


def test_b_takes_the_baseline_away_and_brings_it_back(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: CurvesScreen) -> None:
        await pilot.press("b")
        await settled(pilot)
        assert "main" not in screen_text(screen.app).splitlines()[1]
        await pilot.press("b")
        await settled(pilot)
        assert "main" in screen_text(screen.app).splitlines()[1]

    look(project, steps)


def test_without_curves_the_view_says_how_to_log_them(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: CurvesScreen) -> None:
        await pilot.press("b")
        await settled(pilot)
        text = screen_text(screen.app)
        assert "no curves" in text
        assert "run.log(loss=…)" in text

    look(project, steps, keys=(SCALED,))


def test_what_is_gone_is_told_and_the_view_stays(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: CurvesScreen) -> None:
        assert "exp/model/gone is gone" in screen_text(screen.app)
        screen.show_keys(("exp/model/gone", "exp/[/red]gone"))
        await pilot.press("b")
        await settled(pilot)
        assert "these experiments are not there any more" in screen_text(screen.app)

    look(project, steps, keys=(PLAIN, "exp/model/gone"))


def test_as_many_panels_as_stay_readable_are_in_sight_and_resizing_keeps_the_place(
    project: ScratchRepository,
) -> None:
    async def steps(pilot: Pilot[int], screen: CurvesScreen) -> None:
        assert len(titles(screen)) == 1
        await pilot.press("tab", "pagedown")
        await pilot.pause()
        before = screen.plots._current
        for width, height, shown in ((80, 24, 4), (200, 60, 4), (60, 16, 1)):
            await pilot.resize_terminal(width, height)
            await pilot.pause()
            assert len(titles(screen)) == shown
            assert len(screen_text(screen.app).splitlines()) == height
            assert screen.plots._current == before
            assert screen.focused is screen.plots.current

    look(project, steps, size=(60, 16))
