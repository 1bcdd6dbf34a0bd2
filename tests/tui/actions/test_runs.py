"""Runs that the program starts, stops and records: real ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab_tui.screens.dialogs.confirm.confirm import Confirm
from branchlab_tui.screens.dialogs.form.form import Form
from branchlab_tui.screens.dialogs.form.text_field import TextField
from branchlab_tui.screens.dialogs.parameters.screen import RunAgain
from branchlab_tui.widgets.picker.picker import Picker
from command_line import start
from driven_app import drive, screen_text, until
from in_process import call, rows_of
from waiting import PATIENCE, wait_until

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from branchlab_tui.app import BranchlabApp
    from scratch_repository import ScratchRepository

SLOW = """\
import time, tomllib
import branchlab
params = tomllib.load(open("params.toml", "rb"))
with branchlab.start_run(params=params) as run:
    for step in range(int(params["depth"]) * 100):
        run.log(loss=1 / (step + 1))
        time.sleep(0.01)
"""


def said(app: BranchlabApp, words: str) -> bool:
    return any(words in notification.message for notification in app._notifications)


def fill(app: BranchlabApp, **values: str) -> None:
    """Writes into the fields of a form at once."""
    for name, value in values.items():
        app.screen.query_one(f"#{name}", TextField).value = value


def test_a_run_is_started_with_other_parameters_lives_on_its_own_and_is_stopped(project: ScratchRepository) -> None:
    assert call(project.path, "run", "-q", "-n", "first").code == 0
    project.commit("slow", **{"train.py": SLOW})
    assert call(project.path, "run", "-q", "-n", "slow", "-S", "depth=0").code == 0

    async def begin(pilot: Pilot[int], app: BranchlabApp) -> None:
        app.view.query_one("ExperimentTable").move_to("exp/model/slow")  # type: ignore[attr-defined]
        await pilot.press("r")
        await until(pilot, lambda: isinstance(app.screen, RunAgain) and "depth" in screen_text(app))
        await pilot.press("down", "backspace", "x")
        assert "must be a whole number" in screen_text(app)
        await pilot.press("enter")
        assert isinstance(app.screen, RunAgain)
        await pilot.press("backspace", *"99")
        assert "branchlab reproduce --quiet -S depth=99 -- exp/model/slow" in screen_text(app)
        fill(app, name="long", why="why")
        await pilot.pause()
        assert "→ exp/model/long" in screen_text(app)
        await pilot.press("enter")
        await until(pilot, lambda: any(key.startswith("run:") for key in app.snapshot.places))

    drive(project.path, begin)
    assert rows_of(project.path)["exp/model/long"] == "running"  # though the program has ended

    async def stop(pilot: Pilot[int], app: BranchlabApp) -> None:
        await until(pilot, lambda: any(one.status == "running" and one.metrics for one in app.snapshot.experiments))
        run = next(key for key in app.snapshot.places if key.startswith("run:"))
        app.view.query_one("ExperimentTable").move_to(run)  # type: ignore[attr-defined]
        await pilot.press("exclamation_mark")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.pause(0.35)
        await pilot.press("y")
        await until(pilot, lambda: said(app, "exp/model/long stopped after"))
        await until(pilot, lambda: app.snapshot.find(run) is not None and app.snapshot.find(run).status == "stopped")  # type: ignore[union-attr]
        app.view.query_one("ExperimentTable").move_to(run)  # type: ignore[attr-defined]
        await pilot.press("i")
        await until(pilot, lambda: isinstance(app.screen, Form))
        await pilot.press("enter")
        await until(pilot, lambda: said(app, "recorded exp/model/long (stopped)"))

    drive(project.path, stop)
    assert rows_of(project.path)["exp/model/long"] == "stopped"


def test_a_new_experiment_and_one_that_is_restored(project: ScratchRepository) -> None:
    for name in ("first", "second"):
        assert call(project.path, "run", "-q", "-n", name, "--", "true").code == 0
    assert call(project.path, "archive", "first").code == 0
    assert call(project.path, "rm", "second").code == 0

    async def steps(pilot: Pilot[int], app: BranchlabApp) -> None:
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, Form))
        await pilot.press("shift+tab", "right")
        fill(app, slug="cleaner", why="less noise")
        await pilot.pause()
        assert "→ exp/data/cleaner" in screen_text(app)
        await pilot.press("tab", "enter")
        await until(pilot, lambda: said(app, "on exp/data/cleaner"))
        assert project.git("config", "branch.exp/data/cleaner.description") == "less noise"
        app.performer.start("restore", (), {})
        await until(pilot, lambda: isinstance(app.screen, Picker) and "archived" in screen_text(app))
        assert "removed 2" in screen_text(app)
        await pilot.press("enter")
        await until(pilot, lambda: said(app, "restored exp/model/first · z undoes it"))
        await pilot.press("z")
        await until(pilot, lambda: said(app, "undo: restore"))

    drive(project.path, steps)
    assert list(rows_of(project.path)) == []


def test_parameters_are_applied_after_a_yes(project: ScratchRepository) -> None:
    assert call(project.path, "run", "-q", "-n", "first", "-S", "lr=0.25").code == 0

    async def steps(pilot: Pilot[int], app: BranchlabApp) -> None:
        await pilot.press("A")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.pause(0.35)
        await pilot.press("y")
        await until(pilot, lambda: not app.performer.jobs.active and len(app.performer.jobs.entries) == 1)

    drive(project.path, steps)
    assert "lr = 0.25" in (project.path / "params.toml").read_text()


def test_a_run_that_goes_on_is_not_deleted(project: ScratchRepository) -> None:
    process = start(project.path, "run", "-n", "long", "--", "sleep", "30")

    async def steps(pilot: Pilot[int], app: BranchlabApp) -> None:
        await until(pilot, lambda: any(one.status == "running" for one in app.snapshot.experiments))
        await pilot.press("X")
        await until(pilot, lambda: said(app, "is still going on"))

    try:
        wait_until((project.path / ".git/branchlab/runs").is_dir)
        drive(project.path, steps)
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE)
