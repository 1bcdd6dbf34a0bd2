"""Which run a commit records: the newest that finished by hand on this branch since the last record."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from branchlab.errors import DamagedError
from branchlab.record.format import parse_record
from branchlab.tracking.location import utc_now
from branchlab.tracking.state import STATE_FILE, read_state, run_folders
from branchlab.tuples import NamedTuple
from branchlab.workspace import workspace_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from branchlab.git.repository import Repository
    from branchlab.tracking.state import RunState
    from branchlab.workspace import Workspace

PASSED_FILE = "passed"  # sh/pre-commit.sh looks for it


class Last(NamedTuple):
    """The record of the commit below: the id of its run, and when that started; both empty where there is none."""

    run: str = ""
    started: str = ""


class Chosen(NamedTuple):
    """A run to be recorded, and the project it belongs to."""

    workspace: Workspace
    folder: str
    state: RunState


def choose_run(
    workspace: Workspace, branch: str, last: Callable[[Workspace], Last], *, sure: bool = False
) -> Chosen | None:
    """Returns the run to record, None when there is none.

    Runs that it goes past are marked, so that no later commit looks at them again; `branchlab record` still takes them.
    Those of another project of the repository wait for the next commit.

    Args:
        workspace: the project at the top of the working tree.
        branch: the one that is checked out.
        last: reads the record of the commit below, for a project.
        sure: whether the branch is known to be an experiment of the project at the top.
    """
    found: Chosen | None = None
    for folder, state in _finished(workspace, branch):
        project = project_of(workspace, state.project)
        takes = project and ((sure and not project.prefix) or takes_runs(project, branch))
        if project is None or not takes or not _is_newer(state, last(project)):
            _pass(folder)
        elif found is None:
            found = Chosen(project, folder, state)
        elif found.workspace.prefix == project.prefix:
            _pass(folder)
    return found


def project_of(workspace: Workspace, folder: str) -> Workspace | None:
    """Returns the project of a folder of this working tree, None for one that lies elsewhere or is no project."""
    repository = workspace.repository
    if workspace.root == folder or (workspace.initialised and not _is_below(repository, folder)):
        return workspace if workspace.initialised and workspace.holds(folder) else None
    prefix = f"{os.path.relpath(folder, repository.top)}/"
    project = workspace_of(repository._replace(prefix=prefix))
    return project if project.initialised else None


def takes_runs(workspace: Workspace, branch: str) -> bool:
    """Tells whether commits on a branch record runs: it is an experiment, and the settings do not say otherwise."""
    from branchlab.naming import compile_rule

    settings = workspace.settings
    rule = compile_rule(settings.naming)
    experiment = rule.accepts(branch) and not rule.exempt(branch) and branch != settings.baseline
    return settings.hooks.record and experiment


def finished_run(folder: str) -> RunState | None:
    """Returns a run that finished where the user works and that no commit went past, None for any other."""
    state = None if os.path.exists(os.path.join(folder, PASSED_FILE)) else read_state(folder)
    return state if state and state.status == "finished" and state.in_place else None


def is_for(state: RunState, branch: str) -> bool:
    """Tells whether a run may be this branch's: one that was started for another is not, though it ran here."""
    return state.name in ("", branch)


def read_last(record: bytes | None) -> Last:
    """Returns what matters here of a record; a damaged one counts as none."""
    try:
        run = parse_record(record or b"").run
    except DamagedError:
        return Last()
    return Last(run.id, run.started)


def _finished(workspace: Workspace, branch: str) -> list[tuple[str, RunState]]:
    """Returns the runs that finished on this branch where the user works, the newest first."""
    found = []
    now = utc_now()
    for folder in run_folders(workspace.runs_dir):
        state = finished_run(folder)
        if state and state.branch == branch:
            if is_for(state, branch):
                # `started` has whole seconds: of two runs in one second the one that was written last is the newer.
                written = os.stat(os.path.join(folder, STATE_FILE)).st_mtime_ns
                # One of the future began before the clock was set back.
                found.append((state.started <= now, state.started, written, folder, state))
            else:
                _pass(folder)
    found.sort(reverse=True, key=lambda item: item[:3])
    return [item[3:] for item in found]


def _is_newer(state: RunState, last: Last) -> bool:
    """Tells whether a run began after the one recorded last, which tells nothing when it is of the future."""
    return state.id != last.run and (state.started >= last.started or last.started > utc_now())


def _is_below(repository: Repository, folder: str) -> bool:
    return f"{folder}/".startswith(f"{repository.top}/")


def _pass(folder: str) -> None:
    # Where it cannot be marked, the next commit looks at it once more.
    with suppress(OSError), open(os.path.join(folder, PASSED_FILE), "wb"):
        return
