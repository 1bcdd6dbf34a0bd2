"""Reads a run that no branch holds yet as if it were recorded."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.catalog.live import read_live_runs
from branchlab.catalog.shelf import nearest_branch
from branchlab.compare.difference import Side
from branchlab.errors import BranchlabError, NotFoundError, UsageError
from branchlab.reading.output_text import shown_lines
from branchlab.record.model import DataFile, Record
from branchlab.running.called import runs_called
from branchlab.running.place import OUTPUT_FILE
from branchlab.running.provenance import provenance
from branchlab.running.ran_code import ran_code
from branchlab.running.source import Source, outputs_at, used_inputs
from branchlab.text import safe_text
from branchlab.tracking.reading import JOURNAL_FILE, read_journal, summary_metrics
from branchlab.tracking.state import RunState, read_state
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from branchlab.experiment import Status
    from branchlab.tracking.reading import Journal
    from branchlab.workspace import Workspace

_TAIL_BYTES = 1 << 14


class LiveRun(NamedTuple):
    """A run as if it had ended now: its record, its status in the catalog, all it logged, and where its output is."""

    side: Side
    status: Status
    journal: Journal
    output: str


def require_run(workspace: Workspace, name: str) -> LiveRun:
    """Returns the run with this id, beginning of an id, or name; the newest where a name is used twice.

    Raises:
        NotFoundError: when nothing is called so; the hint holds the nearest.
        UsageError: when several ids begin so.
    """
    runs = {run.run: run for run in read_live_runs(workspace)}
    fitting = [runs[run] for run in runs_called(workspace, name) if run in runs]
    if len(fitting) > 1 and fitting[0].run.startswith(name):
        raise UsageError(f"{len(fitting)} runs begin with {safe_text(name)}", "write more of the id")
    if not fitting:
        raise NotFoundError(
            f"there is no experiment, commit or run {safe_text(name)}", nearest_branch(workspace.repository, name)
        )
    found = max(fitting, key=lambda run: run.started or "")
    folder = os.path.join(workspace.runs_dir, found.run)
    journal = read_journal(os.path.join(folder, JOURNAL_FILE))
    state = read_state(folder) or RunState(found.run)  # it was recorded or removed meanwhile
    record = RecordsSoFar(workspace).of(state, journal)
    return LiveRun(Side(found.name, None, record), found.status, journal, os.path.join(folder, OUTPUT_FILE))


def last_lines(path: str, most: int) -> list[str]:
    """Returns the end of a log as a terminal would have shown it: colours gone, of a progress bar what stood last."""
    try:
        with open(path, "rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - _TAIL_BYTES))
            lines = shown_lines(file.read(_TAIL_BYTES))
    except OSError:
        return []
    return [line for line in lines if line.strip()][-most:]


class RecordsSoFar:
    """The records that runs would leave if they ended now, without the data they make."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._code = ""
        self._inputs: dict[str, DataFile] = {}

    def of(self, state: RunState, journal: Journal) -> Record:
        """Returns the record of a run; without inputs while its code is not known, or its pointers cannot be read."""
        # Who only looks does not wait for a capture that is under way; a repetition does (`reading.origin`).
        ran = ran_code(self._workspace, state, wait=0)
        if ran:
            state = state._replace(code=ran.commit, exact=ran.exact, differs=ran.differs)
        if state.code != self._code:  # a screen asks again and again, and a commit does not change
            self._code, self._inputs = state.code, _inputs_at(self._workspace, state.code) if state.code else {}
        return Record(
            provenance(state, journal),
            params={**(state.params or {}), **journal.params},
            metrics=summary_metrics(journal),
            splits=journal.splits,
            slices=journal.slices,
            environment=journal.environment,
            data={path: file for path, file in self._inputs.items() if path not in journal.artifacts},
            sweep=state.sweep or {},
        )


def _inputs_at(workspace: Workspace, code: str) -> dict[str, DataFile]:
    try:
        source = Source(code, outputs=tuple(outputs_at(workspace, code)))
    except BranchlabError:
        return {}
    # As in `harvest`; what `project.data` names is known at the end only, since nobody keeps it.
    return {item.path: DataFile(item.md5, item.bytes, item.files) for item in used_inputs(workspace, source)}
