"""`run --here`: in the user's own tree and on the current branch, for people who do not want a worktree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.data.pointer import LOCK_FILE
from branchlab.errors import BranchlabError, BusyError, EnvironmentProblemError, UsageError
from branchlab.git.commit import NewCommit, check_identity, write_commit
from branchlab.git.index import check_unlocked
from branchlab.git.process import run_git
from branchlab.git.refs import BRANCHES, RUNS, move_ref
from branchlab.plainfile import read_file
from branchlab.project import goals_of
from branchlab.record.format import parse_record
from branchlab.record.message import commit_message
from branchlab.running.artifacts import leftovers_of
from branchlab.running.execute import (
    Outcome,
    Request,
    abandon,
    check_record_path,
    commit_code,
    outcome_of,
    run_state,
)
from branchlab.running.harvest import Harvest, Left, harvest
from branchlab.running.parameters import read_parameters
from branchlab.running.place import Place
from branchlab.running.recording import Recorded, forget_recorded
from branchlab.running.source import used_inputs
from branchlab.running.stage import open_stage, perform
from branchlab.running.write import check_places, write_files
from branchlab.text import safe_text
from branchlab.tracking.state import release_lock, write_state

if TYPE_CHECKING:
    from collections.abc import Callable

    from branchlab.data.store import Store
    from branchlab.running.source import Source
    from branchlab.running.stopping import StopRequest
    from branchlab.workspace import Workspace

_OF_DVC = (LOCK_FILE, ".gitignore")


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
    check_identity(workspace.repository)
    if source.branch is None:
        raise UsageError(
            "HEAD is detached, so there is no branch to record on", "git switch -c NAME, or leave out --here"
        )
    check_unlocked(workspace.repository)
    directory = workspace.prefix + workspace.settings.record.directory
    # Looked at before the command, so that nothing can be in the way of the record after hours of work.
    check_places(workspace, (workspace.record_path, f"{directory}/history.csv"))
    stage = open_stage(workspace)
    try:
        write_files(workspace, Harvest({**source.files, **request.files}))
        code = commit_code(workspace, source, request, stage.run)
        params = read_parameters(workspace.settings.params, lambda path: read_file(workspace.root, path))
        state = run_state(workspace, source, request, stage.run, request.name(stage.run), code)
        write_state(stage.folder, state._replace(params=params))
    except BaseException:
        abandon(workspace, stage)
        raise
    try:
        state, resources = perform(workspace, stage, workspace.root, request.command, stop, show)
        place = Place(workspace.repository.top, workspace.root, own=False)
        left = Left(stage.folder, state, place, used_inputs(workspace, source), resources)
        found = harvest(workspace, store, left)
        found = _with_written(workspace, place, found)
        outcome = outcome_of(state, source.branch, stage, found.warnings)
        if state.status != "finished":
            return outcome
        return outcome._replace(recorded=_record_here(workspace, source, stage.folder, found, code))
    finally:  # held until the run is on its branch: `branchlab record` beside us would make a second one of it
        release_lock(stage.lock)


def _with_written(workspace: Workspace, place: Place, found: Harvest) -> Harvest:
    """Adds the metric files of other tools, and what DVC wrote.

    In a later commit they would count as code that nobody ran. Anything else may be what the user edited meanwhile.
    """
    from branchlab.running.collect import collected_files

    prefix = workspace.prefix
    metrics = {prefix + path for path in collected_files(workspace.root, workspace.settings.collect)}

    def is_written(path: str) -> bool:
        return path in metrics or (path.startswith(prefix) and path.rpartition("/")[2] in _OF_DVC)

    left = leftovers_of(workspace, place, frozenset(), is_written)
    return found._replace(files={**left.files, **found.files}, warnings=(*found.warnings, *left.warnings))


def _record_here(workspace: Workspace, source: Source, folder: str, found: Harvest, code: str) -> Recorded:
    """Commits the record on the current branch; the index follows, so that `git status` is clean afterwards."""
    check_places(workspace, found.files)
    repository = workspace.repository
    branch = source.branch or ""
    record = parse_record(found.files[workspace.record_path], workspace.record_path)
    goals = goals_of(workspace.settings)
    message = commit_message(record, branch, goals)
    commit = NewCommit(code, message, files=found.files, removed=found.removed)
    # Held by the run's private ref first: if the branch has moved, the record is not lost (design 0002).
    oid = write_commit(repository, RUNS + record.run.id, commit)
    hint = f"branchlab record {record.run.id} makes a branch of it"
    try:
        check_unlocked(repository)
    except BusyError as error:  # the branch would move without the index, and the next commit undo the record
        raise BusyError(f"the run is not recorded: {error.message}", f"{error.hint}; then {hint}") from None
    try:
        move_ref(repository, BRANCHES + branch, oid, source.parent, reason=f"branchlab: run {record.run.id}")
    except BranchlabError as error:
        raise EnvironmentProblemError(
            f"{safe_text(branch)} moved while the command ran: {error.message}", hint
        ) from None
    # After the branch, which may have moved meanwhile: then the user's tree stays as it is.
    write_files(workspace, found)
    forget_recorded(repository, folder, record.run.id, oid)
    # read-tree knows no times of files, so the next status would read each of them; this one writes the times down.
    run_git(["read-tree", oid], cwd=repository.top)
    run_git(["status", "--porcelain"], cwd=repository.top, env={"GIT_OPTIONAL_LOCKS": "1"})
    return Recorded(branch, oid, record)
