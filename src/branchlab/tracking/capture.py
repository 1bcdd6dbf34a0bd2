"""Starts the capture of the code that a run by hand is running, beside the training, which does not wait for it.

`branchlab.running.capture` does the work, in a process of its own. It holds `capture.log` locked while it is at work
and leaves `capture.json` when it is done: readers know whether to wait, also after it was killed.
"""

from __future__ import annotations

import fcntl
import os
import sys
import time

CAPTURE_VARIABLE = "BRANCHLAB_CAPTURE"
CAPTURE_FILE = "capture.json"
CAPTURE_LOG = "capture.log"

_ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# The script may have found branchlab on a path of its own, which a bare interpreter would not know.
_PROGRAM = "import sys; sys.path.append(sys.argv[1]); from branchlab.running.capture import main; main(*sys.argv[2:])"
_SHELL = "/bin/sh"


def start_capture(folder: str) -> None:
    """Starts to capture the code of the run of this folder; nothing happens where that is switched off or impossible.

    The shell puts the work into the background and ends at once, so that no child is left for the training to wait for.
    """
    python = sys.executable
    # In a frozen program, or one with Python inside, this would start the program itself once more.
    if os.environ.get(CAPTURE_VARIABLE) == "0" or getattr(sys, "frozen", False) or "py" not in _name(python):
        return
    work = [python, "-I", "-S", "-c", _PROGRAM, _ROOT, folder, f"{began():.6f}"]
    try:
        _spawn(folder, [_SHELL, "-c", '"$@" &', "sh", *work])
    except (OSError, ValueError, NotImplementedError):
        return


def is_capturing(folder: str) -> bool:
    """Tells whether the code of the run of this folder is being captured now."""
    from branchlab.tracking.state import is_locked

    return is_locked(os.path.join(folder, CAPTURE_LOG))


def began() -> float:
    """Returns when this program began, in seconds since the epoch: it may have read its code long before the run.

    A forked child has the code of its parent. Where the system does not tell (outside of Linux), it is now.
    """
    try:
        command, parent, began = _process("self")
    except (OSError, ValueError):
        return time.time()
    while True:
        try:
            other, above, earlier = _process(parent)
        except (OSError, ValueError):  # hidden, or the first of a container
            break
        if other != command:
            break
        parent, began = above, earlier
    age = time.clock_gettime(time.CLOCK_BOOTTIME) - began
    return time.time() - max(0.0, age)


def _process(pid: str) -> tuple[bytes, str, float]:
    """Returns command line, parent, and the end of the clock tick in which a process began, in seconds since boot."""
    with open(f"/proc/{pid}/cmdline", "rb") as file:
        command = file.read()
    with open(f"/proc/{pid}/stat", "rb") as file:
        fields = file.read().rpartition(b")")[2].split()
    return command, fields[1].decode(), (int(fields[19]) + 1) / os.sysconf("SC_CLK_TCK")


def _spawn(folder: str, command: list[str]) -> None:
    """Starts a command whose words go to the log, which stays locked until it ends."""
    log = os.open(os.path.join(folder, CAPTURE_LOG), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_APPEND, 0o644)
    try:
        fcntl.flock(log, fcntl.LOCK_EX)  # a reader who looks at it now does so for microseconds
        streams = [
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_DUP2, log, 2),
        ]
        # Not `fork`: this process may have threads, a GPU, and far more memory than can be copied.
        process = os.posix_spawn(command[0], command, os.environ, file_actions=streams)
    finally:
        os.close(log)
    try:
        os.waitpid(process, 0)
    except ChildProcessError:  # the training waits for all its children itself
        return


def _name(path: str | None) -> str:
    return os.path.basename(path or "").lower()
