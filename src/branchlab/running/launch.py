"""Starts the command of a run in its own process group and follows it to its end.

The command writes straight into `output.log` and we read along. So it survives the death of branchlab: what it trains
goes on, keeps the run's lock, and can be recorded when it is done.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from branchlab.errors import EnvironmentProblemError
from branchlab.running.stopping import signal_group
from branchlab.text import safe_text
from branchlab.tracking.location import RUN_DIR_VARIABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import BinaryIO

    from branchlab.running.stopping import StopRequest

OUTPUT_FILE = "output.log"
_POLL_SECONDS = 0.05
# A hook, an alias or a rebase around us must not lead the command's own git astray.
_HIDDEN = ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY")


class Ended(NamedTuple):
    """How a command ended.

    Attributes:
        exit_code: negative for the signal that ended it.
        seconds: wall time.
        stopped: the user asked for it.
    """

    exit_code: int
    seconds: float
    stopped: bool


def start_command(
    command: Sequence[str], *, cwd: str, folder: str, lock: int, fallback: str = ""
) -> subprocess.Popen[bytes]:
    """Starts a command with its output going to the run folder's `output.log`.

    Args:
        command: argument list; a program with a slash that is missing in `cwd` is taken from `fallback`.
        cwd: the project's folder in the worktree of the run.
        folder: the run folder.
        lock: descriptor of the run's lock, which the command inherits.
        fallback: the project's folder in the user's tree.

    Raises:
        EnvironmentProblemError: when the program cannot be started.
    """
    hidden = {key: value for key, value in os.environ.items() if key not in _HIDDEN}
    environment = hidden | {RUN_DIR_VARIABLE: folder, "PYTHONUNBUFFERED": "1", "PWD": cwd}
    with open(os.path.join(folder, OUTPUT_FILE), "ab") as log:
        try:
            return subprocess.Popen(
                [_program(command[0], cwd, fallback), *command[1:]],
                cwd=cwd,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=(lock,),
            )
        except OSError as error:
            reason = "it is not on the PATH" if isinstance(error, FileNotFoundError) else error.strerror
            raise EnvironmentProblemError(
                f"{safe_text(command[0])} cannot be started: {reason}", "check the command after --"
            ) from None


def follow(process: subprocess.Popen[bytes], folder: str, stop: StopRequest, show: Callable[[bytes], None]) -> Ended:
    """Waits for the command, hands on its output as it comes, and passes on requests to stop.

    What the command left running in its process group is ended with it.
    """
    started = time.monotonic()
    sent: signal.Signals | None = None
    with _open_log(folder) as log, _end_of(process) as wait:
        while True:
            ended = wait()
            while chunk := log.read(1 << 16):
                show(chunk)
            if ended:
                break
            wanted = stop.signal_now()
            if wanted and wanted != sent:
                signal_group(process.pid, wanted)
                sent = wanted
    signal_group(process.pid, signal.SIGKILL)
    return Ended(process.returncode, time.monotonic() - started, stopped=sent is not None)


def _open_log(folder: str) -> BinaryIO:
    """Opens the log; one that a quick command has removed already counts as empty, and `perform` says what happened."""
    try:
        return open(os.path.join(folder, OUTPUT_FILE), "rb")
    except (FileNotFoundError, NotADirectoryError):
        return open(os.devnull, "rb")


@contextmanager
def _end_of(process: subprocess.Popen[bytes]) -> Iterator[Callable[[], bool]]:
    """Gives what waits a moment for the end of a process and tells whether it came.

    Where the kernel can tell, it does: `Popen.wait` with a time limit looks 150 times a second, and sees an end late.
    """
    descriptor = _open_process(process.pid)
    if descriptor is None:
        yield lambda: _wait(process)
        return
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)

    def wait() -> bool:
        poll.poll(_POLL_SECONDS * 1000)
        return process.poll() is not None

    try:
        yield wait
    finally:
        os.close(descriptor)


def _open_process(pid: int) -> int | None:
    try:
        return os.pidfd_open(pid) if sys.platform == "linux" else None
    except OSError:  # a kernel before 5.3
        return None


def _wait(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(_POLL_SECONDS)
    except subprocess.TimeoutExpired:
        return False
    return True


def _program(program: str, cwd: str, fallback: str) -> str:
    """Finds a program that is given by a path, such as `.venv/bin/python`, which no worktree has."""
    if "/" not in program or os.path.isabs(program) or os.path.exists(os.path.join(cwd, program)):
        return program
    own = os.path.join(fallback, program)
    return own if fallback and os.path.exists(own) else program
