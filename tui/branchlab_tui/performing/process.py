"""Runs a command in a session of its own and reads along: no prompt reaches the terminal, and it can be cancelled."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from branchlab.tuples import NamedTuple
from branchlab_tui.performing.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from branchlab_tui.performing.command import Command

GRACE = 5.0  # seconds from the request to stop to the kill
_POLL = 0.05  # seconds; nothing wakes the thread when it is cancelled
_DRAIN = 6  # looks in vain after the end; what a helper that outlives the command keeps open, as ssh's, is left then
_CHUNK = 1 << 16
_MOST = 1 << 26  # bytes of data that are kept; what is beyond is read as well, or the command would wait for ever


class Ended(NamedTuple):
    """How a command ended.

    Attributes:
        code: its exit code, negative for a signal.
        out: its data.
        words: what it said.
        seconds: how long it took.
        cancelled: whether the user cancelled it.
        cut: whether there was more data than is kept.
    """

    code: int
    out: str
    words: str
    seconds: float
    cancelled: bool = False
    cut: bool = False


class Process:
    """One command; `run` blocks its thread, `cancel` may be called from any other."""

    def __init__(self, command: Command, cwd: str) -> None:
        self.command = command
        self._cwd = cwd
        self._words = Words()
        self._out = bytearray()
        self._asked = 0
        self._asked_at = 0.0
        self._sent: signal.Signals | None = None

    def cancel(self) -> None:
        """Asks the command to stop, as Ctrl-C would; the second time it is killed."""
        self._asked += 1
        self._asked_at = self._asked_at or time.monotonic()

    def run(self, progress: Callable[[str], None]) -> Ended:
        """Runs to the end; `progress` is told what the command shows on its way.

        Raises:
            OSError: when it cannot be started.
        """
        began = time.monotonic()
        master, slave = os.openpty()  # on a terminal a command tells how far it is
        try:
            process = self._start(slave)
            try:
                self._read_along(process, master, progress)
                self._wait(process)
            finally:
                if process.stdout:
                    process.stdout.close()
                if process.returncode is None:
                    _signal(process, signal.SIGKILL)
                    process.wait()
        finally:
            os.close(master)
        self._words.end()
        out = self._out.decode(errors="surrogateescape")
        took, cut = time.monotonic() - began, len(self._out) >= _MOST
        return Ended(process.returncode, out, self._words.text, took, self._asked > 0, cut)

    def _start(self, terminal: int) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(
                self.command.argv,
                cwd=self._cwd,
                env=quiet_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=terminal,
                start_new_session=True,  # a group that signals go to, and no /dev/tty on which ssh could ask
            )
        finally:
            os.close(terminal)  # ours; while it is open the other side never ends

    def _read_along(self, process: subprocess.Popen[bytes], master: int, progress: Callable[[str], None]) -> None:
        """Reads both streams until they end, or nothing more comes from what outlives the command."""
        shown, in_vain = "", 0
        with selectors.DefaultSelector() as selector:
            selector.register(master, selectors.EVENT_READ, self._words.take)
            if process.stdout:
                selector.register(process.stdout.fileno(), selectors.EVENT_READ, self._keep)
            while selector.get_map():
                # In this order, and looks instead of seconds: what it wrote before its end lies there by the next look,
                # however long a busy machine lets this thread wait between two lines.
                over = process.poll() is not None
                ready = selector.select(_POLL)
                for key, _ in ready:
                    chunk = _read(key.fd)
                    if chunk:
                        key.data(chunk)
                    else:
                        selector.unregister(key.fd)
                if self._words.progress != shown:
                    shown = self._words.progress
                    progress(shown)
                self._press(process)
                in_vain = 0 if ready or not over else in_vain + 1
                if in_vain == _DRAIN:
                    return

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        while process.poll() is None:
            self._press(process)
            time.sleep(_POLL)

    def _keep(self, chunk: bytes) -> None:
        if len(self._out) < _MOST:
            self._out += chunk

    def _press(self, process: subprocess.Popen[bytes]) -> None:
        """Sends the signal that is due."""
        if not self._asked:
            return
        late = time.monotonic() - self._asked_at > GRACE
        due = signal.SIGKILL if self._asked > 1 or late else signal.SIGINT
        if due != self._sent:
            _signal(process, due)
            self._sent = due


def quiet_environment() -> dict[str, str]:
    """Returns an environment in which nothing asks on a terminal, pages, or paints."""
    own = {"GIT_TERMINAL_PROMPT": "0", "GIT_PAGER": "cat", "PAGER": "cat", "NO_COLOR": "1", "TERM": "xterm"}
    return {**os.environ, **own}


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with suppress(OSError):
        os.killpg(process.pid, number)


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, _CHUNK)
    except OSError:  # the other side of the terminal is closed
        return b""
