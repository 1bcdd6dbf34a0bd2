"""Runs a full-screen program in a pseudo-terminal, presses keys, and times and counts what it writes back.

Nothing is emulated: bytes are counted and dropped. Questions that a terminal would answer are answered, because
programs wait for that, or draw otherwise (synchronised output) when nothing comes.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import statistics
import struct
import sys
import termios
import time
from typing import TYPE_CHECKING, NamedTuple, Self

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_QUIET = 0.08  # seconds without a byte after which a reply is complete; several frames of a program at 60 Hz
_BLOCK = 1 << 16

# What a terminal is asked (without its answer the program waits, or does without) and what xterm would say.
_ANSWERS: tuple[tuple[bytes, bytes], ...] = (
    (rb"\x1b\[\?2026\$p", b"\x1b[?2026;2$y"),  # synchronised output: known, off
    (rb"\x1b\[\?2048\$p", b"\x1b[?2048;0$y"),  # sizes by message: unknown
    (rb"\x1b\[\?1016\$p", b"\x1b[?1016;0$y"),  # mouse in pixels: unknown
    (rb"\x1b\[0?c", b"\x1b[?62;22c"),
    (rb"\x1b\[>0?q", b"\x1bP>|XTerm(390)\x1b\\"),
    (rb"\x1b\[6n", b"\x1b[1;1R"),
    (rb"\x1b\]11;\?(?:\x07|\x1b\\)", b"\x1b]11;rgb:0000/0000/0000\x1b\\"),
)

KEYS = {
    "down": "\x1b[B",
    "up": "\x1b[A",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "pagedown": "\x1b[6~",
    "pageup": "\x1b[5~",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "enter": "\r",
    "escape": "\x1b",
}


class Reply(NamedTuple):
    """What came back: seconds to the first and to the last byte, nan for none; how many bytes, and which."""

    first: float
    last: float
    size: int
    data: bytes


class Costs(NamedTuple):
    """Medians and worst cases over several replies: seconds to the first and last byte, and bytes."""

    first: float
    last: float
    worst: float
    size: float
    most: int


class Terminal:
    """A program in a pseudo-terminal; use it in `with`, which ends the program.

    Args:
        command: the program and its arguments.
        columns: width of the terminal.
        rows: height of the terminal.
        environment: variables besides those of this process.
    """

    def __init__(
        self,
        command: Sequence[str],
        columns: int = 160,
        rows: int = 45,
        environment: Mapping[str, str] | None = None,
        folder: str | None = None,
    ) -> None:
        self.started = time.perf_counter()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            _become(command, environment or {}, folder)
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.set_blocking(self._fd, False)

    def __enter__(self) -> Self:
        """Returns itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Ends the program."""
        self.close()

    def read(self, quiet: float = _QUIET, limit: float = 10.0, until: bytes = b"") -> Reply:
        """Reads until nothing came for `quiet` seconds.

        Args:
            quiet: seconds; counted from the first byte on.
            limit: seconds to wait for anything at all, and for the end.
            until: stop as soon as this was written.
        """
        begin = time.perf_counter()
        first = last = float("nan")
        data = b""
        while (now := time.perf_counter()) - begin < limit:
            wait = quiet - (now - begin - last) if data else limit
            if wait <= 0 or not select.select([self._fd], [], [], min(wait, limit))[0]:
                break
            try:
                block = os.read(self._fd, _BLOCK)
            except BlockingIOError:
                continue
            except OSError:  # the program ended
                break
            last = time.perf_counter() - begin
            first = last if not data else first
            data += block
            self._answer(block)
            if until and until in data:
                break
        return Reply(first, last, len(data), data)

    def send(self, keys: str, quiet: float = _QUIET, limit: float = 10.0) -> Reply:
        """Presses a key, one of `KEYS` or a text, and reads what comes back."""
        os.write(self._fd, KEYS.get(keys, keys).encode())
        return self.read(quiet, limit)

    def press(self, keys: str, times: int = 20) -> Costs:
        """Presses a key several times, each after the last reply is complete; silent replies do not count."""
        replies = [self.send(keys, limit=0.5) for _ in range(times)]
        heard = [reply for reply in replies if reply.size] or [Reply(0.0, 0.0, 0, b"")]
        return Costs(
            statistics.median(reply.first for reply in heard),
            statistics.median(reply.last for reply in heard),
            max(reply.last for reply in heard),
            statistics.median(reply.size for reply in heard),
            max(reply.size for reply in heard),
        )

    def hold(self, key: str, times: int = 60, rate: float = 30.0) -> tuple[float, float, int]:
        """Holds a key; returns the CPU share meanwhile, seconds from the last press to the last byte, and bytes."""
        used, began, size = self.cpu(), time.perf_counter(), 0
        for turn in range(1, times + 1):
            os.write(self._fd, KEYS.get(key, key).encode())
            while (left := began + turn / rate - time.perf_counter()) > 0:
                size += self.read(quiet=0.001, limit=left).size
        share = (self.cpu() - used) / (time.perf_counter() - began)
        rest = self.read(limit=1.0)
        return share, 1 / rate + (rest.last if rest.size else 0.0), size + rest.size

    def cpu(self) -> float:
        """Returns the seconds of CPU the program has used so far (Linux only; 0 elsewhere)."""
        try:
            with open(f"/proc/{self.pid}/stat", "rb") as stat:
                fields = stat.read().rpartition(b")")[2].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> int:
        """Returns the bytes of memory that the program holds (Linux only; 0 elsewhere)."""
        try:
            with open(f"/proc/{self.pid}/statm", "rb") as stat:
                return int(stat.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        except OSError:
            return 0

    def idle(self, seconds: float) -> tuple[float, int]:
        """Waits; returns the CPU share and the bytes written meanwhile."""
        used, began, size = self.cpu(), time.perf_counter(), 0
        while (left := began + seconds - time.perf_counter()) > 0:
            size += self.read(quiet=left, limit=left).size
        return (self.cpu() - used) / seconds, size

    def resize(self, columns: int, rows: int) -> Reply:
        """Changes the size of the terminal and reads what is drawn."""
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.kill(self.pid, signal.SIGWINCH)
        return self.read()

    def close(self) -> None:
        """Ends the program and the terminal."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, 0)
        with contextlib.suppress(OSError):
            os.close(self._fd)

    def _answer(self, block: bytes) -> None:
        for question, answer in _ANSWERS:
            for _ in re.finditer(question, block):
                os.write(self._fd, answer)


