"""Shows several runs at a time: a line for each that ended, and on a terminal one line that moves."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from branchlab.record.message import in_order
from branchlab.report.style import STATUS_MARKS
from branchlab.text import format_duration, format_number, safe_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import TracebackType

    from branchlab.cli.terminal import Terminal
    from branchlab.project import MetricRule
    from branchlab.running.execute import Outcome


def with_metrics(head: str, outcome: Outcome, rules: Mapping[str, MetricRule], most: int, width: int) -> str:
    """Adds the first metrics of a run to a line, as many as fit into `width` columns; 0 stands for any width.

    Those that the project has a goal for come first.
    """
    found = outcome.recorded.record.metrics if outcome.recorded else {}
    metrics = in_order(found, {name: rule.goal for name, rule in rules.items()})
    for name, value in list(metrics.items())[:most]:
        longer = f"{head}  {safe_text(name)} {format_number(value)}"
        if width and len(longer) > width:
            break
        head = longer
    return head


class RunDisplay:
    """Follows runs from several threads; a text is written whole."""

    def __init__(self, terminal: Terminal, total: int, rules: Mapping[str, MetricRule]) -> None:
        self._terminal = terminal
        self._total = total
        self._rules = rules
        self._done = 0
        self._active = 0
        # Whether runs are counted by `began`; those that are `following` count themselves off.
        self._counted = False
        self._last = ""
        self._started = time.monotonic()
        self._lock = threading.Lock()  # of all above and of the line: runs end in threads

    @contextmanager
    def following(self) -> Iterator[Callable[[bytes], None]]:
        """Counts a run as active, and yields what takes its output; only the last line of it is shown."""
        with self._lock:
            self._active += 1
            self._draw()
        try:
            yield self.take
        finally:
            with self._lock:
                self._active -= 1
                self._draw()

    def began(self) -> None:
        """Counts a run as active until it has `ended`."""
        with self._lock:
            self._active += 1
            self._counted = True
            self._draw()

    def ended(self, outcome: Outcome) -> None:
        """Shows how a run ended."""
        with self._lock:
            self._active -= self._counted
            self._done += 1
            mark, _ = STATUS_MARKS[outcome.status]
            took = format_duration(outcome.seconds)
            line = f"{mark} [{self._done}/{self._total}] {safe_text(outcome.name)}  {outcome.status} in {took}"
            self._terminal.moving("")
            self._terminal.words(with_metrics(line, outcome, self._rules, 3, self._terminal.width))
            self._draw()

    def take(self, chunk: bytes) -> None:
        """Takes output of a run; the last line of it is shown."""
        # Progress bars go back to the beginning of their line with a carriage return.
        lines = chunk.decode(errors="replace").replace("\r", "\n").split("\n")
        text = next((line.strip() for line in reversed(lines) if line.strip()), "")
        if text:
            with self._lock:
                self._last = safe_text(text)
                self._draw()

    def _draw(self) -> None:
        # Nothing takes the line away after the last run, so none is drawn.
        if self._done == self._total:
            return
        took = format_duration(time.monotonic() - self._started)
        self._terminal.moving(f"{self._done}/{self._total} done, {self._active} running, {took}  {self._last}")


class Counter:
    """Shows how many of how many are done, on a terminal only."""

    def __init__(self, terminal: Terminal, what: str) -> None:
        self._terminal = terminal
        self._what = what

    def __enter__(self) -> Self:  # noqa: D105 - the class says it
        return self

    def __exit__(  # noqa: D105 - the class says it
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._terminal.moving("")

    def __call__(self, done: int, total: int) -> None:
        """Takes the number of things done and of all."""
        self._terminal.moving(f"{self._what}: {done}/{total}")
