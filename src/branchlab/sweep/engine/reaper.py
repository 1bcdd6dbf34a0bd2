"""Ends what a dead engine left running.

A command lives in a session of its own, so that Ctrl-C is for the engine to answer; it would also outlive an engine
that was killed. So the engine starts this file as a process of its own, and tells it through a pipe what it starts.
The kernel closes the pipe when the engine is gone, however it died.

What is told: `+<folder>` before a command begins in a run folder, `<pid> <folder>` when its process group is known,
`-<folder>` when it has ended. What a command left behind in a session of its own is found by its environment, and ends
with the engine. The process uses the standard library alone: it starts in 15 ms and stays small.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

GRACE_SECONDS = 2.0  # `recover` waits for both signals before it takes a command for one that goes on
_VARIABLE = "BRANCHLAB_RUN_DIR"  # `tracking.location` has it too; this file runs alone and imports nothing of ours
_LOOK_SECONDS = 0.05


class Reaper:
    """The engine's end of the pipe; may be used from several threads.

    A reaper that was killed is replaced by one that knows what runs.
    """

    def __init__(self) -> None:
        """Starts the process."""
        self._lock = threading.Lock()
        self._alive: dict[str, int] = {}
        self._ended: dict[str, None] = {}  # kept to the end: a daemon of an early trial still carries its run folder
        self._process = _start()

    def expect(self, folder: str) -> None:
        """Says that a command is about to begin in a run folder."""
        self._note(folder, 0)

    def watch(self, folder: str, pid: int) -> None:
        """Says which process group the command is."""
        self._note(folder, pid)

    def forget(self, folder: str) -> None:
        """Says that nothing is left of the command."""
        with self._lock:
            self._alive.pop(folder, None)
            self._ended[folder] = None
            self._tell(f"-{folder}")

    def close(self) -> None:
        """Ends the process and kills what it still knows of."""
        with self._lock:
            if self._process.stdin:
                # the other side reads the end of its input, and that is the order to end all
                self._process.stdin.close()
            self._process.wait()

    def _note(self, folder: str, pid: int) -> None:
        with self._lock:
            self._alive[folder] = pid
            self._tell(_line(folder, pid))

    def _tell(self, line: str) -> None:
        """Writes one line; the pipe is unbuffered, so it is out of our hands at once."""
        try:
            _write(self._process, line)
        except OSError:  # somebody killed the reaper
            self._process.wait()
            self._process = _start()
            for folder in self._ended:
                _write(self._process, f"-{folder}")
            for folder, pid in self._alive.items():
                _write(self._process, _line(folder, pid))


def _start() -> subprocess.Popen[bytes]:
    # -I -S: neither PYTHONPATH nor site-packages run in it. A session of its own, so that Ctrl-C in the
    # terminal, or its end, does not reach it; cwd="/" so that no folder is kept busy.
    arguments = [sys.executable, "-I", "-S", __file__]
    return subprocess.Popen(
        arguments, cwd="/", stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True, bufsize=0
    )


def _line(folder: str, pid: int) -> str:
    return f"{pid} {folder}" if pid else f"+{folder}"


def _write(process: subprocess.Popen[bytes], line: str) -> None:
    if process.stdin:
        process.stdin.write(os.fsencode(line) + b"\0")  # a folder may have a line feed in its name


def main() -> None:
    """Listens until the pipe is closed, then ends what is left: SIGTERM first, SIGKILL after `GRACE_SECONDS`."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: dict[bytes, int] = {}
    ended: set[bytes] = set()
    rest = b""
    while chunk := os.read(0, 1 << 16):
        *lines, rest = (rest + chunk).split(b"\0")
        for line in lines:
            _take(groups, ended, line)
    end_all(groups, ended)


def _take(groups: dict[bytes, int], ended: set[bytes], line: bytes) -> None:
    if line[:1] == b"-":
        groups.pop(line[1:], None)
        ended.add(line[1:])
    elif line[:1] == b"+":
        groups[line[1:]] = 0
    else:
        pid, _, folder = line.partition(b" ")
        groups[folder] = int(pid)


def end_all(groups: dict[bytes, int], ended: set[bytes]) -> None:
    """Ends process groups, and whatever else says in its environment that it belongs to these run folders."""
    known = {pid for pid in groups.values() if pid}
    folders = ended.union(groups)
    for number, patience in ((signal.SIGTERM, GRACE_SECONDS), (signal.SIGKILL, GRACE_SECONDS)):
        deadline = time.monotonic() + patience
        # the groups, and apart from them who left one and still carries a run folder in its environment
        for group in known:
            _kill(-group, number)
        for pid in _strays(folders):
            _kill(pid, number)
        while any(map(_is_there, known)) or _strays(folders):
            if time.monotonic() > deadline:
                break
            time.sleep(_LOOK_SECONDS)
        else:
            return


def _strays(folders: set[bytes]) -> list[int]:
    """Returns processes by their environment, where the system shows it: of a command that began as the engine died."""
    found = []
    for name in _numbers():
        try:
            with open(f"/proc/{name}/environ", "rb") as file:
                variables = file.read().split(b"\0")
        except OSError:
            continue
        if any(variable.partition(b"=")[2] in folders for variable in variables if variable.startswith(_PREFIX)):
            found.append(int(name))
    return found


_PREFIX = f"{_VARIABLE}=".encode()


def _is_there(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _is_dead(group)


def _is_dead(group: int) -> bool:
    """Tells whether all that is left of a group waits for somebody to take note of its end."""
    states = []
    for name in _numbers():
        try:
            with open(f"/proc/{name}/stat", "rb") as file:
                # the name of the program comes first, in brackets, and may hold brackets itself (proc_pid_stat(5))
                state, _, of = file.read().rpartition(b") ")[2].split(b" ")[:3]
        except (OSError, ValueError):
            continue
        if int(of) == group:
            states.append(state)
    return bool(states) and all(state in b"ZX" for state in states)


def _numbers() -> list[str]:
    try:
        return [name for name in os.listdir("/proc") if name.isdigit()]
    except OSError:  # a system without it
        return []


def _kill(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except OSError:
        return


if __name__ == "__main__":
    main()
