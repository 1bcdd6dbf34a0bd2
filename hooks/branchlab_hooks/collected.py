"""Makes a run of the metric files that another tool left: they are fresh, and no run of branchlab wrote them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.git.objects import read_objects
from branchlab.running.collect import collected_files
from branchlab.tracking.location import create_run_folder, utc_now
from branchlab.tracking.state import RunState, is_alive, read_state, run_folders, write_state
from branchlab_hooks.choice import takes_runs
from branchlab_hooks.watched import read_consumed, write_consumed

if TYPE_CHECKING:
    from branchlab.git.repository import Repository
    from branchlab.workspace import Workspace

_SWITCHED = b"\tcheckout: moving from "
_RESTORED = b"\tdvc: Restore HEAD to '"  # dvclive saves each run as an experiment of DVC, which leaves the branch
_TAIL_BYTES = 1 << 16
_NS = 1_000_000_000


def adopt_collected(workspace: Workspace, branch: str) -> None:
    """Writes a run folder for metric files that nobody looked at yet; the commit takes it up like any other run.

    It begins with the oldest fresh file and ends with the newest. Files that were there before the branch was checked
    out, that a run of branchlab wrote, or that are as in the commit below, are no run.

    Raises:
        OSError: when the folder cannot be written.
    """
    repository = workspace.repository
    times = _times(workspace)
    newest = max(times.values(), default=0)
    if newest <= read_consumed(repository):
        return
    # The log has whole seconds: a file of the second of the switch may have come after it.
    since = max(read_consumed(repository), _switched(repository) * _NS - 1)
    fresh = {path: moment for path, moment in times.items() if moment > since}
    if fresh and takes_runs(workspace, branch) and not _is_known(workspace, max(fresh.values())):
        # What git itself wrote, by a pull or in the second of the switch, is fresh but no news.
        changed = fresh.keys() - _committed(workspace, list(fresh))
        if changed:
            _write_run(workspace, branch, [fresh[path] for path in changed])
    # Last: after a kill before this, the next commit looks at the same files again.
    write_consumed(repository, newest)


def _times(workspace: Workspace) -> dict[str, int]:
    """Returns when each file was written, in nanoseconds, by its path in the project."""
    found = collected_files(workspace.root, workspace.settings.collect)
    return {path: os.stat(os.path.join(workspace.root, path)).st_mtime_ns for path in found}


def _switched(repository: Repository) -> int:
    """Returns the second in which the branch was checked out last, by the log of HEAD; 0 where that does not tell."""
    try:
        with open(os.path.join(repository.git_dir, "logs", "HEAD"), "rb") as file:
            # The first line of the tail may be cut in the middle: an IndexError or ValueError below.
            file.seek(-min(_TAIL_BYTES, os.fstat(file.fileno()).st_size), os.SEEK_END)
            lines = file.read().split(b"\n")
        return _last_switch(lines)
    except (OSError, ValueError, IndexError):
        return 0


def _last_switch(lines: list[bytes]) -> int:
    """Returns the second of the last change of branch; DVC's way from a branch and back to it is none."""
    restored = b""
    for line in reversed(lines):
        when, _, _ = line.partition(b"\t")
        if _RESTORED in line:
            restored = line.partition(_RESTORED)[2].rstrip(b"'")
        elif restored and b"%b%b to " % (_SWITCHED, restored) in line:
            restored = b""
        elif _SWITCHED in line:
            return int(when.split()[-2])
    return 0


def _is_known(workspace: Workspace, moment: int) -> bool:
    """Tells whether a run that is kept was at work at a time in nanoseconds."""
    written = utc_now(moment / _NS)
    for folder in run_folders(workspace.runs_dir):
        state = read_state(folder)
        if state and state.in_place and workspace.holds(state.project) and state.started <= written:
            ended = utc_now() if is_alive(folder) else state.ended or state.started
            if written <= ended:
                return True
    return False


def _committed(workspace: Workspace, paths: list[str]) -> set[str]:
    """Returns which of the files are as the commit below has them."""
    same = set()
    objects = read_objects(workspace.repository, [f"HEAD:{workspace.prefix}{path}" for path in paths])
    for path, blob in zip(paths, objects, strict=True):
        file = os.path.join(workspace.root, path)
        if blob and len(blob.body) == os.stat(file).st_size:
            with open(file, "rb") as content:
                if content.read() == blob.body:
                    same.add(path)
    return same


def _write_run(workspace: Workspace, branch: str, moments: list[int]) -> None:
    started, ended = min(moments) / _NS, max(moments) / _NS
    folder = create_run_folder(workspace.repository.common_dir)
    state = RunState(
        id=os.path.basename(folder),
        status="finished",
        command=workspace.settings.command,
        project=workspace.root,
        branch=branch,
        started=utc_now(started),
        ended=utc_now(ended),
        seconds=round(ended - started, 3),
    )
    write_state(folder, state)
