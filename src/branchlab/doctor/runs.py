"""Runs whose branchlab was killed, and what recording or a worktree left behind."""

from __future__ import annotations

import os
import shutil
import time
from functools import partial
from typing import TYPE_CHECKING

from branchlab.doctor.finding import Finding
from branchlab.git.process import run_git
from branchlab.git.refs import RUNS, delete_ref, list_refs
from branchlab.git.worktree import forget_half_made, known_slots, remove_worktree, slot_owner, worktrees_dir
from branchlab.running.note import NOTE_MARK
from branchlab.running.record_run import save_ended
from branchlab.running.recording import forget_run, recorded_runs
from branchlab.text import safe_text
from branchlab.tracking.capture import is_capturing
from branchlab.tracking.state import is_alive, read_state

if TYPE_CHECKING:
    from branchlab.data.store import Store
    from branchlab.git.repository import Repository
    from branchlab.workspace import Workspace

_OLD_SECONDS = 3600.0  # longer than `git add` of a large working tree on a slow disk takes


def check_runs(workspace: Workspace, store: Store | None) -> list[Finding]:
    """Finds run folders that are dead, unreadable or recorded, and private refs without a run folder."""
    repository = workspace.repository
    # Before the folders: a run makes its folder first, so one that starts meanwhile has no ref in this list.
    held = {ref.name.removeprefix(RUNS): ref for ref in list_refs(repository, RUNS)}
    names = sorted(os.listdir(workspace.runs_dir)) if os.path.isdir(workspace.runs_dir) else []
    trash = os.path.join(repository.state_dir, "trash")
    dead = {run: read_state(os.path.join(workspace.runs_dir, run)) for run in names if not _is_alive(workspace, run)}
    recorded = recorded_runs(repository, {run: state.started for run, state in dead.items() if state})
    found: list[Finding] = []
    for run, state in dead.items():
        folder = os.path.join(workspace.runs_dir, run)
        # First: a run that was killed after its branch was made may look dead as well, and would be saved twice.
        if run in recorded:
            mend = partial(forget_run, repository, folder, run)
            found.append(Finding(f"run {run} is recorded, its folder is still there", mend, "remove the folder"))
        elif state is None:
            mend = partial(_to_trash, folder, os.path.join(trash, run))
            found.append(
                Finding(f"run {safe_text(run)} has no readable state.json", mend, "move it to .git/branchlab/trash")
            )
        elif state.status == "running":
            mend = partial(save_ended, workspace, store, folder)
            found.append(
                Finding(f"run {run} died without a word", mend, "save what it left; branchlab record then records it")
            )
    for run, ref in held.items():
        drop = partial(delete_ref, repository, ref.name, ref.oid, reason="branchlab: doctor")
        if NOTE_MARK in run:
            if _is_old_commit(repository, ref.oid):
                found.append(Finding(f"{ref.name} was left by a note that was killed", drop, "remove the ref"))
        # A run in the trash keeps its ref, which holds the only copy of its code.
        elif run not in names and not os.path.isdir(os.path.join(trash, run)):
            found.append(Finding(f"{ref.name} holds a run that is gone", drop, "remove the ref"))
    return found


def check_worktrees(repository: Repository) -> list[Finding]:
    """Finds worktrees of runs that were half made, that git no longer knows, and ones it knows without a folder."""
    folder = worktrees_dir(repository)
    slots = known_slots(repository)
    known = {slot.path for slot in slots}
    found: list[Finding] = []
    names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    for slot in slots:
        if not slot.whole:
            what = f"making worktree {os.path.basename(slot.path)} was cut short, and git stops at it"
            found.append(Finding(what, partial(forget_half_made, repository), "make git forget it"))
    for name in names:
        path = os.path.join(folder, name)
        if os.path.isdir(path) and os.path.realpath(path) not in known:
            owner = slot_owner(path) or "nobody"
            mend = partial(remove_worktree, repository, path)
            found.append(Finding(f"worktree {name} of run {owner} is not known to git", mend, "remove its files"))
    for slot in slots:
        if slot.whole and not os.path.isdir(slot.path):
            # Not `git worktree prune`: the user may have worktrees of their own on a disk that is not mounted now.
            what = f"git remembers worktree {os.path.basename(slot.path)}, whose folder is gone"
            found.append(Finding(what, partial(remove_worktree, repository, slot.path), "make git forget it"))
    return found


def check_leftovers(repository: Repository) -> list[Finding]:
    """Finds private indexes of snapshots that were killed."""
    found = []
    names = os.listdir(repository.state_dir) if os.path.isdir(repository.state_dir) else []
    for name in names:
        path = os.path.join(repository.state_dir, name)
        if name.startswith("snapshot-") and _is_old(path):
            found.append(
                Finding(f"{safe_text(path)} was left by a killed snapshot", partial(shutil.rmtree, path), "remove it")
            )
    return found


def _is_old(path: str) -> bool:
    try:
        return abs(time.time() - os.stat(path).st_mtime) > _OLD_SECONDS
    except FileNotFoundError:  # its snapshot is done
        return False


def _is_old_commit(repository: Repository, oid: str) -> bool:
    made = run_git(["log", "-1", "--no-walk", "--format=%ct", oid], cwd=repository.top)
    return abs(time.time() - int(made)) > _OLD_SECONDS


def _is_alive(workspace: Workspace, run: str) -> bool:
    folder = os.path.join(workspace.runs_dir, run)
    # A short run by hand may end before its code is captured.
    return is_alive(folder) or is_capturing(folder)


def _to_trash(folder: str, target: str) -> None:
    os.makedirs(os.path.dirname(target), exist_ok=True)
    os.replace(folder, target)
