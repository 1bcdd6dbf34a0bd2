"""Starts what goes on when the program ends, such as a run; it has a session of its own and writes into a file."""

from __future__ import annotations

import subprocess
import tempfile
import time
from typing import IO, TYPE_CHECKING

from branchlab_tui.performing.process import Ended, quiet_environment
from branchlab_tui.performing.words import Words

if TYPE_CHECKING:
    from branchlab_tui.performing.command import Command

_MOST = 1 << 16  # bytes; the file is read once the command has ended


class Detached:
    """A command that nobody waits for; `look` tells when it has ended."""

    def __init__(self, command: Command, cwd: str) -> None:
        """Starts it.

        Raises:
            OSError: when it cannot be started.
        """
        self._began = time.monotonic()
        self._said: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - has no name and dies with the last process
        self._process = subprocess.Popen(
            command.argv,
            cwd=cwd,
            env=quiet_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._said,
            start_new_session=True,
        )

    def look(self) -> Ended | None:
        """Returns how it ended, None while it goes on."""
        code = self._process.poll()
        if code is None:
            return None
        self._said.seek(0)
        words = Words()
        words.take(self._said.read(_MOST))
        words.end()
        self._said.close()
        return Ended(code, "", words.text, time.monotonic() - self._began)

    def leave(self) -> None:
        """Lets it go on alone."""
        self._said.close()
        if self._process.poll() is None:
            self._process.returncode = 0  # else Python warns that it is still running, which is what is meant
