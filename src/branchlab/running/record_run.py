"""Turns an unrecorded run into a branch: one that failed, was stopped or killed, or was started by hand."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.errors import BusyError, NotFoundError, UsageError
from branchlab.git.commit import NewCommit, write_commit
from branchlab.git.objects import read_object
from branchlab.git.refs import RUNS
from branchlab.git.worktree import slot_owner
from branchlab.record.note import with_note
from branchlab.running.called import runs_called
from branchlab.running.harvest import Left, harvest, is_harvested, load_harvest
from branchlab.running.parameters import parameters_at
from branchlab.running.place import Place
from branchlab.running.ran_code import ran_code
from branchlab.running.recording import Recorded, forget_run, record_harvest, recorded_runs
from branchlab.running.source import source_from_capture, source_from_commit, source_from_working_tree, used_inputs
from branchlab.text import safe_text
from branchlab.tracking.capture import is_capturing
from branchlab.tracking.location import common_dir_of, find_git, new_run_id, utc_now
from branchlab.tracking.reading import JOURNAL_FILE, read_journal
from branchlab.tracking.state import (
    ended_status,
    hold_lock,
    is_alive,
    read_state,
    release_lock,
    run_folders,
    update_state,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from branchlab.data.store import Store
    from branchlab.running.harvest import Harvest
    from branchlab.running.names import Name
    from branchlab.running.ran_code import RanCode
    from branchlab.running.source import Source
    from branchlab.tracking.state import RunState
    from branchlab.workspace import Workspace

_CAPTURE_SECONDS = 30.0  # a capture takes a tenth of a second, and some more in a large tree on a slow disk
_SECOND = len("20261120T233015")  # of a run's id; what follows is random
_LOOK_SECONDS = 0.1  # somebody may just look whether the run is alive


def find_unrecorded(workspace: Workspace, asked: str) -> str:
    """Returns the folder of the run with this id, beginning of an id or name; without one, of the newest that ended.

    Raises:
        NotFoundError: when there is none.
        UsageError: when several are meant.
    """
    if not asked:
        folders = run_folders(workspace.runs_dir)
        ended = [folder for folder in folders if _is_ours(workspace, folder) and not is_alive(folder)]
        if not ended:
            raise NotFoundError("there is no unrecorded run", "branchlab run starts one")
        return max(ended, key=_by_age)
    fitting = runs_called(workspace, asked)
    if not fitting:
        raise NotFoundError(f"there is no unrecorded run {safe_text(asked)}", "branchlab ls shows them")
    if len(fitting) > 1:
        raise UsageError(f"{len(fitting)} runs are called {safe_text(asked)}", "give the id of one")
    return os.path.join(workspace.runs_dir, fitting[0])


def _by_age(folder: str) -> tuple[bool, str]:
    """Orders run folders, the newest last; one of the future began before the clock was set back."""
    run = os.path.basename(folder)
    return run[:_SECOND] <= new_run_id()[:_SECOND], run


def record_run(
    workspace: Workspace, store: Store | None, folder: str, choose: Callable[[RunState], Name], note: str = ""
) -> tuple[Recorded, tuple[str, ...]]:
    """Records a run that ended; returns the experiment, and what was not kept, one line each.

    Where the code of a run by hand was not captured when it started, the working tree as it is now stands in, and the
    record says that it may not be exact.

    Raises:
        BusyError: while the run is alive, or its code is still being captured.
        NotFoundError: when the run is damaged beyond use, or was recorded meanwhile.
    """
    lock = _take(folder)
    try:
        return _record(workspace, store, folder, choose, note)
    finally:
        release_lock(lock)


def _take(folder: str) -> int:
    """Takes the lock of a run that ended, so that nobody else records it as well."""
    run = os.path.basename(folder)
    gone = NotFoundError(f"run {run} was recorded or removed meanwhile", "branchlab ls shows what is there")
    try:
        lock = hold_lock(folder, _LOOK_SECONDS)
    except FileNotFoundError:
        raise gone from None
    if lock is None:
        raise BusyError(f"run {run} is still going on, or is just being recorded", "wait for its end, or stop it")
    if not os.path.isdir(folder):  # the lock was that of a folder which its holder removed
        release_lock(lock)
        raise gone
    return lock


def _record(
    workspace: Workspace, store: Store | None, folder: str, choose: Callable[[RunState], Name], note: str
) -> tuple[Recorded, tuple[str, ...]]:
    state = read_state(folder)
    if state is None:
        raise NotFoundError(f"run {os.path.basename(folder)} has no readable state.json", "branchlab doctor")
    # A kill between the new branch and the removal of the folder leaves a run that looks unrecorded.
    _refuse_recorded(workspace, folder, state)
    # By hand and without code: a harvest there is of a `git commit` that came to nothing, and of its code (hooks).
    found = load_harvest(folder) if state.code else None
    if found:
        found = _with_note(workspace, folder, found, note)
    else:
        source, state = _source(workspace, store, folder, state)
        state = settle(folder, state)
        if note:
            state = update_state(folder, note=note) or state
        found = _harvest(workspace, store, folder, state, source)
    return record_harvest(workspace, folder, found, state.code, choose(state)), found.warnings


def _with_note(workspace: Workspace, folder: str, found: Harvest, note: str) -> Harvest:
    """Gives a record that was made when the run ended the note that was written since, or the one that is asked for."""
    note = note or read_journal(os.path.join(folder, JOURNAL_FILE)).note
    path = workspace.record_path
    if not note:
        return found
    return found._replace(files={**found.files, path: with_note(found.files[path], path, note)})


def settle(folder: str, state: RunState) -> RunState:
    """Writes how a run ended where nobody was left to do so, and returns what state.json says then."""
    if state.status != "running":
        return state
    journal = read_journal(os.path.join(folder, JOURNAL_FILE))
    return update_state(folder, status=ended_status(state, journal.status), ended=utc_now()) or state


def save_ended(workspace: Workspace, store: Store | None, folder: str) -> None:
    """Harvests a run that ended without anybody watching, so that its worktree can be used again.

    Raises:
        BranchlabError: when what it left cannot be saved, or somebody records it.
    """
    lock = _take(folder)
    try:
        state = read_state(folder)
        state = settle(folder, state) if state else None
        if state and state.code and not is_harvested(folder):
            _harvest(workspace, store, folder, state, source_from_commit(workspace, state.code))
    finally:
        release_lock(lock)


def _source(workspace: Workspace, store: Store | None, folder: str, state: RunState) -> tuple[Source, RunState]:
    if state.code:
        return source_from_commit(workspace, state.code), state
    ran = _captured(workspace, folder, state)
    source = source_from_capture(workspace, store, ran.commit) if ran else source_from_working_tree(workspace, store)
    code = source.parent
    if source.tree or source.files:
        commit = NewCommit(source.parent, f"code of run {state.id}, captured after it\n", source.tree, source.files)
        code = write_commit(workspace.repository, RUNS + state.id, commit)
    exact = ran is not None and ran.exact and not source.files  # data may have changed during the run
    differs = (*ran.differs, *source.files) if ran else ()
    params = parameters_at(workspace, ran.commit) if ran and state.params is None else state.params
    changed = state._replace(code=code, exact=exact, differs=differs, params=params)
    return source, update_state(folder, code=code, exact=exact, differs=differs, params=params) or changed


def _captured(workspace: Workspace, folder: str, state: RunState) -> RanCode | None:
    ran = ran_code(workspace, state, wait=_CAPTURE_SECONDS)
    if is_capturing(folder):
        raise BusyError(f"the code of run {state.id} is still being captured", "try again in a moment")
    return ran if ran and read_object(workspace.repository, f"{ran.commit}^{{commit}}") else None


def _harvest(workspace: Workspace, store: Store | None, folder: str, state: RunState, source: Source) -> Harvest:
    place = None
    # A slot that another run has taken since holds that one's files: then the journal is all there is.
    if state.worktree and slot_owner(state.worktree) == state.id and os.path.isdir(state.worktree):
        place = Place.of(state.worktree, workspace.prefix, own=True)
    elif state.in_place:
        place = _place_by_hand(workspace, state)
    if place is None and state.params is None:  # killed before its worktree was whole
        state = state._replace(params=parameters_at(workspace, state.code))
    return harvest(workspace, store, Left(folder, state, place, used_inputs(workspace, source)))


def _place_by_hand(workspace: Workspace, state: RunState) -> Place:
    """Returns the working tree that a run by hand was started in, which may be another one than the caller's."""
    found = find_git(state.project) if os.path.isdir(state.project) else None
    if found and common_dir_of(found[1]) == os.path.realpath(workspace.repository.common_dir):
        return Place(found[0], state.project, own=False)
    return Place(workspace.repository.top, workspace.root, own=False)


def _refuse_recorded(workspace: Workspace, folder: str, state: RunState) -> None:
    """Finishes a recording that was killed after its last step."""
    if recorded_runs(workspace.repository, {state.id: state.started}):
        forget_run(workspace.repository, folder, state.id)
        raise NotFoundError(f"run {state.id} is recorded already", f"git log --branches --grep {state.id}")


def _is_ours(workspace: Workspace, folder: str) -> bool:
    state = read_state(folder)
    # A state that cannot be read says of no project, so it is shown in each rather than in none.
    return state is None or workspace.holds(state.project)
