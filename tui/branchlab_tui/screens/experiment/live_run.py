"""Looks at a run that goes on, again and again; what it logged is read on from where it was. Free of Textual."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.reading.live import RecordsSoFar
from branchlab.reading.pulse import PulseReader
from branchlab.tuples import NamedTuple
from branchlab_tui.model.library import Curves, Points
from branchlab_tui.screens.experiment.reading import exhibit_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchlab.experiment import Experiment
    from branchlab.reading.exhibit import Exhibit
    from branchlab.reading.pulse import Pulse
    from branchlab.tracking.reading import Journal
    from branchlab_tui.model.library import Library

_RESOURCES_EACH = 10  # looks: what was used over hours is a long file


class Felt(NamedTuple):
    """One look: how the run stands; what it logged and what it used only where these are new."""

    pulse: Pulse
    exhibit: Exhibit | None = None
    curves: Curves | None = None
    resources: Mapping[str, Points] | None = None


class LiveRun:
    """Follows one run; one thread at a time may look."""

    def __init__(self, library: Library, one: Experiment) -> None:
        self.one = one
        self._library = library
        self._pulses = PulseReader(os.path.join(library.workspace.runs_dir, one.run))
        self._records = RecordsSoFar(library.workspace)
        self._points: dict[str, tuple[list[float], list[float], list[float]]] = {}
        self._looks = 0
        self._logged: object = None

    def look(self) -> Felt:
        """Looks now."""
        pulse = self._pulses.look()
        counts = {name: len(points) for name, points in pulse.journal.series.items()}
        # Counts rather than points: a long journal has many, and points are only ever added.
        logged = (counts, pulse.journal.seconds, pulse.phase)
        grown, self._logged = logged != self._logged, logged
        # 0 at the first look, so that they are there from the beginning.
        resources = self._library.resources(self.one) if self._looks % _RESOURCES_EACH == 0 else None
        self._looks += 1
        if not grown:
            return Felt(pulse, resources=resources)
        curves = self._curves(pulse.journal)
        record = self._records.of(pulse.state, pulse.journal)
        return Felt(pulse, exhibit_of(pulse, curves, self._library.workspace.settings, record), curves, resources)

    def _curves(self, journal: Journal) -> Curves:
        """Returns copies: the lists go on growing here while others are drawn elsewhere."""
        for name, points in journal.series.items():
            steps, seconds, values = self._points.setdefault(name, ([], [], []))
            if len(points) < len(steps):  # another journal took its place
                for column in (steps, seconds, values):
                    column.clear()
            for point in points[len(steps) :]:
                steps.append(float(point.step))
                seconds.append(point.seconds)
                values.append(float(point.value))
        return Curves({name: Points(*map(list, columns)) for name, columns in self._points.items()})
