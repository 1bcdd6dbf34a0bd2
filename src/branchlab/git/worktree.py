"""Linked worktrees that runs take turns in.

A worktree is kept after a run and reset for the next one, so that a repository of 10,000 files is written out once,
not once per run. A slot belongs to whoever holds its `flock`; the kernel gives it back when the holder dies.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from branchlab.errors import BusyError, EnvironmentProblemError
from branchlab.git.process import GitError, run_git

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from branchlab.git.repository import Repository

SLOTS = 256
_QUIET = ("-c", "core.hooksPath=/dev/null", "-c", "advice.detachedHead=false")


class Worktree(NamedTuple):
    """A worktree a run may use.

    Attributes:
        path: absolute folder.
        lock: file descriptor of the held lock; closing it gives the slot back.
        fresh: whether all files had to be written out.
    """

    path: str
    lock: int
    fresh: bool


def take_worktree(repository: Repository, run: str, commit: str, needed: Callable[[str], bool]) -> Worktree:
    """Checks out `commit` in the first free slot.

    Args:
        repository: the user's repository.
        run: id of the run that takes the slot.
        commit: full commit id.
        needed: says whether the files that an earlier run left in its slot must be kept.

    Raises:
        BusyError: when every slot is taken.
        EnvironmentProblemError: when git cannot write the files.
    """
    folder = worktrees_dir(repository)
    os.makedirs(folder, exist_ok=True)
    for number in range(1, SLOTS + 1):
        path = os.path.join(folder, str(number))
        lock = _try_lock(f"{path}.lock")
        if lock is None:
            continue
        owner = slot_owner(path)
        if owner and owner != run and needed(owner):
            os.close(lock)
            continue
        try:
            return Worktree(path, lock, _prepare(repository, path, run, commit))
        except BaseException:
            os.close(lock)
            raise
    raise BusyError(f"all {SLOTS} worktrees are taken", "branchlab doctor shows the runs that hold them")


def worktrees_dir(repository: Repository) -> str:
    """Returns the folder of all slots."""
    return os.path.join(repository.state_dir, "worktrees")


def slot_owner(path: str) -> str:
    """Returns the id of the run that used a slot last, or an empty string."""
    try:
        with open(f"{path}.owner", encoding="utf-8") as file:
            return file.read().strip()
    except FileNotFoundError:
        return ""


def remove_worktree(repository: Repository, path: str) -> None:
    """Removes a slot's files and git's memory of it; the submodules' worktrees in it go as well."""
    shutil.rmtree(path, ignore_errors=True)
    run_git(["worktree", "prune"], cwd=repository.top)
    for end in (".owner", ".lock"):
        if os.path.exists(path + end):
            os.unlink(path + end)


def _try_lock(path: str) -> int | None:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def _prepare(repository: Repository, path: str, run: str, commit: str) -> bool:
    with open(f"{path}.owner", "w", encoding="utf-8") as file:
        file.write(run)
    fresh = not _reset(path, commit)
    if fresh:
        with _alone(repository):
            remove_files(repository, path)
            run_git([*_QUIET, "worktree", "add", "-f", "--detach", "-q", path, commit], cwd=repository.top)
    for submodule, oid in _submodules(path):
        _populate(repository, path, submodule, oid)
    return fresh


@contextmanager
def _alone(repository: Repository) -> Iterator[None]:
    """Lets one process at a time change git's list of worktrees: `git worktree add` reads half-written entries."""
    descriptor = os.open(
        os.path.join(worktrees_dir(repository), "list.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644
    )
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def remove_files(repository: Repository, path: str) -> None:
    """Clears the way for a new worktree at `path`."""
    if os.path.lexists(path):
        shutil.rmtree(path, ignore_errors=True)
        run_git(["worktree", "prune"], cwd=repository.top)


def _reset(path: str, commit: str) -> bool:
    """Brings a used slot to `commit` with nothing else in it; False when it is not usable."""
    if not os.path.exists(os.path.join(path, ".git")):
        return False
    try:
        run_git([*_QUIET, "checkout", "-f", "-q", "--detach", commit], cwd=path)
        run_git(["clean", "-ffdxq"], cwd=path)
    except EnvironmentProblemError:
        return False
    return True


def _submodules(path: str) -> list[tuple[str, str]]:
    if not os.path.exists(os.path.join(path, ".gitmodules")):
        return []
    out = run_git(["ls-files", "-s", "-z"], cwd=path).decode(errors="surrogateescape")
    entries = [entry.partition("\t") for entry in out.split("\0") if entry.startswith("160000 ")]
    return [(name, meta.split(" ")[1]) for meta, _, name in entries]


def _populate(repository: Repository, path: str, submodule: str, oid: str) -> None:
    """Gives a run the user's submodule as a linked worktree of its own; nothing is cloned.

    A submodule that the user did not initialise stays empty, as it is in the user's own tree.
    """
    source = os.path.join(repository.top, submodule)
    target = os.path.join(path, submodule)
    if not os.path.exists(os.path.join(source, ".git")) or _reset(target, oid):
        return
    try:
        run_git([*_QUIET, "worktree", "prune"], cwd=source)
        run_git([*_QUIET, "worktree", "add", "-f", "--detach", "-q", target, oid], cwd=source)
    except GitError as error:
        raise EnvironmentProblemError(
            f"submodule {submodule} cannot be checked out: {error.message}", "git submodule update, then try again"
        ) from None
