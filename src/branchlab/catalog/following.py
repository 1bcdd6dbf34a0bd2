"""Follows the runs that no branch holds yet: what did not change is not read again, and a journal is read on.

`FollowedRuns` knows all of a project by their rows; `reading.pulse` looks closer at one, through the same journal.
"""

from __future__ import annotations

import math
import os
import time
from itertools import pairwise
from operator import attrgetter
from typing import TYPE_CHECKING

from branchlab.catalog.live import live_experiment, status_of
from branchlab.running.place import OUTPUT_FILE
from branchlab.tracking.reading import JOURNAL_FILE, JournalReader
from branchlab.tracking.state import STATE_FILE, RunState, is_alive, read_state
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from branchlab.experiment import Experiment, Number
    from branchlab.project import MetricRule
    from branchlab.tracking.reading import Journal, Point
    from branchlab.workspace import Workspace

Stamp = tuple[int, int, int]
ABSENT: Stamp = (0, 0, 0)
_VALUE = attrgetter("value")


class FollowedRun(NamedTuple):
    """One look at a run that no branch holds.

    Attributes:
        experiment: its row; the same object as long as nothing changed.
        journal: what it logged so far; its containers grow in place.
        heard: when it last logged or printed anything, in seconds since the epoch; 0 when it never did.
        gap: the longest time between two steps so far, in seconds.
    """

    experiment: Experiment
    journal: Journal
    heard: float
    gap: float


class FollowedRuns:
    """All runs of a project that no branch holds; each `look` costs a few stats for each of them."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._folders: list[str] = []
        self._listed: Stamp | None = None
        self._runs: dict[str, _Run] = {}
        self._recorded: Container[str] | None = None

    def look(self, recorded: Container[str] = ()) -> dict[str, FollowedRun]:
        """Returns what is known now of each run whose id is not in `recorded`, newest first.

        Hand over the same object as long as it holds the same ids.
        """
        stamp = stamp_of(self._workspace.runs_dir)
        if stamp != self._listed:
            # What was written a moment ago may be followed by more at the very same time of the clock.
            self._listed = stamp if is_settled(stamp) else None
            self._folders = _list(self._workspace.runs_dir)
            self._recorded = None
        if self._recorded is not recorded:  # thousands of folders are not gone through for nothing
            wanted = [folder for folder in self._folders if os.path.basename(folder) not in recorded]
            self._runs = {folder: self._runs.get(folder) or _Run(folder) for folder in wanted}
            self._recorded = recorded
        rules = self._workspace.settings.metrics
        found = [seen for run in self._runs.values() if (seen := run.look(self._workspace, rules))]
        found = [seen for seen in found if seen.experiment.run not in recorded]
        found.sort(key=lambda seen: seen.experiment.started or "", reverse=True)
        return {seen.experiment.run: seen for seen in found}


class _Run:
    """One run folder."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._state: RunState | None = None
        self._state_stamp = ABSENT
        self._alive = False
        self._output = os.path.join(folder, OUTPUT_FILE)
        self._journal = FollowedJournal(folder)
        self._seen: FollowedRun | None = None

    def look(self, workspace: Workspace, rules: Mapping[str, MetricRule]) -> FollowedRun | None:
        """Reads what changed; None while there is nothing that belongs to this project."""
        state_changed = self._read_state()
        state = self._state
        if state is None or not workspace.holds(state.project):
            return None
        # Thousands of runs may have ended: each saves a lock that the terminal UI would try twice a second.
        alive = self._alive if self._ended(state) and not state_changed else is_alive(self._folder)
        grown = self._journal.read_on()
        if self._seen is None or state_changed or grown or alive != self._alive:
            self._alive = alive
            journal, curves = self._journal.journal, self._journal.curves
            status = status_of(state, journal, alive=alive)
            row = live_experiment(state, journal, status, curves.best(rules))
            self._seen = FollowedRun(row, journal, 0.0, curves.gap)
        return self._seen._replace(heard=max(self._journal.stamp[1], stamp_of(self._output)[1]) / 1e9)

    def _ended(self, state: RunState) -> bool:
        return self._seen is not None and not self._alive and state.status != "running"

    def _read_state(self) -> bool:
        stamp = stamp_of(os.path.join(self._folder, STATE_FILE))
        if stamp == self._state_stamp:
            return False
        self._state_stamp, self._state = stamp, read_state(self._folder)
        return True


