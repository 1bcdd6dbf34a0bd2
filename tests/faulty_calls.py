"""Runs command lines of which one system call is struck: its process is killed before it, or it fails."""

from __future__ import annotations

import errno
import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from struck_process import Blow
from waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ERRORS", "INTERRUPTIBLE", "Blow", "Striker", "Struck", "make_striker"]

SERVER = Path(__file__).with_name("struck_process.py")
COMMANDS = ("archive", "ls", "push", "record", "rename", "restore", "rm", "run")
SECONDS = 90
ERRORS = {name: getattr(errno, name) for name in ("ENOSPC", "EIO", "EROFS", "EINTR")}
INTERRUPTIBLE = ("write", "pwrite64", "writev", "open", "openat", "fsync", "fdatasync", "ftruncate", "flock")
NEVER = Blow()


class Struck(NamedTuple):
    """How a struck command ended.

    Attributes:
        code: of the command itself; negative for a signal.
        out: what it printed.
        err: the same, for people.
        calls: every call that counted, one line each.
        struck: what was struck, in words; empty when the command ended before.
    """

    code: int
    out: str
    err: str
    calls: list[str]
    struck: str

    def __repr__(self) -> str:
        """Shows what a failed test needs."""
        return f"Struck({self.struck or 'not'}, {len(self.calls)} calls, {self.code}, {self.out!r}, {self.err!r})"


class Striker:
    """A process in which commands are started, followed and struck."""

    def __init__(self) -> None:
        """Starts it; the modules of all commands are loaded then."""
        self._process = subprocess.Popen(
            [sys.executable, str(SERVER), *COMMANDS],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def strike(
        self, folder: Path, *command: str, blow: Blow = NEVER, environment: dict[str, str] | None = None
    ) -> Struck:
        """Runs a command line to its end, the early or the late one; without a blow it only lists the calls."""
        request: dict[str, Any] = {"folder": str(folder), "command": command, "environment": environment or {}}
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({**request, "blow": blow._asdict(), "seconds": SECONDS}) + "\n")
        self._process.stdin.flush()
        answer = Struck(**json.loads(self._process.stdout.readline()))
        assert "TIMED OUT" not in answer.struck, (command, blow, answer.err, answer.calls[-5:])
        return answer

    def close(self) -> None:
        """Ends it."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(PATIENCE)
        self._process.stdout.close()


def make_striker() -> Iterator[Striker]:
    """Yields one; skips where a process may not be followed."""
    if not sys.platform.startswith("linux") or platform.machine() != "x86_64":
        pytest.skip("system calls are struck on Linux on x86-64 only")
    striker = Striker()
    try:
        probe = striker.strike(Path(os.devnull).parent, "true")
        if probe.code != 0:
            pytest.skip(f"a process cannot be followed here: {probe.err.splitlines()[-1:]}")
        yield striker
    finally:
        striker.close()
