"""Ctrl-C, a closed terminal and a polite kill: the command is stopped first, and what it logged is kept."""

from __future__ import annotations

import os
import signal
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from branchlab.tracking.location import STOPPED_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

GRACE_SECONDS = 10.0  # a training may write its last checkpoint
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequest:
    """Counts how often the user asked to stop.

    The first asks the command to end (SIGINT, then SIGTERM after `GRACE_SECONDS`, then SIGKILL), the second kills.
    """

    def __init__(self) -> None:
        self.count = 0
        self.first = 0.0

    def ask(self) -> None:
        """Takes one more request."""
        self.first = self.first or time.monotonic()
        self.count += 1

    def signal_now(self) -> signal.Signals | None:
        """Returns what the command should be sent by now."""
        if not self.count:
            return None
        waited = time.monotonic() - self.first
        if self.count > 1 or waited > 2 * GRACE_SECONDS:
            return signal.SIGKILL
        return signal.SIGTERM if waited > GRACE_SECONDS else signal.SIGINT


@contextmanager
def listen_for_stop() -> Iterator[StopRequest]:
    """Turns the signals that end a program into a `StopRequest` while the block runs (main thread only).

    A closed pipe does not end the program either: writing to it raises `BrokenPipeError`.
    """
    request = StopRequest()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        request.ask()

    before = {number: signal.signal(number, on_signal) for number in _SIGNALS}
    # Whoever reads the output may go away; the run must not.
    before[signal.SIGPIPE] = signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    try:
        yield request
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def signal_group(group: int, number: signal.Signals) -> None:
    """Sends a signal to a whole process group; one that is gone is fine."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return


def mark_stopped(folder: str) -> None:
    """Leaves word in a run folder that its command is asked to end, for who watches it and for the command itself."""
    with suppress(OSError), open(os.path.join(folder, STOPPED_FILE), "wb"):
        return


def was_stopped(folder: str) -> bool:
    """Tells whether somebody else asked the command of a run to end."""
    return os.path.exists(os.path.join(folder, STOPPED_FILE))
