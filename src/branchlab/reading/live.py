"""Reads a run that no branch holds yet as if it were recorded."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.catalog.live import read_live_runs
from branchlab.catalog.shelf import nearest_branch
from branchlab.compare.difference import Side
from branchlab.errors import NotFoundError, UsageError
from branchlab.reading.output_text import shown_lines
from branchlab.record.model import Record
from branchlab.running.called import runs_called
from branchlab.running.place import OUTPUT_FILE
from branchlab.running.provenance import provenance
from branchlab.running.ran_code import ran_code
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
    # Who only looks does not wait for a capture that is under way; a repetition does (`reading.origin`).
    ran = ran_code(workspace, state, wait=0)
    if ran:
        state = state._replace(code=ran.commit, exact=ran.exact, differs=ran.differs)
    record = record_of_run(state, journal)
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


def record_of_run(state: RunState, journal: Journal) -> Record:
    """Returns the record a run would leave if it ended now, without the data it read."""
    return Record(
        provenance(state, journal),
        params={**(state.params or {}), **journal.params},
        metrics=summary_metrics(journal),
        splits=journal.splits,
        slices=journal.slices,
        environment=journal.environment,
        sweep=state.sweep or {},
    )
