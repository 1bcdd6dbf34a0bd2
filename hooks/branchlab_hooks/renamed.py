"""Runs that began before their branch was renamed, as the hint of a refused commit tells to do."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from branchlab.plainfile import read_plain
from branchlab.tracking.location import utc_now
from branchlab.tracking.state import read_state, run_folders, write_state

if TYPE_CHECKING:
    from branchlab.git.repository import Repository
    from branchlab.workspace import Workspace

_RENAMED = re.compile(rb" (\d+) [+-]\d+\tBranch: renamed refs/heads/(.+) to refs/heads/(.+)$", re.MULTILINE)


def follow_renames(workspace: Workspace, branch: str) -> bool:
    """Gives finished runs the name that their branch has now; returns whether there were any.

    The log of a branch goes with it. A branch that was made later under an earlier name keeps its own runs.

    Raises:
        OSError: when a run cannot be written.
    """
    earlier = earlier_names(workspace.repository, branch)
    found = False
    for folder in run_folders(workspace.runs_dir) if earlier else []:
        state = read_state(folder)
        if state and state.status == "finished" and "" < state.started <= earlier.get(state.branch, ""):
            write_state(folder, state._replace(branch=branch))
            found = True
    return found


def earlier_names(repository: Repository, branch: str) -> dict[str, str]:
    """Returns the names that a branch had, and until when, by its log; empty where git keeps none."""
    path = os.path.join(repository.common_dir, "logs", "refs", "heads", branch)
    log = (read_plain(path) if os.path.isfile(path) else None) or b""
    # From the newest line back: each one tells the name before one that is known already.
    names = {os.fsencode(branch): ""}
    for seconds, old, new in reversed(_RENAMED.findall(log)):
        if new in names:
            # A name that the branch had twice counts until it lost it for the last time.
            names.setdefault(old, utc_now(int(seconds)))
    return {os.fsdecode(name): until for name, until in names.items() if until}
