"""Makes a harvested run an experiment: one commit by plumbing, one create-only ref update, one look at what stands."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING

from branchlab.errors import BranchlabError, BusyError, DamagedError, UsageError
from branchlab.git.commit import NewCommit, write_commit
from branchlab.git.objects import read_object, read_objects
from branchlab.git.process import run_git
from branchlab.git.refs import ARCHIVE, BRANCHES, RUNS, create_ref, delete_ref, list_refs, read_ref
from branchlab.project import goals_of
from branchlab.record.format import parse_record
from branchlab.record.message import RUN_TRAILER, commit_message
from branchlab.running.names import Name, free_name
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchlab.git.repository import Repository
    from branchlab.record.model import Record
    from branchlab.running.harvest import Harvest
    from branchlab.workspace import Workspace

_TRIES = 20  # each one fails only where somebody took that very name a moment ago
_TRAILER = re.compile(rf"^{RUN_TRAILER}: (\S+)$", re.MULTILINE)


class Recorded(NamedTuple):
    """An acknowledged experiment: the branch exists and its record was read back through it."""

    name: str
    commit: str
    record: Record


def record_harvest(workspace: Workspace, folder: str, found: Harvest, code: str, name: Name) -> Recorded:
    """Commits the files of a record on top of `code` and makes the branch.

    The run folder goes away last; whatever happens before, the run can be recorded again.

    Raises:
        UsageError: when the name is taken.
        BusyError: when others keep taking the names that were chosen here.
        EnvironmentProblemError: when git cannot write.
    """
    repository = workspace.repository
    record = parse_record(found.files[workspace.record_path], workspace.record_path)
    goals = goals_of(workspace.settings)
    run_ref = RUNS + record.run.id
    taken = branches_like(repository, name.branch)
    for _ in range(_TRIES):
        try:
            branch = free_name(name, taken)
        except UsageError as error:  # taken since the run began
            free = free_name(name._replace(free=True), taken)
            error.hint = f"the run is kept: branchlab record {record.run.id} -n {safe_text(free)}"
            raise
        commit = NewCommit(code, commit_message(record, branch, goals), files=found.files, removed=found.removed)
        oid = write_commit(repository, run_ref, commit)
        try:
            create_ref(repository, BRANCHES + branch, oid, reason=f"branchlab: run {record.run.id}")
        except UsageError:
            # Without such a branch another one stands where git needs a folder: a number would not help.
            if not name.free or read_ref(repository, BRANCHES + branch) is None:
                raise
            taken.add(branch)
            continue
        # `git gc --prune=now` beside us can drop fresh objects (design 0002): only what was read is acknowledged.
        _read_back(repository, branch, found)
        forget_recorded(repository, folder, record.run.id, oid)
        return Recorded(branch, oid, record)
    raise BusyError("every name that was tried was taken meanwhile", "give a name with -n")


def branches_like(repository: Repository, branch: str) -> set[str]:
    """Returns the names of the branches that begin like one, and of those below it.

    Git is asked for these only: a run costs the same beside 10 experiments and beside 10,000.
    """
    # Two patterns: `exp/wider*` does not match what lies in the folder `exp/wider/`.
    refs = list_refs(repository, BRANCHES + branch, f"{BRANCHES}{branch}*")
    return {ref.name.removeprefix(BRANCHES) for ref in refs}


def branches_above(repository: Repository, branch: str) -> set[str]:
    """Returns which of the folders of a branch name are branches themselves, as `exp` is for `exp/wider`."""
    parts = branch.split("/")
    folders = ["/".join(parts[:count]) for count in range(1, len(parts))]
    found = read_objects(repository, [BRANCHES + folder for folder in folders])
    return {folder for folder, commit in zip(folders, found, strict=True) if commit}


def recorded_runs(repository: Repository, started: Mapping[str, str]) -> set[str]:
    """Returns which runs a commit on a branch has recorded, as its message says.

    Args:
        repository: where to look.
        started: when each run started, by its id; older commits are not looked at, but for those that a private ref
            still holds: a clock may have been set back meanwhile.
    """
    if not started:
        return set()
    # The log of ten thousand branches ends there; without a time for each run all of it is read.
    since = [f"--since={min(started.values())}"] if all(started.values()) else []
    arguments = [
        "log",
        # One branch whose commit is lost would end the whole log with `bad object`.
        "--ignore-missing",
        "--branches",
        "-z",
        "--format=%B",
        "--fixed-strings",
        f"--grep={RUN_TRAILER}: ",
        *since,
    ]
    messages = run_git(arguments, cwd=repository.top).decode(errors="replace")
    found = started.keys() & set(_TRAILER.findall(messages))
    return found | {run for run in started.keys() - found if _is_held_result(repository, run)}


def _is_held_result(repository: Repository, run: str) -> bool:
    """Tells whether the commit that a private ref holds is the result of the run, and on a branch."""
    held = read_object(repository, f"{RUNS}{run}")
    if held is None or run not in _TRAILER.findall(held.body.decode(errors="replace")):
        return False
    arguments = ["for-each-ref", "--count=1", f"--contains={held.oid}", BRANCHES, ARCHIVE]
    return bool(run_git(arguments, cwd=repository.top))


def forget_run(repository: Repository, folder: str, run: str, held: str | None = None) -> None:
    """Removes a run folder and the private ref that held its objects; `held` is the commit it points at, if known."""
    # The folder first: a ref without a folder is found by the doctor, a folder without its ref has lost its code.
    _remove(folder)
    held = held or read_ref(repository, RUNS + run)
    if held:
        delete_ref(repository, RUNS + run, held, reason="branchlab: done")


def forget_recorded(repository: Repository, folder: str, run: str, held: str) -> None:
    """Does as `forget_run` for a run that is on its branch: what is left of it fails nobody, and doctor removes it."""
    with suppress(BranchlabError):  # as when another git holds the list of refs
        forget_run(repository, folder, run, held)


def _remove(folder: str) -> None:
    """Deletes a folder as far as that can be done; `shutil` would load compression for it, 2 ms of every run."""
    for parent, folders, files in os.walk(folder, topdown=False):
        for name in (*files, *folders):
            path = os.path.join(parent, name)
            with suppress(OSError):
                if name in folders and not os.path.islink(path):
                    os.rmdir(path)
                else:
                    os.unlink(path)
    with suppress(OSError):
        os.rmdir(folder)


def _read_back(repository: Repository, branch: str, found: Harvest) -> None:
    """Looks at every file that was written, through the branch, as a reader will."""
    # cat-file takes names by the line and drops a CR at its end, so these two cannot be asked for.
    paths = [path for path in found.files if "\n" not in path and not path.endswith("\r")]
    stored = read_objects(repository, [f"{BRANCHES}{branch}:{path}" for path in paths])
    if any(one is None or one.body != found.files[path] for path, one in zip(paths, stored, strict=True)):
        raise DamagedError(f"{branch} does not hold what was written", "git fsck, then branchlab record")
