"""Reads runs that no branch holds yet; what they logged is read on from where it was."""

from __future__ import annotations

import os
from threading import Lock
from typing import TYPE_CHECKING

from branchlab.errors import NotFoundError
from branchlab.reading.live import RecordsSoFar, last_lines
from branchlab.running.place import OUTPUT_FILE
from branchlab.text import safe_text
from branchlab.tracking.reading import JOURNAL_FILE, JournalReader
from branchlab.tracking.state import read_state
from branchlab_tui.model.points import Growing

if TYPE_CHECKING:
    from branchlab.compare.difference import Side
    from branchlab.experiment import Experiment
    from branchlab.reading.exhibit import Exhibit
    from branchlab.record.model import DataFile
    from branchlab.tracking.reading import Journal
    from branchlab.tracking.state import RunState
    from branchlab.workspace import Workspace
    from branchlab_tui.model.points import Curves

_TAIL = 10  # lines of output


class UnrecordedRun:
    """One run folder; safe to use from several threads."""

    def __init__(self, workspace: Workspace, run: str) -> None:
        self.folder = os.path.join(workspace.runs_dir, run)
        self._workspace = workspace
        self._journal = JournalReader(os.path.join(self.folder, JOURNAL_FILE))
        self._growing = Growing()
        self._records = RecordsSoFar(workspace)
        self._lock = Lock()

    @property
    def log(self) -> str:
        """Where its output is."""
        return os.path.join(self.folder, OUTPUT_FILE)

    def curves(self) -> Curves:
        """Returns what it logged so far."""
        with self._lock:
            self._read_on()
            return self._growing.curves()

    def exhibit(self, one: Experiment) -> Exhibit:
        """Returns everything about it as if it had ended now.

        Raises:
            NotFoundError: when its folder is gone.
        """
        from branchlab.reading.exhibit import Exhibit

        with self._lock:
            journal = self._read_on()
            record = self._records.of(self._state(one), journal)
            curves = {name: [point.value for point in points] for name, points in journal.series.items()}
            plots = tuple(journal.plots)
        tail = last_lines(self.log, _TAIL)
        return Exhibit(one.name, None, one.status, "", record, curves, plots, output=self.log, tail=tail)

    def side(self, one: Experiment) -> Side:
        """Returns it as one side of a comparison.

        Raises:
            NotFoundError: when its folder is gone.
        """
        from branchlab.compare.difference import Side

        with self._lock:
            return Side(one.name, None, self._records.of(self._state(one), self._read_on()))

    def plots(self) -> tuple[str, ...]:
        """Returns the files of plot data, relative to its folder."""
        with self._lock:
            return tuple(self._read_on().plots)

    def files(self, one: Experiment) -> dict[str, DataFile]:
        """Returns the artifacts that it logged and that are there, with their sizes; nobody knows their digests yet."""
        from branchlab.record.model import DataFile

        with self._lock:
            logged = list(self._read_on().artifacts)
        state = self._state(one)
        paths = {path: self._inside(state, path) for path in logged}
        return {
            path: DataFile("", os.path.getsize(place), output=True)
            for path, place in paths.items()
            if place and os.path.isfile(place)
        }

    def artifact_path(self, one: Experiment, path: str) -> str | None:
        """Returns where an artifact lies; None when it is not there, or not within the project."""
        place = self._inside(self._state(one), path)
        return place if place and os.path.isfile(place) else None

    def _inside(self, state: RunState, path: str) -> str:
        prefix = self._workspace.prefix
        project = os.path.join(state.worktree, prefix) if state.worktree else state.project or self._workspace.root
        root = os.path.realpath(project)
        # A journal may name any path, and a link may lead anywhere.
        place = os.path.realpath(os.path.join(root, path))
        return place if place.startswith(f"{root}/") else ""

    def _state(self, one: Experiment) -> RunState:
        state = read_state(self.folder)
        if state is None:
            raise NotFoundError(f"the run {safe_text(one.name)} is not there any more", "it was recorded, or discarded")
        return state

    def _read_on(self) -> Journal:
        before = self._journal.offset
        try:
            self._journal.read()
        except OSError:
            return self._journal.journal
        if self._journal.offset < before:  # another journal took its place
            self._growing = Growing()
        self._growing.read_on(self._journal.journal)
        return self._journal.journal
