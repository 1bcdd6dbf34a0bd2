"""Why and when the command of a trial is asked to end: by its judge, its wall time, the engine, or a person."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from branchlab.running.place import OUTPUT_FILE
from branchlab.running.stopping import StopRequest
from branchlab.sweep.engine.workers import INTERRUPTED
from branchlab.text import format_duration, safe_text
from branchlab.tracking.location import JOURNAL_FILE
from branchlab.tracking.reading import JournalReader

if TYPE_CHECKING:
    import signal
    import threading

    from branchlab.running.launch import Ended
    from branchlab.sweep.engine.workers import Job

_TAIL_BYTES = 4096  # of an output that may be gigabytes; the last line mostly says what was wrong
_LINE_LENGTH = 120


class Ending(StopRequest):
    """Watches one command; `running.launch.follow` asks it twenty times a second what to send.

    Attributes:
        reason: why the command was asked to end; empty while it was not.
        step: the last step that counts, where the judge ended it.
    """

    def __init__(self, job: Job, judging: threading.Lock) -> None:
        """Watches nothing before `begin`.

        Args:
            job: what runs.
            judging: held while the judge looks, since others may change what it compares with.
        """
        super().__init__()
        self.reason = ""
        self.step: int | None = None
        self._job = job
        self._judging = judging
        self._folder = ""
        self._journal: JournalReader | None = None
        self._deadline = float("inf")

    @property
    def interrupted(self) -> bool:
        """Whether the engine itself is being stopped, so that the trial runs again on resume."""
        return self.reason == INTERRUPTED

    def begin(self, folder: str) -> None:
        """Starts the clock of a command that is about to begin in a run folder."""
        self._folder = folder
        # from here, not from its turn in the queue: preparing a worktree is no fault of the trial
        self._deadline = time.monotonic() + self._job.seconds if self._job.seconds else float("inf")
        if self._job.judge is not None:
            self._journal = JournalReader(os.path.join(folder, JOURNAL_FILE))

    def end(self, reason: str) -> None:
        """Asks for the end, for the first reason that is given; asked again, it kills."""
        self.reason = self.reason or reason
        self.ask()

    def signal_now(self) -> signal.Signals | None:
        """Returns what the command should be sent by now."""
        # once it was asked to end nothing is judged any more: what it logs until then is no part of the trial
        if not self.count and self._folder:
            self._look()
        return super().signal_now()

    def _look(self) -> None:
        if time.monotonic() > self._deadline:
            self.end(f"wall time: longer than {format_duration(self._job.seconds or 0.0)}")
        elif self._journal is not None and self._job.judge is not None and self._journal.read():
            with self._judging:
                reason = self._job.judge.look(self._journal.journal.series)
            if reason:
                self.step = self._job.judge.step
                self.end(reason)


def failure(ended: Ended, folder: str) -> str:
    """Returns in words how a command failed: its exit code or signal, and the last line that it wrote."""
    how = f"exit code {ended.exit_code}" if ended.exit_code >= 0 else f"signal {-ended.exit_code}"
    try:
        with open(os.path.join(folder, OUTPUT_FILE), "rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - _TAIL_BYTES))
            lines = file.read().decode(errors="replace").splitlines()
    except OSError:
        return how
    last = next((line.strip() for line in reversed(lines) if line.strip()), "")
    return f"{how}: {safe_text(last)[:_LINE_LENGTH]}" if last else how
