"""Captures the code of a run that was started by hand: the working tree becomes a commit that a private ref holds.

A bare interpreter runs this beside the training (`branchlab.tracking.capture` starts it), so it needs nothing but the
standard library. It prints nothing; what goes wrong is in the run folder's `capture.log`, and the run has no code then.

What was changed since the program began may not be what it read. The time of the last change of each file is looked
at after the files were read, so none is missed: such a run is marked as not exact.
"""

from __future__ import annotations

import json
import os
import signal
import stat
from contextlib import suppress
from typing import TYPE_CHECKING

from branchlab.git.commit import NewCommit, check_identity, write_commit
from branchlab.git.process import GitError, run_git
from branchlab.git.refs import RUNS, create_ref, delete_ref
from branchlab.git.snapshot import read_working_tree, write_snapshot
from branchlab.plainfile import write_plain
from branchlab.running.ran_code import is_source
from branchlab.tracking.capture import CAPTURE_FILE
from branchlab.tracking.state import STATE_FILE, read_state
from branchlab.tuples import NamedTuple
from branchlab.workspace import open_workspace

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from branchlab.git.repository import Repository
    from branchlab.git.snapshot import WorkingTree
    from branchlab.workspace import Workspace

_NAMED = 20  # of a tree that was switched under the run, all paths differ
_TRIES = 3
_PRIORITY = 5  # the training comes first
_FILES_IN_ALL = 10  # new files together may be as large as ten of the largest
_NOBODY = {f"GIT_{role}_{what}": "branchlab" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


class _Taken(NamedTuple):
    """What of the working tree is captured, its tree (None: that of HEAD), and what the run may have read beside it."""

    status: WorkingTree
    missing: tuple[str, ...]
    tree: str | None = None


def main(folder: str, began: str) -> None:
    """Captures the code of a run, given its folder and when its program began in seconds since the epoch."""
    with suppress(OSError):
        os.setsid()  # Ctrl-C ends the training, and what ran is worth knowing then
    os.nice(_PRIORITY)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # a training may ignore it, and no error of git would be seen here
    capture(folder, float(began))


def capture(folder: str, began: float) -> None:
    """Writes the working tree around a run into a commit, and its id into the run folder.

    Nothing is captured before the first commit and in the middle of a conflict.

    Raises:
        BranchlabError: when git cannot read or write, or the settings hold a mistake.
        OSError: when the run folder cannot be written.
    """
    state = read_state(folder)
    workspace = open_workspace(state.project) if state else None
    if workspace is None or state is None:
        return
    repository = workspace.repository
    taken = _take(workspace, began)
    if taken is None:
        return
    code = _hold(repository, state.id, taken)
    differs = [*taken.missing, *_changed_since(workspace, code, began)]
    # The ref stands by now, so a reader of this file finds the commit.
    found = {"code": code, "exact": not differs, "differs": sorted(differs)[:_NAMED], "began": began}
    try:
        write_plain(os.path.join(folder, CAPTURE_FILE), json.dumps(found).encode())
    finally:
        if not os.path.exists(os.path.join(folder, STATE_FILE)):  # recorded or removed meanwhile
            delete_ref(repository, RUNS + state.id, code, reason="branchlab: gone")


def _take(workspace: Workspace, began: float) -> _Taken | None:
    """Writes the working tree; again when the index was changed meanwhile, as by the `git add` after a short run."""
    repository = workspace.repository
    for _ in range(_TRIES):
        before = _index_mark(repository)
        status = read_working_tree(repository)
        if status.head is None or status.unmerged:
            return None
        taken = _choose(workspace, status, began)
        taken = taken._replace(tree=write_snapshot(repository, taken.status))
        if _index_mark(repository) == before:
            break
    return taken


def _index_mark(repository: Repository) -> tuple[int, int]:
    try:
        status = os.stat(os.path.join(repository.git_dir, "index"))
    except OSError:
        return 0, 0
    # git writes another file and renames it over the index, so the inode changes where the clock is too coarse.
    return status.st_ino, status.st_mtime_ns


def _choose(workspace: Workspace, status: WorkingTree, began: float) -> _Taken:
    """Leaves out what the run itself has written already, and what is too large for git."""
    top, limit = workspace.repository.top, workspace.settings.max_file_bytes
    left_out: list[str] = []
    missing = [*status.nested, *status.dirty_submodules]
    kept: list[str] = []
    room = _FILES_IN_ALL * limit
    # The smallest first: where there is no room for all, code is kept rather than data.
    for size, path in sorted((_size(top, path), path) for path in status.new):
        if _is_later(top, path, began):
            left_out.append(path)
            if is_source(path):  # no output: somebody is at work
                missing.append(path)
        elif size > min(limit, room):
            left_out.append(path)
            missing.append(path)
        else:
            room -= size
            kept.append(path)
    written = {path for path in status.changed if _is_own(workspace, path) and _is_later(top, path, began)}
    changed = tuple(path for path in status.changed if path not in written)
    gone = tuple(path for path in status.gone if path not in written)
    status = status._replace(changed=changed, new=tuple(kept), gone=(*gone, *left_out))
    return _Taken(status, tuple(missing))


def _hold(repository: Repository, run: str, taken: _Taken) -> str:
    """Returns the commit that holds the code, and lets the private ref of the run point at it."""
    head, tree = taken.status.head or "", taken.tree
    if tree is None:
        create_ref(repository, RUNS + run, head, reason="branchlab: start")
        return head
    try:
        check_identity(repository)
    except GitError:  # a container without a name for its user: whoever records it signs the record
        os.environ.update(_NOBODY)
    return write_commit(repository, RUNS + run, NewCommit(head, f"code of run {run}, started by hand\n", tree))


def _changed_since(workspace: Workspace, code: str, began: float) -> Iterable[str]:
    """Yields the paths that were changed after the program began, but for what records and other tools write."""
    top = workspace.repository.top
    names = run_git(["ls-tree", "-r", "-z", "--name-only", code], cwd=top).decode(errors="surrogateescape")
    for path in filter(None, names.split("\0")):
        if _is_later(top, path, began) and not _is_own(workspace, path):
            yield path


def _is_own(workspace: Workspace, path: str) -> bool:
    """Tells whether a run writes this path, so that its content before the run is of no interest."""
    settings = workspace.settings
    own: Sequence[str] = (*settings.collect, *settings.artifacts, settings.record.metrics, settings.record.directory)
    inside = path.removeprefix(workspace.prefix)
    return any(inside in (name, f"{name}.dvc") or inside.startswith(f"{name.rstrip('/')}/") for name in own)


def _is_later(top: str, path: str, began: float) -> bool:
    """Tells whether a file was written, moved here or replaced after a time: no tool can set this time back."""
    try:
        status = os.lstat(os.path.join(top, path))
    except OSError:
        return False
    return status.st_ctime > began and not stat.S_ISDIR(status.st_mode)  # a submodule is a folder


def _size(top: str, path: str) -> int:
    try:
        return os.lstat(os.path.join(top, path)).st_size
    except OSError:
        return 0
