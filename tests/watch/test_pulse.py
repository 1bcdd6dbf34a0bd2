"""How a run stands: starting, running, quiet, lost, ended, gone."""

from __future__ import annotations

import json
import os
import shutil
import time
from typing import TYPE_CHECKING

import pytest

from branchlab.reading.pulse import PulseReader
from branchlab.tracking.location import utc_now
from branchlab.tracking.state import hold_lock, release_lock, update_state
from reading_project import start_run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from scratch_repository import ScratchRepository

RUN = "20261122T000000-abcdef"


@pytest.fixture
def folder(repository: ScratchRepository) -> Path:
    """A run folder whose run somebody works on; see `locked`."""
    return start_run(repository, RUN, "exp/model/live")


@pytest.fixture
def locked(folder: Path) -> Iterator[Path]:
    lock = hold_lock(str(folder))
    assert lock is not None
    yield folder
    release_lock(lock)


def log(folder: Path, *lines: dict[str, object]) -> None:
    with (folder / "journal.jsonl").open("a") as file:
        file.writelines(f"{json.dumps(line)}\n" for line in lines)


def test_a_run_that_wrote_nothing_is_starting(locked: Path) -> None:
    (locked / "journal.jsonl").unlink()
    pulse = PulseReader(str(locked)).look()
    assert (pulse.phase, pulse.silent, pulse.name) == ("starting", None, "exp/model/live")


def test_a_run_that_logs_is_running_and_its_clock_goes_on(locked: Path) -> None:
    now = int(time.time())
    update_state(str(locked), started=utc_now(now - 10))
    reader = PulseReader(str(locked))
    first, second = reader.look(now), reader.look(now + 2)
    assert first.phase == second.phase == "running"
    assert (round(first.seconds), round(second.seconds)) == (10, 12)
    assert first.journal.series["accuracy"][0].value == 0.5


def test_a_run_is_quiet_after_three_times_its_longest_gap(locked: Path) -> None:
    log(locked, *({"k": "log", "s": step, "t": 1.0 + 60 * step, "m": {"loss": 1.0}} for step in range(1, 4)))
    reader, now = PulseReader(str(locked)), time.time()
    assert reader.look(now + 170).phase == "running"
    quiet = reader.look(now + 185)
    assert quiet.phase == "quiet"
    assert quiet.silent is not None
    assert 180 < quiet.silent < 190


def test_output_counts_as_a_sign_of_life(locked: Path) -> None:
    reader, later = PulseReader(str(locked)), time.time() + 1000
    assert reader.look(later).phase == "quiet"
    (locked / "output.log").write_text("still here\n")
    os.utime(locked / "output.log", (later, later))
    pulse = reader.look(later + 1)
    assert (pulse.phase, pulse.said) == ("running", "still here")


def test_a_run_whose_process_went_without_a_word_is_lost(folder: Path) -> None:
    assert PulseReader(str(folder)).look().phase == "lost"


@pytest.mark.parametrize("status", ["finished", "failed", "stopped"])
def test_a_run_that_ended_says_how(folder: Path, status: str) -> None:
    update_state(str(folder), status=status, seconds=3.5)
    pulse = PulseReader(str(folder)).look()
    assert (pulse.phase, pulse.seconds, pulse.progress) == (status, 3.5, None)


def test_a_run_whose_folder_went_is_gone_and_what_was_known_stays(folder: Path) -> None:
    reader = PulseReader(str(folder))
    reader.look()
    shutil.rmtree(folder)
    pulse = reader.look()
    assert (pulse.phase, pulse.name) == ("gone", "exp/model/live")
    assert "accuracy" in pulse.journal.series


def test_what_is_appended_is_read_on(locked: Path) -> None:
    update_state(str(locked), params={"steps": 4})
    reader = PulseReader(str(locked))
    before = reader.look().progress
    log(locked, {"k": "log", "s": 1, "t": 2.0, "m": {"accuracy": 0.75}})
    after = reader.look().progress
    assert before is not None
    assert after is not None
    assert (before.done, after.done, after.total) == (1, 2, 4)


def test_the_extremes_are_kept_as_points_come(locked: Path) -> None:
    reader = PulseReader(str(locked))
    reader.look()
    lines = [{"k": "log", "s": step, "t": 2.0, "m": {"accuracy": value}} for step, value in [(1, 0.9), (2, 0.1)]]
    log(locked, *lines, {"k": "log", "s": 3, "t": 3.0, "m": {"accuracy": float("nan")}})
    low, high = reader.look().extremes["accuracy"]
    assert (low.step, low.value, high.step, high.value) == (2, 0.1, 1, 0.9)


def test_no_clock_runs_backwards(locked: Path) -> None:
    pulse = PulseReader(str(locked)).look(0.0)
    assert (pulse.seconds, pulse.silent) == (0.0, 0.0)
