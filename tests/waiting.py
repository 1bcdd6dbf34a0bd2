"""Waiting for other processes: with a patience that no busy machine uses up, and Ctrl-C that is heard each time."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

# Seconds; what takes longer has failed. Fewer than the minute that commands of tests sleep: who waits until one of them
# ends by itself has failed, too.
PATIENCE = 45.0


def wait_until(holds: Callable[[], object], what: str = "this") -> None:
    """Waits until something holds.

    Raises:
        AssertionError: when it does not within `PATIENCE`.
    """
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, f"waited in vain for {what} to come true"
        time.sleep(0.01)


def press_ctrl_c(process: subprocess.Popen[bytes], times: int = 1, *, group: bool = False) -> None:
    """Sends SIGINT as often, each after the last was delivered: two that wait together are one to the system."""
    for _ in range(times):
        if process.poll() is None:
            (os.killpg if group else os.kill)(process.pid, signal.SIGINT)
        wait_until(lambda: not _is_pending(process.pid), "a signal to be taken")
        time.sleep(0.3)  # until the program has answered it


def _is_pending(pid: int) -> bool:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            name, _, mask = line.partition(":")
            if name in ("SigPnd", "ShdPnd") and int(mask, 16) >> (signal.SIGINT - 1) & 1:
                return True
    return False
