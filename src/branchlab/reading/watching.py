"""Follows the live runs of a project: which there are, how each stands, and what became of those that ended."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Literal

from branchlab.reading.pulse import LIVE, PulseReader
from branchlab.tracking.state import STATE_FILE
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from branchlab.experiment import Experiment
    from branchlab.reading.pulse import Phase, Pulse
    from branchlab.workspace import Workspace

Result = Literal["recorded", "unrecorded", "failed", "stopped", "lost", "removed"]

_RECORDING_SECONDS = 3.0  # between the end of a run and its branch


class Ended(NamedTuple):
    """What became of a run.

    Attributes:
        pulse: the last look at it.
        result: `lost` when its process went without a word, `removed` when somebody threw the run away.
        experiment: the branch it became, None when it became none.
    """

    pulse: Pulse
    result: Result
    experiment: Experiment | None = None


class Look(NamedTuple):
    """One look at the project.

    Attributes:
        live: runs that live, in the order they started.
        ended: those that ended since the last look.
        waiting: those that finished and may be recorded any moment.
    """

    live: tuple[Pulse, ...]
    ended: tuple[Ended, ...]
    waiting: tuple[Pulse, ...] = ()


class Watch:
    """Looks at the run folders of a project; what had ended before the first look is left out."""

    def __init__(self, workspace: Workspace, chosen: Callable[[Pulse], bool]) -> None:
        """Takes which runs are watched; it is asked while a run lives and was not chosen yet."""
        self._workspace = workspace
        self._chosen = chosen
        self._known: set[str] = set()
        self._readers: dict[str, PulseReader] = {}
        self._last: dict[str, Pulse] = {}  # of the chosen ones
        self._finished: dict[str, float] = {}  # when a run was first seen to be finished and not recorded yet

    def look(self, now: float | None = None) -> Look:
        """Returns how all stands; `now` is in seconds since the epoch."""
        now = time.time() if now is None else now
        for run in self._new_runs():
            self._readers[run] = PulseReader(os.path.join(self._workspace.runs_dir, run))
        live: list[Pulse] = []
        ended: list[Ended] = []
        for run, reader in list(self._readers.items()):
            pulse = reader.look(now)
            if pulse.phase in LIVE:
                live += self._live(run, pulse)
            elif run not in self._last:  # ended before anybody saw it live, or was not chosen
                del self._readers[run]
            elif (end := self._end(run, pulse, now)) is not None:
                del self._readers[run], self._last[run]
                ended.append(end)
        return Look(tuple(live), tuple(ended), tuple(self._last[run] for run in self._finished))

    def _new_runs(self) -> Iterator[str]:
        try:
            names = sorted(set(os.listdir(self._workspace.runs_dir)) - self._known)
        except OSError:
            return
        # A folder is there a moment before its state, so it is not known yet and is looked at again.
        for name in names:
            if os.path.isfile(os.path.join(self._workspace.runs_dir, name, STATE_FILE)):
                self._known.add(name)
                yield name

    def _live(self, run: str, pulse: Pulse) -> list[Pulse]:
        if run not in self._last:
            if not self._workspace.holds(pulse.state.project):
                del self._readers[run]
                return []
            if not self._chosen(pulse):
                return []
        self._last[run] = pulse
        return [pulse]

    def _end(self, run: str, pulse: Pulse, now: float) -> Ended | None:
        """Returns what became of a run, None as long as it may be recorded any moment."""
        if pulse.phase == "gone":
            self._finished.pop(run, None)
            experiment = find_recorded(self._workspace, run)
            return Ended(self._last[run], "recorded" if experiment else "removed", experiment)
        by_hand = pulse.state.params is None  # `branchlab run` writes them, and records what finishes
        if pulse.phase == "finished" and not by_hand:
            self._last[run] = pulse
            if now - self._finished.setdefault(run, now) < _RECORDING_SECONDS:
                return None
        self._finished.pop(run, None)
        return Ended(pulse, result_of(pulse))


def result_of(pulse: Pulse) -> Result:
    """Returns what became of a run that ended and is on no branch."""
    ends: dict[Phase, Result] = {"failed": "failed", "stopped": "stopped", "lost": "lost"}
    return ends.get(pulse.phase, "unrecorded")


def find_recorded(workspace: Workspace, run: str) -> Experiment | None:
    """Returns the experiment that a run became, None when no branch holds it."""
    from branchlab.catalog.catalog import read_catalog

    found = read_catalog(workspace).experiments
    return next((one for one in found if one.run == run and one.commit), None)
