"""What a worker meets that nobody foresaw is told on the screen, and the next look works."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from branchlab.tracking.state import hold_lock
from branchlab_tui.messages.perform import Perform
from branchlab_tui.model.library import Library
from branchlab_tui.screens.experiment.live_run import LiveRun
from branchlab_tui.screens.plots.files import Files
from branchlab_tui.screens.sweep.reading import Follower
from opened_view import Opened, open_view
from reading_project import make_project, start_run
from sample_records import NAMES
from studies import made_up
from tui_sweeps import make_sweep_project

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from scratch_repository import ScratchRepository

WIDER, DEEPER, ROWS, TUNED = NAMES
RUN = "20261122T000000-abcdef"


def said(opened: Opened) -> str:
    return " ".join(note.message for note in opened.app._notifications)


class Fault:
    """A method that fails until it is mended, as one with a fault of ours would."""

    def __init__(self, patch: pytest.MonkeyPatch, owner: type, name: str) -> None:
        self.calls = 0
        self._patch = patch

        def fail(*_: Any, **__: Any) -> Any:
            self.calls += 1
            raise KeyError("nobody thought of this")

        patch.setattr(owner, name, fail)

    def mend(self) -> None:
        self._patch.undo()


def test_a_comparison_without_git_says_so_and_reads_again_when_git_is_back(
    repository: ScratchRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_project(repository)

    async def use(opened: Opened) -> None:
        with monkeypatch.context() as patch:
            patch.setenv("PATH", "/nonexistent")
            opened.view.show_keys((DEEPER, ROWS))
            await opened.rest()
            assert "git is not on the PATH" in said(opened)
            assert "git is not on the PATH" in opened.line("✗")
        await opened.press("R")
        await opened.until(lambda: "2 experiments" in opened.text)

    open_view(repository.path, "compare", [WIDER, TUNED], use)


def test_a_repository_that_was_moved_away_ends_no_view(repository: ScratchRepository) -> None:
    make_project(repository)
    away = f"{repository.path}-away"

    async def use(opened: Opened) -> None:
        os.rename(repository.path, away)
        opened.view.show_keys((DEEPER, ROWS))
        await opened.rest()
        os.rename(away, repository.path)
        await opened.press("R")
        await opened.until(lambda: "2 experiments" in opened.text)

    open_view(repository.path, "compare", [WIDER, TUNED], use)


def test_a_difference_that_failed_is_read_again(repository: ScratchRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    make_project(repository)

    async def use(opened: Opened) -> None:
        fault = Fault(monkeypatch, Library, "difference")
        opened.view.show_keys((DEEPER, ROWS))
        await opened.rest()
        assert "nobody thought of this" in opened.line("✗")
        fault.mend()
        await opened.press("R")
        await opened.until(lambda: "accuracy ↑" in opened.text)

    open_view(repository.path, "diff", [WIDER, TUNED], use)


def test_curves_that_failed_are_read_again(repository: ScratchRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    make_project(repository)

    async def use(opened: Opened) -> None:
        fault = Fault(monkeypatch, Library, "curves")
        opened.view.show_keys((DEEPER, ROWS))
        await opened.rest()
        assert "nobody thought of this" in said(opened)
        assert not opened.view.reading
        fault.mend()
        opened.view.show_keys((DEEPER, ROWS))
        await opened.rest()
        assert {DEEPER, ROWS} <= opened.view.known.keys()

    open_view(repository.path, "curves", [WIDER, TUNED], use)


def test_a_live_run_is_looked_at_again_and_its_failure_told_once(
    repository: ScratchRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_project(repository)
    folder = start_run(repository, RUN, "exp/live")
    lock = hold_lock(str(folder))
    assert lock is not None

    async def use(opened: Opened) -> None:
        fault = Fault(monkeypatch, LiveRun, "look")
        await opened.until(lambda: fault.calls > 1)
        await opened.rest()
        assert said(opened).count("nobody thought of this") == 1
        fault.mend()
        with (folder / "journal.jsonl").open("a") as journal:
            journal.write('{"k":"log","s":1,"t":2.0,"m":{"accuracy":0.625}}\n')
        await opened.until(lambda: "0.625" in opened.text)

    open_view(repository.path, "experiment", [f"run:{RUN}"], use)
    os.close(lock)


def test_a_sweep_that_failed_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = make_sweep_project(tmp_path / "project")
    fault = Fault(monkeypatch, Follower, "look")

    async def use(opened: Opened) -> None:
        assert "nobody thought of this" in opened.line("✗")
        fault.mend()
        await opened.press("R")
        await opened.until(lambda: "10 of 40 trials" in opened.text)

    open_view(project.path, "sweep", [made_up(10).trials[3].branch], use)


def test_files_of_plots_that_failed_are_asked_for_again(
    repository: ScratchRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_project(repository)
    fault = Fault(monkeypatch, Files, "read")

    async def use(opened: Opened) -> None:
        assert "nobody thought of this" in said(opened)
        fault.mend()
        opened.view.show_known()
        await opened.rest()
        assert opened.view.files.tables

    open_view(repository.path, "plots", [WIDER, TUNED], use)


def test_an_action_whose_worker_fails_is_told(repository: ScratchRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    make_project(repository)

    async def use(opened: Opened) -> None:
        monkeypatch.setattr("branchlab_tui.performing.asking.restore.restorable", lambda _: 1 // 0)
        opened.app.post_message(Perform("restore", (), {}))
        await opened.until(lambda: "ZeroDivisionError" in said(opened))

    open_view(repository.path, "experiment", [WIDER], use)
