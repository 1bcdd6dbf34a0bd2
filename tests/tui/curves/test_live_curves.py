"""Curves of runs that go on, over real journals that are being appended to."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from branchlab_tui.app import BranchlabApp
from branchlab_tui.messages.open_view import OpenView
from branchlab_tui.screens.curves.screen import CurvesScreen
from branchlab_tui.widgets.plot_grid.panel_plot import PanelPlot
from drawn_project import LiveRun
from driven_app import drive, screen_text, settled, until

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import pytest
    from textual.pilot import Pilot

    from scratch_repository import ScratchRepository

    Steps = Callable[[Pilot[int], CurvesScreen], Awaitable[None]]


def look(repository: ScratchRepository, keys: tuple[str, ...], steps: Steps) -> None:
    async def run(pilot: Pilot[int], app: BranchlabApp) -> None:
        app.post_message(OpenView("curves", keys))
        await until(pilot, lambda: isinstance(app.screen, CurvesScreen) and app.screen.is_mounted)
        assert isinstance(app.screen, CurvesScreen)
        await settled(pilot)
        await steps(pilot, app.screen)

    drive(repository.path, run)


def steps_of(screen: CurvesScreen, metric: str) -> int:
    """Returns how many points a metric has on the screen."""
    for plot in screen.query(PanelPlot):
        if plot.display and plot._labels.title.startswith(metric):
            return sum(len(curve) for curve in plot._curves.values())
    return 0


def test_a_run_that_goes_on_grows_by_itself_and_gets_panels_for_new_metrics(repository: ScratchRepository) -> None:
    run = LiveRun(repository)
    run.log(0, loss=1.0)

    async def steps(pilot: Pilot[int], screen: CurvesScreen) -> None:
        assert steps_of(screen, "loss") == 1
        assert "● live" not in screen_text(screen.app)
        run.log(1, loss=0.5)
        run.log(2, loss=0.25, accuracy=0.5)
        await until(pilot, lambda: steps_of(screen, "loss") == 3 and steps_of(screen, "accuracy") == 1)
        run.log(3, loss=float("nan"))
        await until(pilot, lambda: "1 not finite" in screen_text(screen.app))

    look(repository, (run.key,), steps)


def test_nothing_is_drawn_while_nothing_is_new_and_not_more_than_twice_a_second_else(
    repository: ScratchRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = LiveRun(repository)
    run.log(0, loss=1.0)
    drawn: list[str] = []
    show = PanelPlot.show

    def counting(plot: PanelPlot, *args: object, **options: object) -> None:
        drawn.append(plot._labels.title)
        show(plot, *args, **options)  # type: ignore[arg-type]

    async def steps(pilot: Pilot[int], screen: CurvesScreen) -> None:
        app = screen.app
        assert isinstance(app, BranchlabApp)
        monkeypatch.setattr(PanelPlot, "show", counting)
        await asyncio.sleep(0.7)
        assert not drawn
        run.write(k="note", note="nothing to draw")
        app.reading.look()
        await settled(pilot)
        assert not drawn
        for step in range(1, 11):
            run.log(step, loss=1.0 / step)
            app.reading.look()
            await asyncio.sleep(0.1)
        await until(pilot, lambda: steps_of(screen, "loss") == 11)
        assert 1 <= len(drawn) <= 4

    look(repository, (run.key,), steps)


def test_a_zoomed_view_follows_the_newest_steps_when_asked(repository: ScratchRepository) -> None:
    run = LiveRun(repository)
    for step in range(20):
        run.log(step, loss=1.0)

    async def steps(pilot: Pilot[int], screen: CurvesScreen) -> None:
        await pilot.press("end", "plus", "F")
        await pilot.pause()
        before = screen.plots.view.x_range
        assert before is not None
        assert "follow" in screen_text(screen.app)
        for step in range(20, 30):
            run.log(step, loss=1.0)
        await until(pilot, lambda: screen.plots.view.x_range != before)
        after = screen.plots.view.x_range
        assert after is not None
        assert after[1] == 29
        assert after[1] - after[0] == before[1] - before[0]

    look(repository, (run.key,), steps)


def test_names_of_metrics_and_experiments_are_never_markup_or_control_characters(
    repository: ScratchRepository,
) -> None:
    run = LiveRun(repository, name="exp/[/red]\x1b[31m")
    run.log(0, **{"[/red]\x1b]0;x\x07": 1.0, "[@click=app.quit]q[/]": 2.0})

    async def steps(pilot: Pilot[int], screen: CurvesScreen) -> None:
        text = screen_text(screen.app)
        assert r"[/red]\x1b" in text
        assert "[@click=app.quit]q[/]" in text
        assert "\x1b" not in text
        await pilot.press("slash", *"[/red", "enter")
        await pilot.pause()
        assert "/[/red  1 of 2" in screen_text(screen.app)

    look(repository, (run.key,), steps)
