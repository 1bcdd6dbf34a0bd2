"""Starts a session that goes on when its terminal is closed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from branchlab.errors import EnvironmentProblemError
from branchlab.sweep.engine.lock import LOG_FILE, engines, sweep_folder
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.git.repository import Repository

_PATIENCE_SECONDS = 60.0  # after that it is left to itself, and its log tells the rest
_LOOK_SECONDS = 0.05
_TAIL_BYTES = 4096


class Detached(NamedTuple):
    """A session that runs on its own.

    Attributes:
        pid: its process.
        log: what it says.
        ended: it has ended already, with this exit code; None while it runs.
    """

    pid: int
    log: str
    ended: int | None = None


def detach(repository: Repository, sweep: str, part: str, words: Sequence[str], cwd: str) -> Detached:
    """Starts `branchlab WORDS` in a session of its own and waits until it holds the lock of its sweep.

    Args:
        repository: of the project.
        sweep: its name.
        part: which share of it.
        words: the command line.
        cwd: the folder that it is started in.

    Raises:
        EnvironmentProblemError: when it ends with an error before it has begun; the message is its own.
    """
    folder = sweep_folder(repository, sweep, part)
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, LOG_FILE)
    with open(path, "ab") as log:  # each session adds to it: what this one says begins at `began`
        began = log.tell()
        process = subprocess.Popen(
            # -P: without it `python -m` looks in the working folder first, and runs a project's own json.py
            [sys.executable, "-P", "-m", "branchlab.cli.main", *words],
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        code = process.poll()
        if code:
            raise EnvironmentProblemError(_last_words(path, began) or f"it ended with exit code {code}", f"see {path}")
        # 0 before we looked: there was nothing left to run
        if code == 0 or any(holder.pid == process.pid for holder in engines(repository, sweep)):
            return Detached(process.pid, path, code)
        time.sleep(_LOOK_SECONDS)
    return Detached(process.pid, path)


def _last_words(path: str, began: int) -> str:
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        file.seek(max(began, size - _TAIL_BYTES))
        lines = file.read().decode(errors="replace").splitlines()
    said = next((line for line in reversed(lines) if line.strip()), "")
    return safe_text(said.removeprefix("branchlab: error: "))
