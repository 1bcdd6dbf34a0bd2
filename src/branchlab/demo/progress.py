"""How far the demo is: a line for what is done and, on a terminal, one that moves for what is being done."""

from __future__ import annotations

import time
from typing import TextIO

from branchlab.report.width import wrap
from branchlab.text import format_duration

FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
CLEAR_LINE = "\r\x1b[2K"

_NAME = 25


class Progress:
    """Shows steps on a stream of so many columns, 0 for any; without a terminal only those that are done."""

    def __init__(self, stream: TextIO, *, total: int, moving: bool, width: int = 0) -> None:
        self._stream = stream
        self._total = total
        self._moving = moving
        self._width = width
        self._done = 0
        self._frame = 0
        self._running: dict[str, float] = {}

    def start(self, name: str) -> None:
        """Shows that a step has begun."""
        self._running[name] = time.monotonic()
        self.tick()

    def finish(self, name: str, mark: str, remark: str) -> None:
        """Shows that a step is done, and with what result."""
        seconds = time.monotonic() - self._running.pop(name)
        self._done += 1
        count = f"{self._done:>{len(str(self._total))}}/{self._total}"
        head = f"{count} {mark} {name:<{_NAME}} {format_duration(seconds):>6}  "
        lines = wrap(head + remark, self._width or None, len(head))
        self._write(self._clear() + "".join(f"{line}\n" for line in lines))
        self.tick()

    def tick(self) -> None:
        """Moves the line of running steps on by one frame; called several times a second."""
        if not self._moving:
            return
        self._frame = (self._frame + 1) % len(FRAMES)
        line = f"{FRAMES[self._frame]} {', '.join(self._running)}" if self._running else ""
        # One column is left free: at the last one a terminal may wrap, and the next clearing would miss a line.
        self._write(self._clear() + line[: (self._width or 80) - 1])

    def _clear(self) -> str:
        return CLEAR_LINE if self._moving else ""

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