class FollowedJournal:
    """A journal that is read on where it changed.

    Attributes:
        stamp: of the file when it was last there.
        curves: what its points come to.
    """

    def __init__(self, folder: str) -> None:
        self.stamp = ABSENT
        self.curves = Curves()
        self._reader = JournalReader(os.path.join(folder, JOURNAL_FILE))

    @property
    def journal(self) -> Journal:
        """What was read so far; its containers grow in place."""
        return self._reader.journal

    def read_on(self) -> bool:
        """Takes in what is new and says whether there was anything; what cannot be read stays as it was."""
        stamp = stamp_of(self._reader.path)
        if stamp in (self.stamp, ABSENT):  # whoever records a run removes its folder under us: the last look stays
            return False
        self.stamp = stamp
        before = self._reader.offset
        try:
            grown = self._reader.read()
        except OSError:
            return False
        if self._reader.offset < before:  # another journal took its place, and its points are others
            self.curves = Curves()
        self.curves.read_on(self.journal)
        return grown


class Curves:
    """What is kept of logged points, so that only new ones are looked at: a long run costs no more than a short one.

    Attributes:
        extremes: the points with the lowest and the highest finite value of each metric, the first of several.
    """

    def __init__(self) -> None:
        self.extremes: dict[str, tuple[Point, Point]] = {}
        self._counts: dict[str, int] = {}
        self._gaps: dict[str, float] = {}

    def read_on(self, journal: Journal) -> None:
        """Takes in the points that are new."""
        for name, points in journal.series.items():
            known = self._counts.get(name, 0)
            if known == len(points):
                continue
            moments = [point.seconds for point in points[max(known - 1, 0) :]]
            self._gaps[name] = max(self._gaps.get(name, 0.0), *(after - at for at, after in pairwise(moments)), 0.0)
            self._counts[name] = len(points)
            finite = [point for point in points[known:] if math.isfinite(point.value)]
            if finite:
                # The known ones stand first, since `min` and `max` give the first of several.
                seen = [*self.extremes.get(name, ()), *finite]
                self.extremes[name] = min(seen, key=_VALUE), max(seen, key=_VALUE)

    @property
    def gap(self) -> float:
        """The longest time between two values of the metric that is logged most often, in seconds."""
        return self._gaps[max(self._counts, key=self._counts.__getitem__)] if self._counts else 0.0

    def best(self, rules: Mapping[str, MetricRule]) -> dict[str, Number]:
        """Returns the best logged value of each metric with a goal; NaN and infinities are never best."""
        goals = {name: rules[name].goal for name in self.extremes if name in rules and rules[name].goal}
        return {name: self.extremes[name][goal == "maximize"].value for name, goal in goals.items()}


def stamp_of(path: str) -> Stamp:
    """Returns what changes when a file is written or replaced: inode, time in nanoseconds, size; zeros for none."""
    try:
        found = os.stat(path)
    except OSError:
        return ABSENT
    return found.st_ino, found.st_mtime_ns, found.st_size


def is_settled(stamp: Stamp) -> bool:
    """Says whether a further change would show: a clock of whole seconds hides one for as long, ours for a tick."""
    tick = 0.05 if stamp[1] % 1_000_000_000 else 2.0
    return abs(time.time() - stamp[1] / 1e9) > tick


def _list(folder: str) -> list[str]:
    try:
        return [os.path.join(folder, name) for name in sorted(os.listdir(folder))]
    except OSError:
        return []
