"""Which of the runs that no branch holds a name calls."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.tracking.state import read_state, run_folders

if TYPE_CHECKING:
    from branchlab.workspace import Workspace


def runs_called(workspace: Workspace, name: str) -> list[str]:
    """Returns the ids of this project's unrecorded runs that begin so, else of those with this name or last part of it.

    The name is the one that the table shows. A run whose state cannot be read is found by its id, so it can be removed.
    """
    states = {os.path.basename(folder): read_state(folder) for folder in run_folders(workspace.runs_dir)}
    ours = {run: state for run, state in states.items() if state is None or workspace.holds(state.project)}
    shown = {run: state.name or state.branch for run, state in ours.items() if state}
    return [run for run in ours if is_called(name, run)] or [run for run in shown if is_called(name, shown=shown[run])]


def is_called(name: str, run: str = "", shown: str = "") -> bool:
    """Tells whether a name is the beginning of a run's id, or the name that the table shows, or the last part of that.

    Every id begins with an empty name, and an empty variable in a script must not stop or remove a run.
    """
    return bool(name) and (run.startswith(name) or f"/{shown}".endswith(f"/{name}"))
