"""Follows a run while it lives: what it does now, when it last did something, how far it is, and how it ends.

A look costs four calls of the system while nothing changes.
"""

from __future__ import annotations

import math
import os
import time
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from branchlab.reading.live import last_lines
from branchlab.reading.progress import find_progress, patience
from branchlab.running.place import OUTPUT_FILE
from branchlab.text import flatten
from branchlab.tracking.reading import JOURNAL_FILE, JournalReader
from branchlab.tracking.state import STATE_FILE, RunState, ended_status, is_alive, read_state
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab.reading.progress import Progress
    from branchlab.tracking.reading import Journal, Point

Phase = Literal["starting", "running", "quiet", "lost", "finished", "failed", "stopped", "gone"]

LIVE: frozenset[Phase] = frozenset(("starting", "running", "quiet"))

_GAPS = 100  # between the last points; the longest is no silence yet
_ID_SECONDS = len("20261120T233015")


class Pulse(NamedTuple):
    """One look at a run that no branch holds.

    Attributes:
        run: its id, which is the name of its folder.
        name: the branch it is meant for, or was started on, else its id.
        phase: `starting` before it wrote anything, `quiet` when it has not for three times its longest gap, `lost` when
            its process is gone and never said how it ended, `gone` when its folder is: it was recorded or removed.
        seconds: how long it runs, or ran.
        silent: seconds since it last wrote anything; None when it never did.
        state: what whoever started it knows.
        journal: all it logged; grows in place while the run is followed.
        progress: how far it is, where that is known.
        said: the last line of its output.
        extremes: the points with the lowest and the highest finite value of each metric, the first of several.
    """

    run: str
    name: str
    phase: Phase
    seconds: float
    silent: float | None
    state: RunState
    journal: Journal
    progress: Progress | None = None
    said: str = ""
    extremes: Mapping[str, tuple[Point, Point]] = {}


class PulseReader:
    """Looks at one run folder again and again."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self._journal = JournalReader(os.path.join(folder, JOURNAL_FILE))
        self._output = os.path.join(folder, OUTPUT_FILE)
        self._state = RunState(os.path.basename(folder))
        self._seen: dict[str, tuple[int, int, int]] = {}
        self._said = ""
        self._counts: dict[str, int] = {}
        self._extremes: dict[str, tuple[Point, Point]] = {}

    def look(self, now: float | None = None) -> Pulse:
        """Returns how the run stands; `now` is in seconds since the epoch. What cannot be read stays as it was."""
        now = time.time() if now is None else now
        alive = is_alive(self.folder)  # before the rest, so that what a run wrote last is seen with its end
        if self._changed(os.path.join(self.folder, STATE_FILE)):
            self._state = read_state(self.folder) or self._state
        if self._changed(self._journal.path):
            self._read_journal()
        if self._changed(self._output):
            self._said = "".join(last_lines(self._output, 1))
        silent = self._silence(now)
        return self._pulse(self._phase(silent, alive=alive), now, silent)

    def _pulse(self, phase: Phase, now: float, silent: float | None) -> Pulse:
        state, journal = self._state, self._journal.journal
        live = phase in LIVE
        progress = None
        if live:
            params = flatten({**(state.params or {}), **journal.params})
            progress = find_progress(params, journal.series, self._said, silent or 0.0)
        return Pulse(
            run=state.id,
            name=state.name or state.branch or state.id,
            phase=phase,
            seconds=max(now - started_at(state), 0.0) if live else state.seconds or journal.seconds,
            silent=silent,
            state=state,
            journal=journal,
            progress=progress,
            said=self._said,
            extremes=dict(self._extremes),
        )

    def _phase(self, silent: float | None, *, alive: bool) -> Phase:
        if not alive:
            if not os.path.isfile(os.path.join(self.folder, STATE_FILE)):
                return "gone"
            ended = ended_status(self._state, self._journal.journal.status)
            never_said = self._state.status == "running" and not self._journal.journal.status
            return "lost" if never_said else ended
        if silent is None:
            return "starting"
        return "quiet" if silent > self._patience() else "running"

    def _patience(self) -> float:
        """Returns the seconds of silence from which on a run is called quiet."""
        points = max(self._journal.journal.series.values(), key=len, default=[])
        times = [point.seconds for point in points[-_GAPS - 1 :]]
        return patience(max((after - before for before, after in pairwise(times)), default=0.0))

    def _silence(self, now: float) -> float | None:
        """Returns the seconds since journal or output grew; a clock that runs ahead gives 0."""
        times = [
            self._seen[path][1] / 1e9 for path in (self._journal.path, self._output) if self._seen.get(path, (0,))[0]
        ]
        return max(now - max(times), 0.0) if times else None

    def _read_journal(self) -> None:
        try:
            self._journal.read()
        except OSError:
            return
        for name, points in self._journal.journal.series.items():
            self._take(name, points)

    def _take(self, name: str, points: Sequence[Point]) -> None:
        """Looks at the points that are new, so that a long curve costs no more than a short one."""
        known = self._counts.get(name, 0)
        if len(points) < known:  # another journal took its place
            known = 0
            self._extremes.pop(name, None)
        self._counts[name] = len(points)
        for point in points[known:]:
            if math.isfinite(point.value):
                low, high = self._extremes.get(name, (point, point))
                self._extremes[name] = (
                    point if point.value < low.value else low,
                    point if point.value > high.value else high,
                )

    def _changed(self, path: str) -> bool:
        try:
            status = os.stat(path)
        except OSError:
            return False
        seen = (status.st_size, status.st_mtime_ns, status.st_ino)
        before = self._seen.get(path)
        self._seen[path] = seen
        return seen != before


def started_at(state: RunState) -> float:
    """Returns when a run started, in seconds since the epoch; its id tells where its state does not."""
    from calendar import timegm

    for text, form in ((state.started, "%Y-%m-%dT%H:%M:%SZ"), (state.id[:_ID_SECONDS], "%Y%m%dT%H%M%S")):
        try:
            return float(timegm(time.strptime(text, form)))
        except ValueError:
            continue
    return time.time()
