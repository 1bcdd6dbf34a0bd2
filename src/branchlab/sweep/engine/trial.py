"""One job from its code commit to its record: worktree, data, checkpoint, command, harvest, branch."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.data.linking import link_outputs
from branchlab.data.pointer import parse_pointer, pointer_path
from branchlab.git.commit import NewCommit
from branchlab.git.refs import RUNS
from branchlab.git.touched import is_untouched, look_at
from branchlab.git.worktree import bring_worktree, take_worktree
from branchlab.running.execute import abandon, data_warnings, is_needed, link_data, link_paths
from branchlab.running.harvest import Left, harvest
from branchlab.running.parameters import read_parameters
from branchlab.running.place import Place
from branchlab.running.stage import open_stage, perform
from branchlab.sweep.engine.commit import record_trial
from branchlab.sweep.engine.ending import failure
from branchlab.sweep.engine.workers import SWEEP_VARIABLE, TRIAL_VARIABLE, Ended
from branchlab.sweep.pruning.curve import until
from branchlab.sweep.pruning.final import converged
from branchlab.sweep.table import ended_early
from branchlab.sweep.trial import NAME, PART_OF_TRIAL
from branchlab.tracking.location import CHECKPOINT_VARIABLE, utc_now
from branchlab.tracking.reading import JOURNAL_FILE, read_journal
from branchlab.tracking.state import RunState, read_state, release_lock, write_state
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from branchlab.data.linking import Linked
    from branchlab.git.touched import Look
    from branchlab.git.worktree import Worktree
    from branchlab.record.model import Record, Run
    from branchlab.running.harvest import Harvest
    from branchlab.running.launch import Ended as CommandEnded
    from branchlab.running.stage import Stage
    from branchlab.sweep.engine.bench import Bench
    from branchlab.sweep.engine.ending import Ending
    from branchlab.sweep.engine.workers import EndedStatus, Job


class Slot:
    """One place for a command: a worktree that is kept from job to job, and what the command finds around it.

    Attributes:
        environment: variables of this slot, such as the devices that its commands see.
    """

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        """Takes no worktree yet."""
        self.environment = environment or {}
        self._worktree: Worktree | None = None
        self._run = ""
        self._before: Look | None = None
        self._tidy = False

    def bring(self, bench: Bench, run: str, commit: str) -> Worktree:
        """Returns a worktree with the files of a commit; raises as `take_worktree` does."""
        workspace = bench.workspace
        if self._worktree is not None and is_needed(workspace, self._run):
            self.release()  # what an earlier run left there is saved nowhere else
        if self._worktree is None:
            needed = lambda owner: is_needed(workspace, owner)  # noqa: E731 - one expression
            self._worktree = take_worktree(workspace.repository, run, commit, needed)
        else:
            self._worktree = bring_worktree(workspace.repository, self._worktree, run, commit, tidy=self._tidy)
        # tidy for the checkout above alone: the next command may leave what it likes
        self._run, self._tidy = run, False
        return self._worktree

    def watch(self) -> None:
        """Notes how the worktree looks before a command begins that finds nothing there but the files of its commit."""
        self._before = look_at(self._worktree.path) if self._worktree else None

    def is_untouched(self) -> bool:
        """Tells whether a command surely left everything as it was, so that nothing has to be looked for."""
        self._tidy = self._worktree is not None and is_untouched(self._worktree.path, self._before)
        self._before = None
        return self._tidy

    def release(self) -> None:
        """Gives the worktree back."""
        if self._worktree is not None:
            os.close(self._worktree.lock)
            self._worktree = None


class _Ready(NamedTuple):
    """A job whose command can begin."""

    code: str
    place: Place
    state: RunState
    linked: Linked | None
    environment: Mapping[str, str]


class Finish(NamedTuple):
    """What is known of a job when its record has been made and is on no branch yet.

    Attributes:
        folder: the run folder.
        state: what state.json says.
        found: the files of the record.
        record: the record in them.
        code: the commit that ran.
        warnings: one line each.
    """

    folder: str
    state: RunState
    found: Harvest
    record: Record
    code: str
    warnings: tuple[str, ...] = ()


def run_job(bench: Bench, job: Job, ending: Ending, slot: Slot) -> Ended:
    """Runs a job and records it; one that is interrupted goes into the archive if it logged anything, or is kept.

    Raises:
        BranchlabError: when it could not be run or recorded; a run folder that is left can be recorded later.
        OSError: the same.
    """
    stage = open_stage(bench.workspace)
    try:
        ready = _prepare(bench, job, stage, slot)
    except BaseException:
        abandon(bench.workspace, stage)
        raise
    try:
        finish = _perform(bench, job, ending, stage, ready, slot)
        return _conclude(bench, job, ending, finish)
    finally:
        # held until the run folder is gone: `branchlab record` beside us would make a second experiment of it
        bench.later(lambda: release_lock(stage.lock))


def _prepare(bench: Bench, job: Job, stage: Stage, slot: Slot) -> _Ready:
    """Makes the code commit and brings it, its data and its checkpoint into the worktree of a slot."""
    workspace, run = bench.workspace, stage.run
    what = f"{job.table[NAME]}, trial {job.number}"
    code = job.base
    if job.files:
        code = bench.session.write_commit(NewCommit(job.base, f"code of {what}\n", files=job.files))
        # held before anything stands on it: a `git gc` beside us takes what no ref names
        bench.session.create_ref(RUNS + run, code)
    worktree = slot.bring(bench, run, code)
    place = Place.of(worktree.path, workspace.prefix, own=True)
    linked = link_data(workspace, bench.store, bench.inputs(job.base), place)
    link_paths(workspace, place.project)
    given = {CHECKPOINT_VARIABLE: job.checkpoint} if _bring_checkpoint(bench, job, place.project) else {}
    if not given and not (linked and linked.files):
        # only where all that lies there is of the commit: what we put there looks like what a command left
        slot.watch()
    state = _state(bench, job, run, code, place)
    write_state(stage.folder, state, durable=False)  # after a power cut the trial runs again
    known = {TRIAL_VARIABLE: str(job.number), SWEEP_VARIABLE: str(job.table[NAME])}
    return _Ready(code, place, state, linked, {**slot.environment, **job.environment, **known, **given})


def _state(bench: Bench, job: Job, run: str, code: str, place: Place) -> RunState:
    workspace = bench.workspace

    def read(name: str) -> bytes | None:
        path = workspace.prefix + name
        if path in job.files:
            return job.files[path]
        found = bench.session.read(f"{code}:{path}")
        return found.body if found and found.kind == "blob" else None

    part = {PART_OF_TRIAL: job.repeat} if job.repeat else {}
    return RunState(
        id=run,
        name=job.branch,
        command=job.command,
        project=workspace.root,
        worktree=place.top,
        started=utc_now(),
        code=code,
        exact=True,
        note=job.note,
        params=read_parameters(workspace.settings.params, read),
        sweep={**job.table, **part},
    )


def _bring_checkpoint(bench: Bench, job: Job, project: str) -> bool:
    """Puts a writable copy of the parent's checkpoint into the worktree; tells whether there is one to go on from."""
    if not job.parent or not job.checkpoint:
        return False
    path = bench.workspace.prefix + pointer_path(job.checkpoint)
    pointer = bench.session.read(f"{job.parent}:{path}") if bench.store else None
    if bench.store and pointer and pointer.kind == "blob":
        outputs = parse_pointer(pointer_path(job.checkpoint), pointer.body)
        link_outputs(bench.store, project, outputs, writable={job.checkpoint})
    return os.path.exists(os.path.join(project, job.checkpoint))


