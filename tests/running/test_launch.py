"""Starting and following a command."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from branchlab.running.launch import follow, start_command
from branchlab.running.stopping import StopRequest

if TYPE_CHECKING:
    from pathlib import Path


def test_a_command_that_removes_its_folder_before_it_is_followed_ends_as_it_ended(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    lock = os.open(tmp_path / "lock", os.O_CREAT | os.O_RDWR)
    process = start_command(["rm", "-r", str(folder)], cwd=str(tmp_path), folder=str(folder), lock=lock)
    process.wait()
    os.close(lock)
    shown: list[bytes] = []
    ended = follow(process, str(folder), StopRequest(), shown.append)
    assert (ended.exit_code, ended.stopped, shown) == (0, False, [])


def test_a_run_too_short_for_samples_has_figures(tmp_path: Path) -> None:
    busy = "data = bytearray(400_000_000); sum(range(1_000_000))"
    lock = os.open(tmp_path / "lock", os.O_CREAT | os.O_RDWR)
    process = start_command([sys.executable, "-c", busy], cwd=str(tmp_path), folder=str(tmp_path), lock=lock)
    os.close(lock)
    ended = follow(process, str(tmp_path), StopRequest(), lambda _: None)
    assert (ended.exit_code, ended.peak_memory is not None and ended.peak_memory > 400_000_000) == (0, True)
    assert ended.cpu_seconds is not None
    assert 0.01 < ended.cpu_seconds < 2 * ended.seconds
