"""Follows a run while it lives: what it does now, when it last did something, how far it is, and how it ends.

A look costs four calls of the system while nothing changes.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Literal

from branchlab.catalog.following import ABSENT, FollowedJournal, stamp_of
from branchlab.reading.live import last_lines
from branchlab.reading.progress import find_progress, patience
from branchlab.running.place import OUTPUT_FILE
from branchlab.text import flatten
from branchlab.tracking.state import STATE_FILE, RunState, ended_status, is_alive, read_state
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchlab.catalog.following import Stamp
    from branchlab.reading.progress import Progress
    from branchlab.tracking.reading import Journal, Point

Phase = Literal["starting", "running", "quiet", "lost", "finished", "failed", "stopped", "gone"]

LIVE: frozenset[Phase] = frozenset(("starting", "running", "quiet"))

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
        self._journal = FollowedJournal(folder)
        self._output = os.path.join(folder, OUTPUT_FILE)
        self._state = RunState(os.path.basename(folder))
        self._seen: dict[str, Stamp] = {}
        self._said = ""

    def look(self, now: float | None = None) -> Pulse:
        """Returns how the run stands; `now` is in seconds since the epoch. What cannot be read stays as it was."""
        now = time.time() if now is None else now
        alive = is_alive(self.folder)  # before the rest, so that what a run wrote last is seen with its end
        if self._changed(os.path.join(self.folder, STATE_FILE)):
            self._state = read_state(self.folder) or self._state
        self._journal.read_on()
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
            extremes=dict(self._journal.curves.extremes),
        )

    def _phase(self, silent: float | None, *, alive: bool) -> Phase:
        if not alive:
            if not os.path.isfile(os.path.join(self.folder, STATE_FILE)):
                return "gone"
            ended = ended_status(self._state, self._journal.journal.status)
            # A run by hand says its end in the journal before its state: `tracking.run` writes the one, then the other.
            never_said = self._state.status == "running" and not self._journal.journal.status
            return "lost" if never_said else ended
        if silent is None:
            return "starting"
        return "quiet" if silent > patience(self._journal.curves.gap) else "running"

    def _silence(self, now: float) -> float | None:
        """Returns the seconds since journal or output grew; a clock that runs ahead gives 0."""
        heard = max(self._journal.stamp[1], self._seen.get(self._output, ABSENT)[1]) / 1e9
        return max(now - heard, 0.0) if heard else None

    def _changed(self, path: str) -> bool:
        stamp = stamp_of(path)
        if stamp in (self._seen.get(path), ABSENT):
            return False
        self._seen[path] = stamp
        return True


def started_at(state: RunState) -> float:
    """Returns when a run started, in seconds since the epoch; its id tells where its state does not."""
    from calendar import timegm

    for text, form in ((state.started, "%Y-%m-%dT%H:%M:%SZ"), (state.id[:_ID_SECONDS], "%Y%m%dT%H%M%S")):
        try:
            return float(timegm(time.strptime(text, form)))
        except ValueError:
            continue
    return time.time()
