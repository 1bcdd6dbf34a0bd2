"""Shows live runs: a few lines each that are redrawn in place, or a line for each change."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Any

from branchlab.report import watch as report
from branchlab.report.width import display_width
from branchlab.tracking.reading import summary_metrics

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from branchlab.cli.terminal import Terminal
    from branchlab.project import Settings
    from branchlab.reading.pulse import Pulse
    from branchlab.reading.watching import Ended, Look

_CLEAR_BELOW = "\x1b[J"
_COLOUR = re.compile("\x1b\\[[0-9;]*m")
_LEAST_ROWS = 4  # that are drawn however low the terminal is


def json_line(value: dict[str, Any]) -> str:
    """Returns an object as one line of JSON; NaN and infinities are words in quotes."""
    from branchlab.report.formats import to_json

    # By way of `to_json`, which alone knows what becomes of a NaN.
    return json.dumps(json.loads(to_json(value)), separators=(",", ":"))


class Lines:
    """Writes a line for each run whose metrics, progress or state changed, and for each that ended."""

    def __init__(self, terminal: Terminal, live: Callable[[Pulse], str], ended: Callable[[Ended], str]) -> None:
        """Takes what makes the line of a live run and of one that ended."""
        self._stream = terminal.stdout
        self._live = live
        self._ended = ended
        self._shown: dict[str, Hashable] = {}

    def show(self, look: Look) -> None:
        """Writes what is new."""
        for pulse in look.live:
            state = _state(pulse)
            if self._shown.get(pulse.run) != state:
                self._shown[pulse.run] = state
                self._stream.write(f"{self._live(pulse)}\n")
        for ended in look.ended:
            self._shown.pop(ended.pulse.run, None)
            self._stream.write(f"{self._ended(ended)}\n")
        self._stream.flush()


def _state(pulse: Pulse) -> Hashable:
    progress = pulse.progress
    # As text, because a NaN differs from itself and would be news at every look.
    metrics = tuple((name, repr(value)) for name, value in summary_metrics(pulse.journal).items())
    return (pulse.phase, progress and (progress.done, progress.total), metrics)


class Block:
    """Draws the live runs in place, below lines that stay for those that ended."""

    def __init__(self, terminal: Terminal, settings: Settings, *, forever: bool) -> None:
        self._stream = terminal.stdout
        self._colour = terminal.colour
        self._settings = settings
        self._forever = forever
        self._columns: list[int] = []  # of each line that stands there

    def show(self, look: Look) -> None:
        """Draws everything anew, in one piece."""
        width, rows = self._size()
        stay = [report.ended_line(one, self._settings, width, colour=self._colour) for one in look.ended]
        # One column and one row less: the last column wraps, and behind the last line feed stands the cursor.
        lines = self._lines((*look.live, *look.waiting), width - 1, rows - 1)
        self._stream.write(self._rewind(width) + "".join(f"{line}\n" for line in (*stay, *lines)))
        self._stream.flush()
        self._columns = [display_width(_COLOUR.sub("", line)) for line in lines]

    def _size(self) -> tuple[int, int]:
        """Asks the terminal each time: it may have another size by now."""
        asked = os.environ.get("COLUMNS", "")
        try:
            columns, rows = os.get_terminal_size(self._stream.fileno())
        except OSError:
            columns, rows = 0, 0
        return int(asked) if asked.isdigit() and int(asked) else columns or 80, max(rows or 24, _LEAST_ROWS)

    def _rewind(self, width: int) -> str:
        """Returns what goes back to the first line; a terminal that became narrower has wrapped them."""
        # -(-a // b) rounds up; a line without a letter takes a row, too.
        rows = sum(max(1, -(-columns // width)) for columns in self._columns)
        return f"\r\x1b[{rows}A{_CLEAR_BELOW}" if rows else ""

    def _lines(self, pulses: Sequence[Pulse], width: int, most: int) -> list[str]:
        """Returns the lines of all runs, fewer of each where there are many."""
        if not pulses:
            return ["waiting for a run"] if self._forever else []
        runs = [report.live_lines(pulse, self._settings, width, colour=self._colour) for pulse in pulses]
        for each in (3, 2, 1):
            lines = [line for run in runs for line in run[:each]]
            if len(lines) <= most:
                return lines
        return [*lines[: most - 1], f"and {len(lines) - most + 1} more"]
