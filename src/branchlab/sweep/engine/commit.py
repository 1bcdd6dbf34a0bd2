"""Puts the record of a trial on its branch: a new one, or on top of what the trial has so far."""

from __future__ import annotations

import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

from branchlab.errors import BranchlabError, BusyError, DamagedError, NotFoundError, UsageError
from branchlab.git.commit import NewCommit
from branchlab.git.refs import ARCHIVE, BRANCHES, RUNS, checked_out
from branchlab.project import goals_of
from branchlab.record.message import commit_message
from branchlab.text import safe_text
from branchlab.tracking.state import write_state

if TYPE_CHECKING:
    from branchlab.record.model import Record
    from branchlab.running.harvest import Harvest
    from branchlab.sweep.engine.bench import Bench
    from branchlab.sweep.engine.trial import Finish
    from branchlab.sweep.engine.workers import Ended, Job

_TRIES = 20
_RUN_DIGITS = 6  # the random end of a run's id


def record_trial(bench: Bench, job: Job, finish: Finish, ended: Ended, *, archive: bool) -> Ended:
    """Records a job that ended; a repeat is not, its files come back; one for the archive is, if it logged anything.

    What nothing runs again stays in its run folder in place of the archive, with what holds its code.

    Raises:
        BranchlabError: when git or the disk refuses; the run folder is kept then.
    """
    if job.repeat and not archive:
        return ended._replace(files=finish.found.files)
    if archive and job.kept:
        if not job.files:  # no commit of its own, and what held the one that it shares goes with the grid
            bench.session.create_ref(RUNS + finish.state.id, finish.code)
        write_state(finish.folder, finish.state)  # once more, for a power cut
        return ended
    if archive and (job.repeat or not has_anything(finish.record)):
        _forget(bench, job, finish)
        return ended
    name = archived_name(job.branch, finish.state.id) if archive else job.branch
    branch, oid = commit_record(
        bench, finish.found, finish.record, finish.code, name, tip="" if archive else job.tip, archive=archive
    )
    bench.later(lambda: _forget(bench, job, finish))
    return ended if archive else ended._replace(branch=branch, commit=oid)


def commit_record(
    bench: Bench, found: Harvest, record: Record, code: str, branch: str, *, tip: str = "", archive: bool = False
) -> tuple[str, str]:
    """Commits the files of a record on top of `code` and moves the branch; returns its name and the commit.

    A branch that somebody moved, deleted or checked out meanwhile is theirs: the record goes on one of the next name.

    Args:
        bench: what trials share.
        found: the files.
        record: the record in them.
        code: the commit that ran.
        branch: short name; a number is added where it is taken.
        tip: where the branch stood when the trial began; empty when it is new.
        archive: the name is one of the archive.

    Raises:
        BusyError: when all names are taken.
        DamagedError: when git does not give back what was written.
    """
    goals = goals_of(bench.workspace.settings)
    message = commit_message(record, branch, goals)
    oid = bench.session.write_commit(NewCommit(code, message, files=found.files, removed=found.removed))
    place = ARCHIVE if archive else BRANCHES
    if not tip or not _move(bench, place + branch, oid, tip):
        branch = _create(bench, place, branch, oid)
    # through the branch, as every reader will: a trial that was acknowledged must be there with its curve
    for path, content in found.files.items():
        stored = bench.session.read(f"{place}{branch}:{path}")
        # a question to `git cat-file --batch` ends at the line feed, so a path with one cannot be asked for
        if (stored is None or stored.body != content) and "\n" not in path:
            raise DamagedError(f"{safe_text(branch)} does not hold what was written", "git fsck, then branchlab record")
    return branch, oid


def _move(bench: Bench, ref: str, oid: str, tip: str) -> bool:
    """Moves a branch on; False when it is not where it was, or a working tree would differ from its branch then."""
    if ref in checked_out(bench.workspace.repository):
        return False
    try:
        bench.session.move_ref(ref, oid, tip)
    except (BusyError, NotFoundError):
        found = bench.session.read(ref)
        # nobody moved it: git had another reason, such as a lock or a full disk
        if found is not None and found.oid == tip:
            raise
        return False
    return True


def _create(bench: Bench, place: str, branch: str, oid: str) -> str:
    """Makes a branch, under the next free name where somebody has this one."""
    for number in range(1, _TRIES + 1):
        name = branch if number == 1 else f"{branch}-{number}"
        try:
            bench.session.create_ref(place + name, oid)
        except UsageError:
            if bench.session.read(place + name) is None:  # not taken: a branch above or below the name is in the way
                raise
        else:
            return name
    raise BusyError(f"{safe_text(branch)} and {_TRIES} names like it are taken", "give the sweep another name")


def archived_name(branch: str, run: str) -> str:
    """Returns under which name the archive holds a run that was interrupted: the branch may get another run."""
    return f"{branch}-{run[-_RUN_DIGITS:]}"


def has_anything(record: Record) -> bool:
    """Tells whether a run measured anything."""
    return bool(record.metrics or record.best or record.splits)


def _forget(bench: Bench, job: Job, finish: Finish) -> None:
    """Removes the run folder and the ref that held its code; whatever happens before, the run can be recorded.

    What is left of a ref fails no trial, as when another git holds the list of refs: doctor removes it.
    """
    shutil.rmtree(finish.folder, ignore_errors=True)
    if job.files:
        with suppress(BranchlabError):
            bench.session.delete_ref(RUNS + finish.state.id, finish.code)
