"""Lock files that a killed git left, which make the user's next commit fail."""

from __future__ import annotations

import os
import time
from functools import partial
from typing import TYPE_CHECKING

from branchlab.doctor.finding import Finding
from branchlab.text import format_age, safe_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psutil

    from branchlab.git.repository import Repository

# `git commit --all` has its index in index.lock while hooks run, and a git of the hook that is killed locks that one
_PLAIN = ("index.lock", "index.lock.lock", "HEAD.lock", "config.lock", "packed-refs.lock", "shallow.lock")
_YOUNG_SECONDS = 5.0


def check_locks(repository: Repository) -> list[Finding]:
    """Finds git's lock files; one is stale when no git program works here and it is older than 5 seconds."""
    found = []
    locks = list(_lock_files(repository))
    at_work = bool(locks) and _git_runs(repository)  # looks at every process of the machine
    for path in locks:
        try:
            age = time.time() - os.stat(path).st_mtime
        except FileNotFoundError:
            continue
        shown = f"{safe_text(path)} is there since {format_age(age)}"
        if at_work or abs(age) < _YOUNG_SECONDS:  # one of the future was left before the clock was set back
            found.append(Finding(f"{shown}, and a git program is at work", None, "wait for it, then ask again"))
        else:
            found.append(Finding(f"{shown}, left by a git that was killed", partial(_unlink, path), "remove it"))
    return found


def _lock_files(repository: Repository) -> Iterator[str]:
    # A linked worktree has an index and a HEAD of its own, in a main one the two folders are the same.
    for folder in dict.fromkeys((repository.git_dir, repository.common_dir)):
        for name in _PLAIN:
            path = os.path.join(folder, name)
            if os.path.exists(path):
                yield path
    for folder, _, names in os.walk(os.path.join(repository.common_dir, "refs")):
        for name in names:
            if name.endswith(".lock"):
                yield os.path.join(folder, name)


def _git_runs(repository: Repository) -> bool:
    """Tells whether a git program works in this repository, or in a place that we may not see."""
    import psutil

    asked = ("name", "status", "cwd", "cmdline")
    homes = [os.path.realpath(place) for place in (repository.top, repository.common_dir)]
    # ad_value: what may not be asked comes as an empty text, not as an AccessDenied in the middle.
    for process in psutil.process_iter(asked, ad_value=""):
        name, status, place, command = (process.info[key] or "" for key in asked)
        if (name == "git" or name.startswith("git-")) and status != psutil.STATUS_ZOMBIE:
            said = (place, *command)
            if (not place and _is_hidden(process)) or any(_mentions(text, home) for text in said for home in homes):
                return True
    return False


def _is_hidden(process: psutil.Process) -> bool:
    """Tells whether we may not see where a process works; one that just ends has no place either."""
    from psutil import AccessDenied, Error

    try:
        process.cwd()
    except AccessDenied:
        return True
    except Error:
        return False
    return False


def _mentions(text: str, home: str) -> bool:
    return f"{home}/" in f"{text}/"


def _unlink(path: str) -> None:
    try:
        os.unlink(path)
    except FileNotFoundError:
        return
