"""Runs that were made on the baseline before anybody thought of a branch: `git switch -c`, and then the commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.git.index import changed_paths
from branchlab.record.paths import is_one_of
from branchlab.running.ran_code import files_written, ran_code
from branchlab.tracking.state import run_folders, write_state
from branchlab_hooks.choice import finished_run, is_for, project_of, takes_runs

if TYPE_CHECKING:
    from branchlab.tracking.state import RunState
    from branchlab.workspace import Workspace


def bring_run(workspace: Workspace, branch: str, tree: str) -> bool:
    """Gives the newest run of no experiment to this branch, when what ran is exactly what is being committed.

    Args:
        workspace: the project at the top of the working tree.
        branch: the one that is checked out.
        tree: id of the tree that is being committed.

    Returns:
        Whether there was such a run.

    Raises:
        OSError: when its state cannot be written.
    """
    # The id of a run begins with its time, so the last folder is the newest run.
    for folder in reversed(run_folders(workspace.runs_dir)):
        state = finished_run(folder)
        if state is None or not is_for(state, branch):
            continue
        project = project_of(workspace, state.project)
        if project is None or takes_runs(project, state.branch) or not takes_runs(project, branch):
            continue
        # An older run may be of this code again, but its metrics are not what the user saw last.
        if not _is_code_of(project, state, tree):
            return False
        write_state(folder, state._replace(branch=branch))
        return True
    return False


def _is_code_of(project: Workspace, state: RunState, tree: str) -> bool:
    ran = ran_code(project, state)
    if ran is None or not ran.exact:
        return False
    settings = project.settings
    own = [settings.record.metrics, settings.record.directory, *(f"{path}.dvc" for path in settings.artifacts)]
    aside = [project.prefix + path for path in own]
    changed = [path for path in changed_paths(project.repository, ran.commit, tree) if not is_one_of(path, aside)]
    return set(changed) <= files_written(project, state, ran, changed)
