"""Keeps fresh objects from a garbage collection that began before a ref held them.

`git gc --prune=now` reads all refs, then deletes every loose object that it did not find. What was written and put on a
ref between the two is deleted as well, some time after everybody saw it. It never deletes from a pack that is younger
than itself: so while one is at work, what a new ref holds is packed. It also removes the folders that it emptied, and
the unfinished files of others: what fails for that is written again.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, TypeVar

from branchlab.git.process import GitError, run_git

if TYPE_CHECKING:
    from collections.abc import Callable

    from branchlab.git.repository import Repository

_Made = TypeVar("_Made")
_PID_FILE = "gc.pid"
_PID_BYTES = 4096
_TRIES = 5
_GONE = ("No such file or directory", "invalid object", "Error building trees")
_STALE_SECONDS = 12 * 3600.0  # what git itself takes for the longest


def is_collecting(repository: Repository) -> bool:
    """Tells whether a `git gc` is at work here: it says so in a file, and a killed one leaves that behind."""
    path = os.path.join(repository.common_dir, _PID_FILE)
    try:
        with open(path, "rb") as file:
            pid, _, host = file.read(_PID_BYTES).decode(errors="replace").strip().partition(" ")
            age = time.time() - os.fstat(file.fileno()).st_mtime
    except OSError:
        return False
    # On another machine, as over NFS, the process cannot be asked after, so the age has to do.
    if host == os.uname().nodename and pid.isdigit():
        return _is_there(int(pid))
    return abs(age) < _STALE_SECONDS


def pack_commit(repository: Repository, commit: str) -> None:
    """Packs what a commit has and its parents have not.

    Raises:
        GitError: when one of its objects is gone already.
    """
    target = os.path.join(repository.common_dir, "objects", "pack", "pack")
    arguments = ["-c", "core.fsync=all", "pack-objects", "--quiet", "--revs", target]
    despite_collection(lambda: run_git(arguments, cwd=repository.top, stdin=f"{commit}^!\n".encode()))


def despite_collection(write: Callable[[], _Made]) -> _Made:
    """Writes again when what git was about to write to, or had just written, vanished.

    Raises:
        GitError: when it does so every time, or for any other reason.
    """
    for _ in range(_TRIES - 1):
        try:
            return write()
        except GitError as error:
            if not any(words in error.stderr for words in _GONE):
                raise
    return write()


def _is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):  # somebody else's; in doubt it is there, which costs a pack
        pass
    return True
