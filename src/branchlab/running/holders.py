"""Which processes a run is made of, as far as this machine and this user can see: those that hold its lock."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from branchlab.tracking.location import RUN_DIR_VARIABLE
from branchlab.tracking.state import LOCK_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psutil

_LOOK_SECONDS = 0.03


def holders(folder: str) -> list[psutil.Process]:
    """Returns the processes that have the lock of a run open.

    Whoever only looks whether the run is alive has it open for microseconds, and is not seen twice.
    """
    path = os.path.realpath(os.path.join(folder, LOCK_FILE))
    found = {process.pid: process for process in _with_open(path)}
    if not found:
        return []
    time.sleep(_LOOK_SECONDS)
    again = {process.pid for process in _with_open(path)}
    return [process for pid, process in found.items() if pid in again]


def ignores(pid: int, number: int) -> bool:
    """Tells whether a process ignores a signal, as far as /proc tells."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
            # A mask in hexadecimal, signal 1 in its lowest bit (proc(5)).
            ignored = next((line.split()[1] for line in file if line.startswith("SigIgn:")), "0")
    except OSError:
        return False
    return bool(int(ignored, 16) >> (number - 1) & 1)


def command_groups(processes: list[psutil.Process], run: str) -> list[int]:
    """Returns the process groups of the command that `branchlab run` started for a run.

    They are told from `branchlab run` itself by the variable that names the run's folder.
    """
    # As it was when the process began: what a script does to its environment later is not in there.
    groups = (_group(process.pid) for process in processes if _belongs(process, run))
    return list(dict.fromkeys(group for group in groups if group))


def topmost(processes: list[psutil.Process]) -> list[int]:
    """Returns the ids of those processes whose parent is none of them: of a script with workers, the script."""
    import psutil

    pids = {process.pid for process in processes}
    found = []
    for process in processes:
        try:
            if process.ppid() not in pids:
                found.append(process.pid)
        except psutil.Error:
            continue
    return found


def _with_open(path: str) -> Iterator[psutil.Process]:
    import psutil

    # There is no better way: flock(2) tells nobody who holds a lock, and /proc/locks names only who took it first.
    for process in psutil.process_iter():
        if process.pid == os.getpid():
            continue
        try:
            if any(file.path == path for file in process.open_files()):
                yield process
        except (psutil.Error, OSError):  # gone, or somebody else's
            continue


def _belongs(process: psutil.Process, run: str) -> bool:
    import psutil

    try:
        return os.path.basename(process.environ().get(RUN_DIR_VARIABLE, "")) == run
    except (psutil.Error, OSError):
        return False


def _group(pid: int) -> int:
    """Returns the group of a process; 0 for one that is gone, and for our own."""
    try:
        group = os.getpgid(pid)
    except OSError:
        return 0
    return 0 if group == os.getpgrp() else group
