"""Views that are left while they open, a program that is left while a view opens: no traceback, and no dead view."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from textual.css.query import NoMatches

from branchlab_tui.leaving import is_there, when_drawn
from branchlab_tui.messages.open_view import OpenView
from drawn_project import PLAIN, SCALED, WIDE, make_drawn_project
from driven_app import drive, settled, until

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from branchlab_tui.app import BranchlabApp
    from scratch_repository import ScratchRepository

KEYS = (PLAIN, WIDE, SCALED)
VIEWS = ("experiment", "diff", "compare", "curves", "plots", "sweep")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> ScratchRepository:
    return make_drawn_project(tmp_path_factory.mktemp("left") / "project")


@pytest.mark.parametrize("turns", [0, 1, 5, 20])
@pytest.mark.parametrize("view", VIEWS)
def test_the_program_can_be_left_while_a_view_opens(project: ScratchRepository, view: str, turns: int) -> None:
    async def steps(_: Pilot[int], app: BranchlabApp) -> None:
        app.post_message(OpenView(view, KEYS))
        for _turn in range(turns):
            await asyncio.sleep(0)
        app.exit(0)

    assert drive(project.path, steps).return_code == 0


@pytest.mark.parametrize("turns", [0, 1, 3, 10, 30])
def test_views_can_be_changed_faster_than_they_open(project: ScratchRepository, turns: int) -> None:
    async def steps(pilot: Pilot[int], app: BranchlabApp) -> None:
        for view in (*VIEWS, *reversed(VIEWS)):
            app.post_message(OpenView(view, KEYS))
            for _turn in range(turns):
                await asyncio.sleep(0)
        await settled(pilot)
        await until(pilot, lambda: app.view.VIEW == "experiment")
        # It hears what is said to it: a handler that had failed would have been its last.
        heard: list[bool] = []
        app.view.call_later(lambda: heard.append(True))
        await until(pilot, lambda: bool(heard))
        await pilot.press("escape")
        await until(pilot, lambda: app.view.VIEW == "experiments")

    drive(project.path, steps)


def test_nobody_is_called_back_for_a_view_that_is_gone(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], app: BranchlabApp) -> None:
        app.post_message(OpenView("plots", KEYS))
        await until(pilot, lambda: app.view.VIEW == "plots")
        await settled(pilot)
        gone, called = app.view, list[str]()
        assert is_there(gone)
        when_drawn(gone, called.append, "gone")
        app.pop_screen()
        when_drawn(app.view, called.append, "there")
        await until(pilot, lambda: bool(called))
        await settled(pilot)
        assert not is_there(gone)
        assert called == ["there"]

    drive(project.path, steps)


def test_a_widget_that_a_view_lacks_is_a_fault_all_the_same(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], app: BranchlabApp) -> None:
        app.view.call_later(lambda: app.view.query_one("#nothing-like-it"))
        await pilot.pause()

    with pytest.raises(NoMatches):
        drive(project.path, steps)
