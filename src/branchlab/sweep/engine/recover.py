"""What a session that was killed left: complete runs are recorded, half ones go into the archive and run again."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from branchlab.errors import BusyError, DamagedError
from branchlab.git.refs import ARCHIVE, BRANCHES
from branchlab.record.format import parse_record
from branchlab.running.harvest import drop_harvest, load_harvest
from branchlab.running.record_run import save_ended
from branchlab.running.recording import forget_run, recorded_runs
from branchlab.sweep.engine.commit import archived_name, commit_record, has_anything
from branchlab.sweep.engine.reaper import GRACE_SECONDS
from branchlab.sweep.engine.workers import INTERRUPTED
from branchlab.sweep.table import ended_early
from branchlab.sweep.trial import NAME, PART, PART_OF_TRIAL, REASON, TRIAL
from branchlab.tracking.location import utc_now
from branchlab.tracking.reading import JOURNAL_FILE, read_journal
from branchlab.tracking.state import is_alive, read_state, run_folders, update_state
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from branchlab.record.model import Record
    from branchlab.running.harvest import Harvest
    from branchlab.sweep.engine.bench import Bench
    from branchlab.tracking.state import RunState

_PATIENCE_SECONDS = 2 * GRACE_SECONDS + 2  # SIGTERM and SIGKILL of the reaper, and time to look
_LOOK_SECONDS = 0.1


class Recovered(NamedTuple):
    """What was found.

    Attributes:
        recorded: numbers of trials that had ended and are on their branch now.
        interrupted: numbers of those that run again.
        parts: folders of finished repeats of trials that are not complete.
    """

    recorded: tuple[int, ...] = ()
    interrupted: tuple[int, ...] = ()
    parts: tuple[str, ...] = ()


def recover(bench: Bench, sweep: str, part: str = "") -> Recovered:
    """Settles the run folders that an earlier session of this part of a sweep left; its lock must be held.

    Raises:
        BusyError: while a command of one goes on.
        BranchlabError: when one cannot be recorded.
    """
    left: dict[str, RunState] = {}
    for folder in run_folders(bench.workspace.runs_dir):
        state = read_state(folder)
        if state and state.sweep and state.sweep.get(NAME) == sweep and state.sweep.get(PART, "") == part:
            left[folder] = state
    if not left:
        return Recovered()
    _wait_for_end(left)
    # once more: whoever watched a command has written meanwhile how it ended
    states = {folder: read_state(folder) or state for folder, state in left.items()}
    known = recorded_runs(bench.workspace.repository, {state.id: state.started for state in states.values()})
    recorded: list[int] = []
    interrupted: list[int] = []
    parts: list[str] = []
    for folder, state in states.items():
        number = int((state.sweep or {}).get(TRIAL, 0))
        # `known` is what branches recorded since these runs began, by the clock, and nothing of the archive
        if state.id in known or _is_there(bench, state):
            forget_run(bench.workspace.repository, folder, state.id)
        elif PART_OF_TRIAL in (state.sweep or {}):
            if _is_complete(folder, state):
                _harvested(bench, folder)
                parts.append(folder)
            else:
                forget_run(bench.workspace.repository, folder, state.id)
        else:
            (recorded if _record(bench, folder, state) else interrupted).append(number)
    return Recovered(tuple(recorded), tuple(interrupted), tuple(parts))


def _wait_for_end(folders: dict[str, RunState]) -> None:
    """Gives a reaper that is at work the time that it needs."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while alive := [state for folder, state in folders.items() if is_alive(folder)]:
        if time.monotonic() > deadline:
            raise BusyError(
                f"the command of run {alive[0].id} goes on", f"branchlab stop {alive[0].id}, then try again"
            )
        time.sleep(_LOOK_SECONDS)


def _is_complete(folder: str, state: RunState) -> bool:
    """Tells whether a command came to its own end: as its watcher saw, or as it said itself when nobody was left."""
    if state.status == "running":
        return read_journal(os.path.join(folder, JOURNAL_FILE)).status == "finished"
    return (state.sweep or {}).get(REASON) != INTERRUPTED


def _record(bench: Bench, folder: str, state: RunState) -> bool:
    """Records a run; returns whether it counts, else it is in the archive if it logged anything."""
    repository, path = bench.workspace.repository, bench.workspace.record_path
    complete = _is_complete(folder, state)
    table = dict(state.sweep or {})
    if not complete and state.status == "running":
        table = ended_early(table, INTERRUPTED, pruned=False)
        # before the harvest, which makes the record of what it says
        update_state(folder, status="stopped", ended=utc_now(), sweep=table)
    found = _harvested(bench, folder)
    if found is not None:
        record = parse_record(found.files[path], path)
        if complete:
            tip = _tip(bench, state.name, str(table.get("parent", "")))
            commit_record(bench, found, record, state.code, state.name, tip=tip)
        elif has_anything(record):
            commit_record(bench, found, record, state.code, archived_name(state.name, state.id), archive=True)
    forget_run(repository, folder, state.id)
    return complete


def _is_there(bench: Bench, state: RunState) -> bool:
    """Tells whether a run is on its branch or in the archive already, whatever its clock and that of its commit say."""
    path = bench.workspace.record_path
    for name in (BRANCHES + state.name, ARCHIVE + archived_name(state.name, state.id)):
        stored = bench.session.read(f"{name}:{path}")
        record = _parsed(stored.body, path) if stored else None
        if record is not None and record.run.id == state.id:
            return True
    return False


def _harvested(bench: Bench, folder: str) -> Harvest | None:
    """Returns the files of a record, made anew where what was saved of them is damaged."""
    path = bench.workspace.record_path
    found = load_harvest(folder)
    if found is None or _parsed(found.files.get(path, b""), path) is None:
        # `save_ended` passes over a run that has its record
        drop_harvest(folder)
        save_ended(bench.workspace, bench.store, folder)
        found = load_harvest(folder)
    return found


def _parsed(text: bytes, path: str) -> Record | None:
    try:
        return parse_record(text, path)
    except DamagedError:
        return None


def _tip(bench: Bench, branch: str, parent: str) -> str:
    """Returns where the branch of a trial stands that goes on, empty for a new one."""
    found = bench.session.read(BRANCHES + branch) if parent else None
    return parent if found and found.oid == parent else ""
