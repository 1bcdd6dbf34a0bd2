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
from typing import TYPE_CHECKING

from branchlab.errors import EnvironmentProblemError
from branchlab.running.place import OUTPUT_FILE
from branchlab.running.stopping import mark_stopped, signal_group, was_stopped
from branchlab.text import safe_text
from branchlab.tracking.location import RUN_DIR_VARIABLE
from branchlab.tracking.usage import peak_memory
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    import resource
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import BinaryIO

    from branchlab.running.stopping import StopRequest

_POLL_SECONDS = 0.05  # so late a line of output is shown, and a stop is passed on
_BLIND_SECONDS = 0.01  # without a pidfd this is what a run lasts longer than its command
_PEAK_UNIT = 1 if sys.platform == "darwin" else 1024  # bytes in `ru_maxrss`
# A hook, an alias or a rebase around us must not lead the command's own git astray.
_HIDDEN = ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY")


class Ended(NamedTuple):
    """How a command ended.

    Attributes:
        exit_code: negative for the signal that ended it.
        seconds: wall time.
        stopped: the user asked for it.
        cpu_seconds: of the command and of all below it that was waited for; None when unknown.
        peak_memory: bytes of the largest of these processes; None when unknown.
    """

    exit_code: int
    seconds: float
    stopped: bool
    cpu_seconds: float | None = None
    peak_memory: int | None = None


def start_command(
    command: Sequence[str],
    *,
    cwd: str,
    folder: str,
    lock: int,
    fallback: str = "",
    environment: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Starts a command with its output going to the run folder's `output.log`.

    Args:
        command: argument list; a program with a slash that is missing in `cwd` is taken from `fallback`.
        cwd: the project's folder in the worktree of the run.
        folder: the run folder.
        lock: descriptor of the run's lock, which the command inherits.
        fallback: the project's folder in the user's tree.
        environment: variables that it gets beside ours.

    Raises:
        EnvironmentProblemError: when the program cannot be started.
    """
    hidden = {key: value for key, value in os.environ.items() if key not in _HIDDEN}
    # PWD is ours still, and a shell or a build tool that believes it would work in the user's tree.
    own = {RUN_DIR_VARIABLE: folder, "PYTHONUNBUFFERED": "1", "PWD": cwd}
    with open(os.path.join(folder, OUTPUT_FILE), "ab") as log:
        try:
            return subprocess.Popen(
                [find_program(command[0], cwd, fallback), *command[1:]],
                cwd=cwd,
                env={**hidden, **own, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C in the terminal reaches us alone, and `follow` passes it on
                pass_fds=(lock,),  # design 0006: the run is alive as long as one of its processes holds it
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
    usage: resource.struct_rusage | None = None
    with _open_log(folder) as log, _end_of(process) as pause:
        while True:
            pause()
            usage = _reap(process)
            # Asked before the log is read: the other way round its last words could come in between and be lost.
            ended = process.returncode is not None
            while chunk := log.read(1 << 16):
                show(chunk)
            if ended:
                break
            wanted = stop.signal_now()
            if wanted and wanted != sent:
                # Before the signal: a command that ends at once would be called failed.
                mark_stopped(folder)
                signal_group(process.pid, wanted)
                sent = wanted
    # A server or a loader that it left behind would hold the lock, and so the run, for ever (design 0006).
    signal_group(process.pid, signal.SIGKILL)
    ended_after = time.monotonic() - started
    return Ended(process.returncode, ended_after, sent is not None or was_stopped(folder), *_used(usage))


def _reap(process: subprocess.Popen[bytes]) -> resource.struct_rusage | None:
    """Takes the end of a process from the kernel, with what it used, if it has come; `returncode` says so then."""
    if process.returncode is not None:
        return None
    try:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
    except ChildProcessError:  # somebody else took it
        process.poll()
        return None
    if not pid:
        return None
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage


def _used(usage: resource.struct_rusage | None) -> tuple[float | None, int | None]:
    """Returns CPU seconds and peak memory in bytes.

    A new process is a copy of ours until it becomes the command, and the kernel counts the copy: a peak that is not
    above our own says nothing (getrusage(2), `ru_maxrss`).
    """
    if usage is None:
        return None, None
    peak = usage.ru_maxrss * _PEAK_UNIT
    return usage.ru_utime + usage.ru_stime, peak if peak > peak_memory() else None


def _open_log(folder: str) -> BinaryIO:
    """Opens the log; one that a quick command has removed already counts as empty, and `perform` says what happened."""
    try:
        return open(os.path.join(folder, OUTPUT_FILE), "rb")
    except (FileNotFoundError, NotADirectoryError):
        return open(os.devnull, "rb")


@contextmanager
def _end_of(process: subprocess.Popen[bytes]) -> Iterator[Callable[[], object]]:
    """Gives what waits a moment, and less where the kernel tells that the process has ended."""
    descriptor = _open_process(process.pid)
    if descriptor is None:
        yield lambda: time.sleep(_BLIND_SECONDS)
        return
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    try:
        yield lambda: poll.poll(_POLL_SECONDS * 1000)
    finally:
        os.close(descriptor)


def _open_process(pid: int) -> int | None:
    try:
        return os.pidfd_open(pid) if sys.platform == "linux" else None
    except OSError:  # a kernel before 5.3, or a process that has ended
        return None


def find_program(program: str, cwd: str, fallback: str) -> str:
    """Finds a program that is given by a path, such as `.venv/bin/python`, which no worktree has."""
    if "/" not in program or os.path.isabs(program) or os.path.exists(os.path.join(cwd, program)):
        return program
    own = os.path.join(fallback, program)
    return own if fallback and os.path.exists(own) else program