def _perform(bench: Bench, job: Job, ending: Ending, stage: Stage, ready: _Ready, slot: Slot) -> Finish:
    folder = stage.folder
    records: list[Record] = []
    removed: list[str] = []

    def known(ended: CommandEnded) -> Mapping[str, Any]:
        # the state as it was at the start, so that what the trial logged can still be recorded
        if read_state(folder) is None:
            removed.append(f"the command of trial {job.number} removed its run folder or state.json")
            os.makedirs(folder, exist_ok=True)
            write_state(folder, ready.state)
        table = _table_of_end(job, ending, ended, folder)
        return {} if table is None else {"sweep": table}

    def keep(record: Record) -> Run:
        records.append(record)
        return record.run

    def began(pid: int) -> None:
        if bench.reaper:
            bench.reaper.watch(folder, pid)

    if bench.reaper:
        bench.reaper.expect(folder)
    try:
        ending.begin(folder)
        state, resources = perform(
            bench.workspace,
            stage,
            ready.place.project,
            job.command,
            ending,
            bench.show,
            environment=ready.environment,
            began=began,
            known=known,
            durable=bool(job.repeat),
        )
        found = harvest(
            bench.workspace,
            bench.store,
            Left(folder, state, _left(ready.place, slot), bench.inputs(job.base), resources),
            identify=keep,
            until=ending.step,
            durable=bool(job.repeat) or ending.interrupted,  # all else is on its branch in a moment
        )
    finally:
        if bench.reaper:
            bench.reaper.forget(folder)
    warnings = (*removed, *data_warnings(bench.store, ready.linked), *found.warnings)
    return Finish(folder, state, found, records[0], ready.code, warnings)


def _left(place: Place, slot: Slot) -> Place | None:
    """Returns where a command left files; None where it deleted its worktree."""
    touched = not slot.is_untouched()
    return place._replace(own=touched) if os.path.isdir(place.project) else None


def _table_of_end(job: Job, ending: Ending, ended: CommandEnded, folder: str) -> Mapping[str, Any] | None:
    """Returns `[sweep]` of a job that did not end well; None for one that did."""
    table = {**job.table, **({PART_OF_TRIAL: job.repeat} if job.repeat else {})}
    if ending.reason and ended.stopped:
        return ended_early(table, ending.reason, pruned=not ending.interrupted)
    # no reason of ours: `branchlab stop`, or a kill by hand, and such a trial does not run again
    if ended.stopped:
        return ended_early(table, "stopped by hand", pruned=False)
    return ended_early(table, failure(ended, folder), pruned=False) if ended.exit_code else None


def _conclude(bench: Bench, job: Job, ending: Ending, finish: Finish) -> Ended:
    state, record = finish.state, finish.record
    status: EndedStatus = "finished" if state.status == "running" else state.status
    if status == "stopped" and ending.reason and not ending.interrupted:
        status = "finished" if converged(ending.reason) else "pruned"
    series = read_journal(os.path.join(finish.folder, JOURNAL_FILE)).series
    curve = {name: [(point.step, point.value) for point in points] for name, points in series.items()}
    ended = Ended(
        job.key,
        job.number,
        status,
        run=state.id,
        metrics=record.metrics,
        best={name: best.value for name, best in record.best.items()},
        # the record is cut there too (`until` of harvest): a resumed sweep reads the same curve
        curve=curve if ending.step is None else until(curve, ending.step),
        started=state.started,
        seconds=state.seconds or 0.0,
        reason=str((state.sweep or {}).get("reason", "")),
        warnings=finish.warnings,
    )
    return record_trial(bench, job, finish, ended, archive=status == "stopped" and ending.interrupted)
