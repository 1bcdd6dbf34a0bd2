"""How far the demo is: a line for what is done and, on a terminal, one that moves for what is being done."""

from __future__ import annotations

import time
from typing import TextIO

from branchlab.text import format_duration

FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
CLEAR_LINE = "\r\x1b[2K"


class Progress:
    """Shows steps on a stream; without a terminal only those that are done."""

    def __init__(self, stream: TextIO, *, total: int, moving: bool) -> None:
        self._stream = stream
        self._total = total
        self._moving = moving
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
        self._write(f"{self._clear()}{count} {mark} {name:<31} {format_duration(seconds):>6}  {remark}\n")
        self.tick()

    def tick(self) -> None:
        """Moves the line of running steps on by one frame; called several times a second."""
        if not self._moving:
            return
        self._frame = (self._frame + 1) % len(FRAMES)
        line = f"{FRAMES[self._frame]} {', '.join(self._running)}" if self._running else ""
        self._write(self._clear() + line[:79])

    def _clear(self) -> str:
        return CLEAR_LINE if self._moving else ""

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
