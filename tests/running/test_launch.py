"""Starting and following a command."""

from __future__ import annotations

import os
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
