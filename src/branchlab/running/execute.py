"""One run from its source to its record: worktree, data, command, harvest, branch."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from branchlab.data.linking import changed_links, link_outputs
from branchlab.data.store import drop_damaged
from branchlab.data.worktree import prepare_worktree
from branchlab.errors import UsageError
from branchlab.git.commit import NewCommit, check_identity, write_commit
from branchlab.git.refs import RUNS
from branchlab.git.worktree import take_worktree
from branchlab.plainfile import read_file
from branchlab.running.harvest import Left, harvest, is_harvested
from branchlab.running.names import check_place
from branchlab.running.parameters import read_parameters
from branchlab.running.place import Place
from branchlab.running.recording import branches_above, branches_like, forget_run, record_harvest
from branchlab.running.source import used_inputs
from branchlab.running.stage import Stage, open_stage, perform
from branchlab.text import format_duration, safe_text
from branchlab.tracking.location import utc_now
from branchlab.tracking.state import RunState, release_lock, update_state, write_state
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from branchlab.data.linking import Linked
    from branchlab.data.pointer import Output
    from branchlab.data.store import Store
    from branchlab.git.worktree import Worktree
    from branchlab.running.names import Name
    from branchlab.running.recording import Recorded
    from branchlab.running.source import Source
    from branchlab.running.stopping import StopRequest
    from branchlab.tracking.state import StateStatus
    from branchlab.workspace import Workspace

_NOTICED_SECONDS = 1.0


class Request(NamedTuple):
    """What is to be run.

    Attributes:
        command: argument list.
        name: the branch it will become, given the id of the run.
        note: hypothesis or remark.
        files: content that replaces files of the source, by path relative to the top of the repository.
        record: False for a run that is only looked at.
    """

    command: tuple[str, ...]
    name: Callable[[str], Name]
    note: str = ""
    files: Mapping[str, bytes] = {}
    record: bool = True


class Started(NamedTuple):
    """A run that has its folder, its code commit and its worktree."""

    stage: Stage
    code: str
    name: Name
    worktree: Worktree
    place: Place
    linked: Linked | None
    inputs: tuple[Output, ...]
    worktree_seconds: float


class Outcome(NamedTuple):
    """How a run ended.

    Attributes:
        run: its id.
        name: branch it became, or would become.
        status: `finished`, `failed` or `stopped`.
        exit_code: of the command.
        seconds: wall time of the command.
        folder: run folder; gone when the run was recorded.
        recorded: None while it is not on a branch.
        warnings: what was not kept or looks wrong, one line each.
    """

    run: str
    name: str
    status: StateStatus
    exit_code: int
    seconds: float
    folder: str
    recorded: Recorded | None
    warnings: tuple[str, ...] = ()


def execute(
    workspace: Workspace,
    store: Store | None,
    source: Source,
    request: Request,
    stop: StopRequest,
    show: Callable[[bytes], None],
) -> Outcome:
    """Runs a command in a worktree and records what came out; the user's tree is not touched.

    Raises:
        UsageError: before anything is started, when name, command or record path cannot be used.
        EnvironmentProblemError: when git, DVC or the disk refuses; a started command is ended first.
    """
    check_record_path(workspace)
    if request.record:
        check_identity(workspace.repository)
    started = start(workspace, store, source, request)
    try:
        return _executed(workspace, store, started, request, stop, show)
    finally:  # held until the run is on its branch: `branchlab record` beside us would make a second one of it
        release_lock(started.stage.lock)


def _executed(
    workspace: Workspace,
    store: Store | None,
    started: Started,
    request: Request,
    stop: StopRequest,
    show: Callable[[bytes], None],
) -> Outcome:
    stage = started.stage
    try:
        state, resources = perform(workspace, stage, started.place.project, request.command, stop, show)
        found = harvest(workspace, store, Left(stage.folder, state, started.place, started.inputs, resources))
        warnings = (*_slow_worktree(started), *data_warnings(store, started.linked), *found.warnings)
    finally:
        # Given back at once: all that the run left is in its folder by now, and the next run may have the slot.
        os.close(started.worktree.lock)
    outcome = outcome_of(state, started.name.branch, stage, warnings)
    # A run that failed stays in its folder until `branchlab record`; it is no branch by itself.
    if state.status != "finished" or not request.record:
        return outcome
    recorded = record_harvest(workspace, stage.folder, found, started.code, started.name)
    return outcome._replace(name=recorded.name, recorded=recorded)


def start(workspace: Workspace, store: Store | None, source: Source, request: Request) -> Started:
    """Makes run folder, code commit and worktree, and brings the data; leaves nothing behind when that fails."""
    repository = workspace.repository
    stage = open_stage(workspace)
    run = stage.run
    worktree = None
    try:
        name = request.name(run)
        if request.record:
            check_place(name, branches_like(repository, name.branch) | branches_above(repository, name.branch))
        code = commit_code(workspace, source, request, run)
        # Twice, since a worktree of many files takes its time: a run that dies meanwhile is known with its code.
        write_state(stage.folder, run_state(workspace, source, request, run, name, code)._replace(apart=True))
        began = time.monotonic()
        worktree = take_worktree(repository, run, code, lambda owner: is_needed(workspace, owner))
        took = time.monotonic() - began
        place = Place.of(worktree.path, workspace.prefix, own=True)
        inputs = used_inputs(workspace, source)
        linked = link_data(workspace, store, inputs, place)
        link_paths(workspace, place.project)
        # From the worktree, not from the user's tree, which may be edited on.
        params = read_parameters(workspace.settings.params, lambda path: read_file(place.project, path))
        update_state(stage.folder, worktree=worktree.path, params=params)
    except BaseException:
        if worktree:
            os.close(worktree.lock)
        abandon(workspace, stage)
        raise
    return Started(stage, code, name, worktree, place, linked, inputs, took)


def abandon(workspace: Workspace, stage: Stage) -> None:
    """Leaves nothing of a run that was not started."""
    release_lock(stage.lock)
    forget_run(workspace.repository, stage.folder, stage.run)


def outcome_of(state: RunState, name: str, stage: Stage, warnings: tuple[str, ...]) -> Outcome:
    """Returns how a run ended that is on no branch yet."""
    return Outcome(
        stage.run, name, state.status, state.exit_code or 0, state.seconds or 0.0, stage.folder, None, warnings
    )


def is_needed(workspace: Workspace, run: str) -> bool:
    """Tells whether the worktree of an earlier run holds something that is saved nowhere else."""
    # A run that was recorded or removed has no folder, one whose harvest was killed has no mark of its end.
    folder = os.path.join(workspace.runs_dir, run)
    return os.path.isdir(folder) and not is_harvested(folder)


def check_record_path(workspace: Workspace) -> None:
    """Makes sure that the record does not replace a file of another tool.

    Raises:
        UsageError: when a file stands where the record will be, and it is none.
    """
    content = read_file(workspace.root, workspace.settings.record.metrics)
    # Looked for, not parsed: a record with conflict markers or of a newer branchlab is still one of ours.
    if content is not None and b"schema" not in content[:4096] and content.strip():
        raise UsageError(
            f"{safe_text(workspace.record_path)} belongs to something else",
            'choose another path in branchlab.toml: [record] metrics = "run.toml"',
        )


def commit_code(workspace: Workspace, source: Source, request: Request, run: str) -> str:
    """Commits what differs from the parent commit; the parent itself when nothing does."""
    files = {**source.files, **request.files}
    if source.tree is None and not files:
        return source.parent
    note = f"\n\n{safe_text(request.note, multiline=True)}" if request.note else ""
    message = f"code of run {run}{note}\n"
    return write_commit(workspace.repository, RUNS + run, NewCommit(source.parent, message, source.tree, files))


def run_state(workspace: Workspace, source: Source, request: Request, run: str, name: Name, code: str) -> RunState:
    """Returns what state.json says at the start of a run."""
    return RunState(
        id=run,
        name=name.branch,
        command=request.command,
        project=workspace.root,
        branch=source.branch or "",
        started=utc_now(),
        code=code,
        exact=True,
        note=request.note,
    )


def link_data(workspace: Workspace, store: Store | None, inputs: Sequence[Output], place: Place) -> Linked | None:
    """Links the data of a run into its worktree; None without DVC."""
    if store is None:
        return None
    prepare_worktree(store, workspace.repository.top, place.top)
    return link_outputs(store, place.project, inputs)


def link_paths(workspace: Workspace, project: str) -> None:
    """Makes ignored paths of the user's tree, such as `.venv`, visible in the run's worktree."""
    for path in workspace.settings.link:
        own, target = os.path.join(workspace.root, path), os.path.join(project, path)
        # `lexists`: what the commit has at this path is the code's own, also a broken link.
        if os.path.exists(own) and not os.path.lexists(target):
            os.makedirs(os.path.dirname(target), exist_ok=True)
            os.symlink(own, target)


def _slow_worktree(started: Started) -> list[str]:
    """Says what a worktree cost when a person could notice."""
    if started.worktree_seconds < _NOTICED_SECONDS:
        return []
    why = "the next run reuses it" if started.worktree.fresh else "it was brought to the code of this run"
    return [f"making the worktree took {format_duration(started.worktree_seconds)}; {why}"]


def data_warnings(store: Store | None, linked: Linked | None) -> list[str]:
    """Says which inputs were missing, and which the command changed in place: the cache loses those here."""
    if store is None or linked is None:
        return []
    words = [f"{safe_text(output.path)} is not in the DVC cache: branchlab pull" for output in linked.missing]
    by_path = {file.path: file for file in linked.files}
    for path in changed_links(linked):
        drop_damaged(store, by_path[path].md5, legacy=by_path[path].legacy)
        words.append(f"the command changed its input {safe_text(path)} in place: the cache lost it, branchlab pull")
    return words
