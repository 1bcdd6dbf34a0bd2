"""Where runs lie: found by walking up the folders, without starting git."""

from __future__ import annotations

import os
import time

RUN_DIR_VARIABLE = "BRANCHLAB_RUN_DIR"
JOURNAL_FILE = "journal.jsonl"
STOPPED_FILE = "stopped"  # there once somebody asked the command of a run to end
CHECKPOINT_VARIABLE = "BRANCHLAB_CHECKPOINT"
SETTINGS_FILE = "branchlab.toml"
_GIT_FILE_BYTES = 64 * 1024  # far beyond the longest path


def utc_now(seconds: float | None = None) -> str:
    """Returns a time as ISO 8601 with a `Z`; `seconds` since the epoch, now when left out."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def new_run_id(seconds: float | None = None) -> str:
    """Returns an id such as `20261120T233015-7f3a9c`: UTC time for the eye and 24 random bits."""
    return f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime(seconds))}-{os.urandom(3).hex()}"


def runs_folder(common_dir: str) -> str:
    """Returns the folder that holds one folder per live or unrecorded run."""
    return os.path.join(common_dir, "branchlab", "runs")


def create_run_folder(common_dir: str) -> str:
    """Makes a fresh run folder; its name is the run's id.

    Raises:
        OSError: when the disk is full or the repository cannot be written.
    """
    parent = runs_folder(common_dir)
    os.makedirs(parent, exist_ok=True)
    while True:
        folder = os.path.join(parent, new_run_id())
        try:
            os.mkdir(folder)
        except FileExistsError:  # 24 random bits do meet within one second
            continue
        return folder


def find_git(start: str) -> tuple[str, str] | None:
    """Returns the top folder of the worktree around `start` and its git directory, or None outside of any.

    A linked worktree and a submodule have a file `.git` that names the directory.
    """
    folder = os.path.realpath(start)
    while True:
        git_dir = _git_dir(os.path.join(folder, ".git"))
        if git_dir is not None:
            return folder, git_dir
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent


def common_dir_of(git_dir: str) -> str:
    """Returns the directory shared by all worktrees, given the git directory of one of them."""
    common = _first_line(os.path.join(git_dir, "commondir"))
    return git_dir if common is None else os.path.realpath(os.path.join(git_dir, common))


def find_project(start: str) -> str:
    """Returns the nearest folder with a branchlab.toml, else the worktree's top, else `start` itself."""
    folder = first = os.path.realpath(start)
    found = find_git(first)
    top = first if found is None else found[0]
    while True:
        if os.path.isfile(os.path.join(folder, SETTINGS_FILE)):
            return folder
        parent = os.path.dirname(folder)
        if folder in (parent, top):
            return top
        folder = parent


def current_branch(git_dir: str) -> str:
    """Returns the branch that is checked out, empty on a detached HEAD."""
    head = _first_line(os.path.join(git_dir, "HEAD")) or ""
    prefix = "ref: refs/heads/"
    # The reftable format keeps a stand-in here, because HEAD itself moved into the tables.
    return head[len(prefix) :] if head.startswith(prefix) and not head.endswith("/.invalid") else ""


def _git_dir(path: str) -> str | None:
    if os.path.isdir(path):
        # As git does: a folder `.git` without HEAD is no repository, and the search goes on above it.
        return path if os.path.exists(os.path.join(path, "HEAD")) else None
    line = _first_line(path)
    if line is None or not line.startswith("gitdir: "):
        return None
    return os.path.realpath(os.path.join(os.path.dirname(path), line[len("gitdir: ") :]))


def _first_line(path: str) -> str | None:
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return file.read(_GIT_FILE_BYTES).partition("\n")[0]
    except OSError:
        return None
