"""A log view's threads: each reads something and says so with a message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.worker import get_current_worker

from branchlab_tui.widgets.drawn.drawn import Drawn
from branchlab_tui.widgets.log_view.log_file import LogFile
from branchlab_tui.widgets.log_view.messages import LogRead
from branchlab_tui.widgets.log_view.search import Search, add_new, begin_search, go_back
from branchlab_tui.workers.failing import Failures

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.worker import Worker

_BACK = 4  # blocks that are read when somebody scrolls up to the first line that is known
_MANY = 64  # blocks at a time on the way to the first line of all


class LogReader(Drawn):
    """Reads a log in threads; what draws it stands above."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self._log = LogFile("")
        self._search = Search()
        self._failures = Failures()

    def look(self) -> None:
        """Reads what was appended."""
        self._start("grow", self._grow)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Says when the log could not be read."""
        self._failures.tell(self, event)

    def _start(self, name: str, work: Callable[[], None]) -> None:
        # A group for each kind: a newer search ends the older one, but not the look for new lines.
        self.run_worker(work, thread=True, exclusive=True, group=f"log-{name}", name="the log", exit_on_error=False)

    def _grow(self) -> None:
        log, end, search = self._log, self._log.end, self._search
        if not log.grow():
            return
        if search.needle:
            search = add_new(log, search, end, lambda: False)  # never given up: the next look begins behind these
            self.post_message(LogRead(log, search))
        else:
            self.post_message(LogRead(log))

    def _read_back(self) -> None:
        log = self._log
        if log.read_back(_BACK):
            log.load(log.first, log.first + 1)
            self.post_message(LogRead(log))

    def _read_to_top(self) -> None:
        log, worker = self._log, get_current_worker()
        while not worker.is_cancelled and log.read_back(_MANY):
            self.post_message(LogRead(log))
        log.load(log.first, log.first + self.size.height)
        self.post_message(LogRead(log, top=not worker.is_cancelled))

    def _load(self, start: int, stop: int) -> None:
        log = self._log
        log.load(start, stop)
        self.post_message(LogRead(log))

    def _find(self, needle: str, below: int) -> None:
        log, worker = self._log, get_current_worker()
        found = begin_search(log, needle, below, lambda: worker.is_cancelled)
        self._found(found, cancelled=worker.is_cancelled)

    def _find_before(self, search: Search, below: int) -> None:
        worker = get_current_worker()
        found = go_back(self._log, search, below, lambda: worker.is_cancelled)
        self._found(found, cancelled=worker.is_cancelled)

    def _found(self, found: Search, *, cancelled: bool) -> None:
        if cancelled:
            return
        if found.here is not None:
            self._log.load(found.here - self.size.height, found.here + self.size.height)
        self.post_message(LogRead(self._log, found, jump=True))
