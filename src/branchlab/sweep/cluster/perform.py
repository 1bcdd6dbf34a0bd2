"""One job on a worker, from the git remote and back to it."""

from __future__ import annotations

import os
import socket
import threading
from functools import cache
from typing import TYPE_CHECKING

from branchlab.errors import BranchlabError
from branchlab.faults import error_of
from branchlab.git.session import GitSession
from branchlab.running.source import source_from_commit, used_inputs
from branchlab.sweep.cluster.clone import clone_path, open_clone, save_dead_runs
from branchlab.sweep.cluster.delivery import bring_data, deliver, deliver_owed, made_by, send_data
from branchlab.sweep.cluster.devices import check_devices, taken_devices
from branchlab.sweep.cluster.insisting import insist
from branchlab.sweep.cluster.landed import find_landed, is_taken, where_stands
from branchlab.sweep.cluster.wanted import current_task, listening
from branchlab.sweep.engine.bench import Bench
from branchlab.sweep.engine.ending import Ending
from branchlab.sweep.engine.reaper import Reaper
from branchlab.sweep.engine.trial import Slot, run_job
from branchlab.sweep.engine.workers import INTERRUPTED, Ended
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    import signal

    from branchlab.git.repository import Repository
    from branchlab.sweep.cluster.clone import Clone
    from branchlab.sweep.cluster.site import Site
    from branchlab.sweep.cluster.wanted import Task
    from branchlab.sweep.engine.workers import Job

_thread = threading.local()
_reaper = cache(Reaper)  # one for all threads of a worker; the kernel tells it when the worker is gone


class Refused(NamedTuple):
    """A worker that could not begin a job; another one may.

    Attributes:
        worker: Dask's address of it.
        host: the machine.
        message: what went wrong.
        hint: what to do about it.
    """

    worker: str
    host: str
    message: str
    hint: str = ""


class WorkerEnding(Ending):
    """Ends a command also when nobody waits for it any more: cancelled, or engine, scheduler or worker gone."""

    def __init__(self, job: Job, task: Task) -> None:
        """Watches nothing before `begin`."""
        super().__init__(job, threading.Lock())
        self._task = task

    def signal_now(self) -> signal.Signals | None:
        """Returns what the command should be sent by now."""
        if not self.count and self._task.is_unwanted():
            self.end(INTERRUPTED)
        return super().signal_now()

    @property
    def is_over(self) -> bool:
        """Whether the job should not begin, or its delivery not be tried again."""
        return bool(self.count) or self._task.is_unwanted()


def perform_job(site: Site, job: Job) -> Ended | Refused:
    """Runs a job in this worker's clone and delivers its branch; the task that Dask gives to a worker.

    A trial that was delivered before is not run again: its worker was lost before it could answer.
    """
    task = current_task()
    ending = WorkerEnding(job, task)
    # from the first moment: the engine may end a trial while its clone is still being brought
    with listening(task.key, ending.end):
        try:
            if site.gpus:
                check_devices(task)
            clone = insist(lambda: prepare(site, job), site.patience, lambda: ending.is_over)
            stands = "" if job.repeat else where_stands(clone.workspace, site, job.branch)
            landed = find_landed(clone.workspace, site, job, stands)
            taken = not landed and is_taken(clone.workspace, job, stands)
        except Exception as error:  # noqa: BLE001 - whatever this machine lacks, another one may have
            known = error_of(error)
            return Refused(task.worker.address, socket.gethostname(), known.message, known.hint)
        if landed or taken:
            return landed or _taken(job)
        if ending.is_over:
            return Ended(job.key, job.number, "stopped", reason=ending.reason or INTERRUPTED)
        return _deliver(clone, site, job._replace(tip=stands), _run(clone, site, job, ending, task), ending)


def prepare(site: Site, job: Job) -> Clone:
    """Opens the clone with what a job starts from and the data of it, and sends what an earlier job could not.

    Raises:
        EnvironmentProblemError: when a remote cannot be reached or lacks something.
        DamagedError: when something that came is damaged.
    """
    clone = open_clone(site, job.base, job.branch, job.tip)
    save_dead_runs(clone)
    deliver_owed(clone, site)
    if clone.store:
        source = source_from_commit(clone.workspace, job.base)
        checkpoints = [output for output in source.outputs if job.parent and output.path == job.checkpoint]
        bring_data(clone.store, site, [*used_inputs(clone.workspace, source), *checkpoints])
    return clone


def _session(repository: Repository, site: Site, task: Task) -> GitSession:
    """Returns the git session of this thread; it stays from trial to trial of one sweep."""
    entry = os.stat(repository.common_dir)
    # the inode: somebody may delete a clone, and the next trial makes another one at its path
    key = repository.common_dir, entry.st_ino, site.sweep
    if getattr(_thread, "key", None) != key:
        if old := getattr(_thread, "session", None):
            old.__exit__(None, None, None)
        scratch = os.path.join(task.worker.local_directory, f"branchlab-{threading.get_ident()}")
        _thread.session = GitSession(repository, scratch, f"branchlab: {site.sweep}").__enter__()
        _thread.key = key
    session: GitSession = _thread.session
    return session


def _run(clone: Clone, site: Site, job: Job, ending: WorkerEnding, task: Task) -> Ended:
    workspace = clone.workspace
    session = _session(workspace.repository, site, task)
    with taken_devices(site.gpus, task) as environment:
        bench = Bench(workspace, clone.store, session, _reaper(), job.checkpoint)
        slot = Slot(environment)
        try:
            return run_job(bench, job, ending, slot)
        except (BranchlabError, OSError) as error:
            known = error_of(error)
            where = f"{known.message} (on {socket.gethostname()})"
            return Ended(job.key, job.number, "failed", problem=where, hint=known.hint)
        finally:
            slot.release()


def _deliver(clone: Clone, site: Site, job: Job, ended: Ended, ending: WorkerEnding) -> Ended:
    """Sends what a job made, whose branch on the remote stands at its tip; what cannot be sent is kept, and said."""
    try:
        if ended.files:
            insist(
                lambda: send_data(clone.store, site, made_by(clone, ended.files)), site.patience, lambda: ending.is_over
            )
        if not ended.branch:
            return ended
        stands = insist(
            lambda: deliver(clone, site, ended.branch, ended.commit, job.tip, job.base),
            site.patience,
            lambda: ending.is_over,
        )
        if stands == ended.commit:
            return ended
        landed = find_landed(clone.workspace, site, job, stands)
    except BranchlabError as error:
        where = safe_text(f"{socket.gethostname()}:{clone_path(site)}")
        return ended._replace(
            problem=f"what trial {job.number} made could not be sent: {error.message}; it is kept in {where}",
            hint=f"when the remote can be reached again: branchlab sweep resume {site.sweep} --cluster ADDRESS",
        )
    return landed or _taken(job)


def _taken(job: Job) -> Ended:
    problem = f"{safe_text(job.branch)} is something else on the git remote: another code, other data, or no trial"
    return Ended(job.key, job.number, "failed", problem=problem, hint="give the sweep another name")