def _become(command: Sequence[str], environment: Mapping[str, str], folder: str | None) -> None:
    """Turns the forked process into the program."""
    if folder is not None:
        os.chdir(folder)
    terminal = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "PYTHONDONTWRITEBYTECODE")}
    try:
        os.execvpe(command[0], list(command), kept | terminal | dict(environment))  # noqa: S606 - no shell is the point
    finally:
        os._exit(127)


def measure_table(rows: int = 10_000, columns: int = 25) -> None:
    """Prints what the keys of the table's demo cost."""
    command = [sys.executable, "-m", "branchlab_tui.widgets.table", str(rows), str(columns)]
    with Terminal(command) as terminal:
        begin = terminal.read(until=b"experiment")
        terminal.read(quiet=0.5)
        print(f"first rows {begin.last * 1e3:.0f} ms, {terminal.memory() / 1e6:.0f} MB, load {os.getloadavg()[0]:.1f}")
        for what, key, times in (
            ("row down", "j", 12),
            ("column right", "l", 5),
            ("page down", "pagedown", 12),
            ("page up, drawn before", "pageup", 10),
            ("half a page", "\x04", 10),
            ("last row", "G", 1),
            ("mark", " ", 10),
            ("sort", "s", 8),
        ):
            cost = terminal.press(key, times)
            print(
                f"{what:24}{cost.first * 1e3:7.1f} ms first{cost.last * 1e3:7.1f} ms last"
                f"{cost.worst * 1e3:7.1f} worst{cost.size:9.0f} B{cost.most:9d} most"
            )
        terminal.send("g")
        share, late, size = terminal.hold("j", 90)
        print(
            f"j held at 30 Hz: {share:.0%} CPU, done {late * 1e3:.0f} ms after the last press, {size / 90:.0f} B a key"
        )
        print("idle: {:.1%} CPU, {} B".format(*terminal.idle(2.0)))


if __name__ == "__main__":
    measure_table(*(int(argument) for argument in sys.argv[1:3]))
