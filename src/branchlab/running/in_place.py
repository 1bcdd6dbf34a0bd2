"""`run --here`: in the user's own tree and on the current branch, for people who do not want a worktree."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.errors import DamagedError, EnvironmentProblemError, UsageError
from branchlab.git.commit import NewCommit, write_commit
from branchlab.git.process import run_git
from branchlab.git.refs import BRANCHES, RUNS, move_ref
from branchlab.record.format import parse_record
from branchlab.record.message import commit_message
from branchlab.running.execute import (
    Outcome,
    Request,
    Stage,
    check_record_path,
    commit_code,
    run_state,
    status_of,
    used_inputs,
    watch,
)
from branchlab.running.harvest import Harvest, Place, harvest, read_file
from branchlab.running.parameters import read_parameters
from branchlab.running.recording import Recorded, forget_run
from branchlab.running.write import write_files
from branchlab.text import safe_text
from branchlab.tracking.location import create_run_folder, utc_now
from branchlab.tracking.state import hold_lock, release_lock, update_state, write_state

if TYPE_CHECKING:
    from collections.abc import Callable

    from branchlab.data.store import Store
    from branchlab.running.source import Source
    from branchlab.running.stopping import StopRequest
    from branchlab.workspace import Workspace


def execute_here(
    workspace: Workspace,
    store: Store | None,
    source: Source,
    request: Request,
    stop: StopRequest,
    show: Callable[[bytes], None],
) -> Outcome:
    """Runs a command where the user stands and commits code and record on the current branch.

    Raises:
        UsageError: on a detached HEAD, or when the record's path belongs to something else.
        EnvironmentProblemError: when git or the disk refuses, or the branch moved while the command ran.
    """
    check_record_path(workspace)
    if source.branch is None:
        raise UsageError(
            "HEAD is detached, so there is no branch to record on", "git switch -c NAME, or leave out --here"
        )
    folder = create_run_folder(workspace.repository.common_dir)
    run = os.path.basename(folder)
    lock = hold_lock(folder)
    if lock is None:
        raise DamagedError(f"the run folder of {run} is held by somebody else", "run it again")
    try:
        write_files(workspace, Harvest(request.files))
        code = commit_code(workspace, source, request, run)
        params = read_parameters(workspace.settings.params, lambda path: read_file(workspace.root, path))
        name = request.name(run)
        write_state(folder, run_state(workspace, source, request, run, name, code)._replace(params=params))
        ended, resources = watch(workspace, Stage(folder, run, lock, workspace.root), request.command, stop, show)
        state = update_state(
            folder, status=status_of(ended), ended=utc_now(), seconds=round(ended.seconds, 3), exit_code=ended.exit_code
        )
        if state is None:
            raise DamagedError(f"the run folder of {run} was removed while it ran", "run it again")
        place = Place(workspace.repository.top, workspace.root, own=False)
        found = harvest(workspace, store, folder, state, place, used_inputs(workspace, source), resources)
    finally:
        release_lock(lock)
    outcome = Outcome(run, source.branch, state.status, ended.exit_code, ended.seconds, folder, None, found.warnings)
    if state.status != "finished":
        return outcome
    return outcome._replace(recorded=_record_here(workspace, source, folder, found, code))


def _record_here(workspace: Workspace, source: Source, folder: str, found: Harvest, code: str) -> Recorded:
    """Commits the record on the current branch; the index follows, so that `git status` is clean afterwards."""
    repository = workspace.repository
    branch = source.branch or ""
    record = parse_record(found.files[workspace.record_path], workspace.record_path)
    goals = {metric: rule.goal for metric, rule in workspace.settings.metrics.items()}
    message = commit_message(record, branch, goals)
    commit = NewCommit(code, message, files=found.files, removed=found.removed)
    oid = write_commit(repository, RUNS + record.run.id, commit)
    try:
        move_ref(repository, BRANCHES + branch, oid, source.parent, reason=f"branchlab: run {record.run.id}")
    except EnvironmentProblemError as error:
        hint = f"branchlab record {record.run.id} makes a branch of it"
        raise EnvironmentProblemError(
            f"{safe_text(branch)} moved while the command ran: {error.message}", hint
        ) from None
    write_files(workspace, found)
    run_git(["read-tree", oid], cwd=repository.top)
    run_git(["status", "--porcelain"], cwd=repository.top, env={"GIT_OPTIONAL_LOCKS": "1"})
    forget_run(repository, folder, record.run.id)
    return Recorded(branch, oid, record)
