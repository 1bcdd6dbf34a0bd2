"""Rows of live runs, and what happens around the table while it is open."""

from __future__ import annotations

import os
import shutil
import time
from typing import TYPE_CHECKING

import pytest

from branchlab.tracking.state import hold_lock
from branchlab_tui.screens.experiments import ageing, previewing, showing
from drawn_project import LiveRun
from driven_app import until
from experiment_table import DEEPER, FAILED, MORE, NEWEST_FIRST, WIDER, look, make_table_project, press, shown, text_of
from reading_project import record_branch
from sample_records import record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from textual.pilot import Pilot

    from branchlab_tui.screens.experiments.screen import ExperimentsScreen
    from scratch_repository import ScratchRepository


@pytest.fixture
def project(tmp_path: Path) -> ScratchRepository:
    return make_table_project(tmp_path / "project")


@pytest.fixture
def live(project: ScratchRepository) -> Iterator[LiveRun]:
    """A run that goes on: somebody holds its lock."""
    run = LiveRun(project, "exp/tune/live")
    run.log(0, accuracy=0.5)
    lock = hold_lock(str(run.folder))
    assert lock is not None
    yield run
    os.close(lock)


def line_of(screen: ExperimentsScreen, name: str) -> str:
    return next(line for line in text_of(screen).split("\n") if name in line)


def test_a_live_row_changes_where_it_is_and_the_preview_shows_its_output(
    project: ScratchRepository, live: LiveRun
) -> None:
    (live.folder / "output.log").write_text("epoch 1\n")

    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        assert shown(screen) == [live.key, *NEWEST_FIRST]
        await until(pilot, lambda: "epoch 1" in text_of(screen))
        live.log(1, accuracy=0.875)
        await until(pilot, lambda: "0.875" in line_of(screen, "exp/tune/live"))
        assert screen.table.cursor_key == live.key

    look(project, steps, (130, 40))


def test_the_preview_follows_a_live_run_although_no_row_moves(
    project: ScratchRepository, live: LiveRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previewing, "LIVE_REST", 0.0)
    monkeypatch.setattr(showing, "IDLE", 1000.0)  # rows are not put in order, which would read the preview too

    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        def shown_value() -> float:
            assert screen._shown is not None
            return float(screen._shown.experiment.metrics["accuracy"])

        await until(pilot, lambda: screen._shown is not None)
        for step, value in enumerate((0.5625, 0.625, 0.875), 1):
            live.log(step, accuracy=value)
            await until(pilot, lambda: shown_value() == value)  # noqa: B023

    look(project, steps, (130, 40))


def test_the_clock_of_a_live_row_goes_on_and_stops_with_the_run(
    project: ScratchRepository, live: LiveRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ageing, "TICK", 0.05)

    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        before = line_of(screen, "exp/tune/live")
        assert "◐" in before
        now = time.time()
        monkeypatch.setattr(time, "time", lambda: now + 100_000)
        await until(pilot, lambda: line_of(screen, "exp/tune/live") != before)
        shutil.rmtree(live.folder)
        await until(pilot, lambda: screen._ticks is not None and not screen._ticks._active.is_set())
        assert shown(screen) == NEWEST_FIRST

    look(project, steps)


def test_live_values_move_no_row_while_somebody_works_and_are_put_in_order_by_r(
    project: ScratchRepository, live: LiveRun
) -> None:
    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        screen.table.move_to_column("metrics.accuracy")
        await press(pilot, "s")
        assert shown(screen) == [MORE, DEEPER, WIDER, live.key, FAILED]
        live.log(1, accuracy=0.99)
        await until(pilot, lambda: "0.99" in line_of(screen, "exp/tune/live"))
        assert shown(screen)[3] == live.key
        assert "order stale · R" in text_of(screen)
        await press(pilot, "R")
        assert shown(screen)[0] == live.key
        assert "order stale" not in text_of(screen)

    look(project, steps)


def test_live_rows_are_put_in_order_once_nobody_pressed_a_key(
    project: ScratchRepository, live: LiveRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(showing, "IDLE", 0.2)

    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        screen.table.move_to_column("metrics.accuracy")
        screen.table.move_to(WIDER)
        await press(pilot, "s")
        live.log(1, accuracy=0.99)
        await until(pilot, lambda: shown(screen)[0] == live.key)
        assert screen.table.cursor_key == WIDER

    look(project, steps)


def test_a_new_branch_appears_and_the_cursor_stays_on_its_experiment(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        screen.table.move_to(DEEPER)
        await press(pilot)
        record_branch(project, "exp/model/newest", record(run={"started": "2026-12-01T00:00:00Z", "id": "x-1"}))
        await until(pilot, lambda: len(shown(screen)) == 5)
        assert shown(screen)[0] == "exp/model/newest"
        assert screen.table.cursor_key == DEEPER

    look(project, steps)


def test_cursor_and_marks_follow_a_run_that_is_recorded(project: ScratchRepository, live: LiveRun) -> None:
    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        await press(pilot, "space", "g", "b")
        assert screen.subjects == (live.key,)
        record_branch(project, "exp/tune/live", record(run={"id": live.id, "started": "2026-11-22T00:00:00Z"}))
        await until(pilot, lambda: live.key not in shown(screen))
        assert screen.table.cursor_key == "exp/tune/live"
        assert screen.subjects == ("exp/tune/live",)
        assert screen.state.baseline == "exp/tune/live"

    look(project, steps)


def test_what_cannot_be_read_any_more_is_said_and_the_old_rows_stay(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        (project.path / ".git").rename(project.path / "gone")
        await until(pilot, lambda: "stale for" in text_of(screen))
        assert shown(screen) == NEWEST_FIRST
        (project.path / "gone").rename(project.path / ".git")
        await until(pilot, lambda: "stale for" not in text_of(screen))

    look(project, steps)
