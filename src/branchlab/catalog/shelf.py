"""Archive, removal and names: every step can be undone, and each is made so that a crash leaves a copy too many.

A branch is first copied to its new ref and then deleted: one ref update each.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from branchlab.errors import BusyError, NotFoundError, UnsavedWorkError, UsageError
from branchlab.git.process import run_git
from branchlab.git.refs import (
    ARCHIVE,
    BRANCHES,
    TRASH,
    checked_out,
    create_ref,
    delete_ref,
    find_ref,
    list_refs,
    read_ref,
)
from branchlab.running.called import runs_called
from branchlab.text import safe_text, some_of
from branchlab.tracking.capture import is_capturing
from branchlab.tracking.state import is_alive, read_state

if TYPE_CHECKING:
    from branchlab.git.refs import Ref
    from branchlab.git.repository import Repository
    from branchlab.workspace import Workspace


def require_branch(repository: Repository, name: str) -> Ref:
    """Returns the branch with this name or last part.

    Raises:
        NotFoundError: when there is none.
        UsageError: when several are meant.
    """
    found = find_ref(repository, name, BRANCHES)
    if found is None:
        archived = any(f"/{ref.name}".endswith(f"/{name}") for ref in list_refs(repository, ARCHIVE))
        hint = f"it is archived: branchlab restore {safe_text(name)}" if archived else nearest_branch(repository, name)
        raise NotFoundError(f"there is no experiment {safe_text(name)}", hint)
    return found


def nearest_branch(repository: Repository, name: str) -> str:
    """Returns the hint for a name that nothing has: the branch that is written nearly so, or where to look."""
    from difflib import get_close_matches

    names = [ref.name.removeprefix(BRANCHES) for ref in list_refs(repository, BRANCHES)]
    short = {full.rpartition("/")[2]: full for full in names}
    near = get_close_matches(name, [*names, *short], n=1)
    return f"did you mean {safe_text(short.get(near[0], near[0]))}?" if near else "branchlab ls shows the experiments"


def archive(repository: Repository, ref: Ref) -> str:
    """Moves a branch to `refs/archive/` and returns its name there.

    Raises:
        UnsavedWorkError: when it is checked out somewhere.
        UsageError: when another experiment was archived under the name.
    """
    refuse_checked_out(repository, ref)
    name = ref.name.removeprefix(BRANCHES)
    if read_ref(repository, ARCHIVE + name) != ref.oid:  # equal after a crash between the two steps
        create_ref(repository, ARCHIVE + name, ref.oid, reason="branchlab: archive")
    delete_ref(repository, ref.name, ref.oid, reason="branchlab: archive")
    return name


def remove(repository: Repository, ref: Ref) -> str:
    """Moves a branch to the trash, `refs/branchlab/trash/<time>/<name>`, and returns that ref; raises as `archive`."""
    refuse_checked_out(repository, ref)
    seconds, rest = divmod(time.time_ns(), 10**9)  # two of one name must sort by when they were removed
    moment = f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime(seconds))}.{rest:09d}"
    kept = f"{TRASH}{moment}/{ref.name.removeprefix(BRANCHES)}"
    create_ref(repository, kept, ref.oid, reason="branchlab: rm")
    delete_ref(repository, ref.name, ref.oid, reason="branchlab: rm")
    return kept


def restore(repository: Repository, name: str) -> str:
    """Makes a branch again of what was archived or, newest first, removed; returns its name.

    Raises:
        NotFoundError: when nothing of that name was archived or removed.
        UsageError: when the branch exists, or several are meant.
    """
    found = find_ref(repository, name, ARCHIVE)
    branch = found.name.removeprefix(ARCHIVE) if found else ""
    if found is None:
        trashed = [ref for ref in list_refs(repository, TRASH) if f"/{_in_trash(ref)}".endswith(f"/{name}")]
        names = sorted({_in_trash(ref) for ref in trashed})
        if len(names) > 1:
            raise UsageError(f"{safe_text(name)} could be {some_of(names)}", "write more of the name")
        if not trashed:
            raise NotFoundError(
                f"nothing called {safe_text(name)} was archived or removed", "branchlab ls --archived shows the archive"
            )
        # Their names begin with the time of removal.
        found = max(trashed)
        branch = names[0]
    there = read_ref(repository, BRANCHES + branch)
    if there is None:
        create_ref(repository, BRANCHES + branch, found.oid, reason="branchlab: restore")
    elif there != found.oid:
        raise UsageError(
            f"{safe_text(branch)} exists already", f"branchlab rename {safe_text(branch)} NAME makes room for it"
        )
    delete_ref(repository, found.name, found.oid, reason="branchlab: restore")
    return branch


def rename(repository: Repository, ref: Ref, name: str) -> None:
    """Renames a branch with its reflog and upstream, also while it is checked out.

    Raises:
        UsageError: when the new name is taken.
    """
    if read_ref(repository, BRANCHES + name) is not None:
        raise UsageError(f"{safe_text(name)} exists already", "choose another name")
    run_git(["branch", "-m", "--end-of-options", ref.name.removeprefix(BRANCHES), name], cwd=repository.top)


def discard_run(workspace: Workspace, run: str) -> None:
    """Moves the folder of an unrecorded run to `trash/` beside the run folders.

    Raises:
        BusyError: while the run is alive, or its code is still being captured.
    """
    folder = os.path.join(workspace.runs_dir, run)
    if is_alive(folder):
        raise BusyError(f"run {run} is still going on", "stop it first")
    if is_capturing(folder):
        raise BusyError(f"the code of run {run} is still being captured", "try again in a moment")
    trash = os.path.join(workspace.repository.state_dir, "trash")
    os.makedirs(trash, exist_ok=True)
    os.replace(folder, os.path.join(trash, run))


def restore_run(workspace: Workspace, name: str) -> str | None:
    """Brings back the folder of a discarded run by the beginning of its id; None when there is none."""
    found = [run for run in _discarded(workspace) if name and run.startswith(name)]
    return _bring_back(workspace, found[0]) if len(found) == 1 else None


def restore_run_called(workspace: Workspace, name: str) -> str | None:
    """Brings back the folder of the newest discarded run with this name; None when there is none."""
    trash = os.path.join(workspace.repository.state_dir, "trash")
    for run in reversed(_discarded(workspace)):
        state = read_state(os.path.join(trash, run))
        if state and state.name and f"/{state.name}".endswith(f"/{name}"):
            return _bring_back(workspace, run)
    return None


def _discarded(workspace: Workspace) -> list[str]:
    trash = os.path.join(workspace.repository.state_dir, "trash")
    return sorted(os.listdir(trash)) if os.path.isdir(trash) else []


def _bring_back(workspace: Workspace, run: str) -> str:
    os.makedirs(workspace.runs_dir, exist_ok=True)
    os.replace(os.path.join(workspace.repository.state_dir, "trash", run), os.path.join(workspace.runs_dir, run))
    return run


def find_run(workspace: Workspace, name: str) -> str | None:
    """Returns the id of the unrecorded run with this name, or whose id begins so.

    Raises:
        UsageError: when several are meant.
    """
    found = runs_called(workspace, name)
    if len(found) > 1:  # to show one, the newest would do (`reading.live`); what stops or removes it must not guess
        raise UsageError(f"{len(found)} runs are called {safe_text(name)}", "give the id of one")
    return found[0] if found else None


def refuse_checked_out(repository: Repository, ref: Ref) -> None:
    """Makes sure that no working tree stands on a branch.

    Raises:
        UnsavedWorkError: when one does.
    """
    # `update-ref`, unlike `git branch -d`, deletes a branch below the working tree that stands on it.
    folder = checked_out(repository).get(ref.name)
    if folder:
        shown = safe_text(ref.name.removeprefix(BRANCHES))
        raise UnsavedWorkError(
            f"{shown} is checked out in {safe_text(folder)}", "git switch to another branch there first"
        )


def _in_trash(ref: Ref) -> str:
    return ref.name.removeprefix(TRASH).partition("/")[2]
