"""Starts a run: in the folder that `branchlab run` made, else in a fresh one, else nowhere."""

from __future__ import annotations

import atexit
import os
import sys

from branchlab.tracking.journal import JournalWriter
from branchlab.tracking.location import (
    RUN_DIR_VARIABLE,
    common_dir_of,
    create_run_folder,
    current_branch,
    find_git,
    find_project,
    utc_now,
)
from branchlab.tracking.run import ActiveRun, Place
from branchlab.tracking.warning import warn_once

TYPE_CHECKING = False  # `typing` would be most of what a short script pays
if TYPE_CHECKING:
    from typing import Any

_active: ActiveRun | None = None
_used: set[str] = set()


def start_run(
    params: Any = None, *, seed: int | None = None, name: str | None = None, note: str | None = None
) -> ActiveRun:
    """Starts a run and returns it; use it in a `with` block.

    Under `branchlab run` it joins the run that was made for this command. By hand it opens a run folder in the git
    directory, to be recorded later. Outside of git, or where nothing can be written, it warns once and records
    nothing. Inside another open run of the same process it adds to that one.

    Args:
        params: parameters as the run resolved them: a mapping, possibly nested, or an argparse namespace.
        seed: the seed of the run.
        name: the branch the run is meant for; the one from `branchlab run` wins.
        note: hypothesis or remark.
    """
    if _active is not None and _active.is_open:
        warn_once("nested", "start_run inside an open run adds to that run; finish it to begin another")
        run = ActiveRun(_active.place, _active)
    else:
        run = ActiveRun(_find_place(name or "", note or ""))
        _follow(run)
    run.declare(params, seed=seed, note=note)
    return run


def _follow(run: ActiveRun) -> None:
    global _active  # noqa: PLW0603 - a process has one run at a time
    if _active is None:
        atexit.register(_at_exit)
    _active = run


def _at_exit() -> None:
    if _active is not None:
        # The interpreter leaves the exception that ended the script here.
        _active.finish("failed" if getattr(sys, "last_value", None) is not None else "finished")


def _find_place(name: str, note: str) -> Place:
    folder = os.environ.get(RUN_DIR_VARIABLE, "")
    try:
        here = os.getcwd()
        if folder and os.path.isdir(folder):
            return _join(folder, here)
        found = find_git(here)
        if found is not None:
            return _begin(found[1], here, name, note)
        warn_once("no git", "not in a git repository, so this run is not recorded")
    except Exception as error:  # noqa: BLE001 - a failing logger never ends a training
        warn_once("call start_run", f"this run is not recorded: {error or type(error).__name__}")
    return Place()


def _join(folder: str, here: str) -> Place:
    if folder in _used:
        warn_once("again", "a second run of one command adds to the same record")
    _used.add(folder)
    return Place(folder, JournalWriter(folder), find_project(here))


def _begin(git_dir: str, here: str, name: str, note: str) -> Place:
    from branchlab.tracking.capture import start_capture
    from branchlab.tracking.state import RunState, hold_lock, write_state

    folder = create_run_folder(common_dir_of(git_dir))
    state = RunState(
        id=os.path.basename(folder),
        name=name,
        command=tuple(sys.orig_argv),
        project=find_project(here),
        branch=current_branch(git_dir),
        started=utc_now(),
        note=note,
    )
    lock = None
    try:
        # The state comes last: whoever lists runs sees this one when it is locked, and alive.
        lock = hold_lock(folder)
        journal = JournalWriter(folder)
        write_state(folder, state)
    except OSError:
        _give_up(folder, lock)
        raise
    start_capture(folder)
    return Place(folder, journal, state.project, lock)


def _give_up(folder: str, lock: int | None) -> None:
    from shutil import rmtree

    from branchlab.tracking.state import release_lock

    rmtree(folder, ignore_errors=True)
    if lock is not None:
        release_lock(lock)
