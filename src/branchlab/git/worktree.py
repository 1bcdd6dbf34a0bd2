"""Linked worktrees that runs take turns in.

A worktree is kept after a run and reset for the next one, so that a repository of 10,000 files is written out once,
not once per run. A slot belongs to whoever holds its `flock`; the kernel gives it back when the holder dies.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from branchlab.errors import BusyError, EnvironmentProblemError
from branchlab.git.process import GitError, run_git
from branchlab.plainfile import overwrite
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from branchlab.git.repository import Repository

SLOTS = 256
_QUIET = (
    *("-c", "core.hooksPath=/dev/null"),  # else the user's post-checkout would run in every slot
    *("-c", "advice.detachedHead=false"),
    *("-c", "worktree.useRelativePaths=false"),  # else git marks the user's repository, and older ones cannot read it
    *("-c", "submodule.recurse=false"),  # ours are linked worktrees, git would look for clones
)
_TRIES = 5
_GONE = "No such file or directory"
_ADD = (*_QUIET, "worktree", "add", "-f", "-f", "--detach", "-q")  # twice: also over what a killed one left locked


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


class Slot(NamedTuple):
    """What git remembers of a worktree of ours.

    Attributes:
        entry: git's own folder for it.
        path: where its files are, or were.
        whole: False when `git worktree add` was killed on the way; git's commands then stop at it.
    """

    entry: str
    path: str
    whole: bool


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
        try:
            owner = slot_owner(path)
            if not owner or owner == run or not needed(owner):
                return Worktree(path, lock, _prepare(repository, path, run, commit))
        except BaseException:
            os.close(lock)
            raise
        os.close(lock)
    raise BusyError(f"all {SLOTS} worktrees are taken", "branchlab doctor shows the runs that hold them")


def bring_worktree(repository: Repository, held: Worktree, run: str, commit: str, *, tidy: bool = False) -> Worktree:
    """Checks out another commit in a slot that is still held; raises as `take_worktree` does.

    A `tidy` one has no files that git does not track, so none are looked for.
    """
    return held._replace(fresh=_prepare(repository, held.path, run, commit, tidy=tidy))


def worktrees_dir(repository: Repository) -> str:
    """Returns the folder of all slots."""
    return os.path.join(repository.state_dir, "worktrees")


def slot_owner(path: str) -> str:
    """Returns the id of the run that used a slot last, or an empty string."""
    return _read(f"{path}.owner").decode(errors="replace").strip()


def known_slots(repository: Repository) -> list[Slot]:
    """Returns the slots that git knows, from its files: git itself cannot list what was cut short."""
    home = os.path.realpath(worktrees_dir(repository)) + os.sep
    entries = os.path.join(repository.common_dir, "worktrees")
    found = []
    for name in sorted(os.listdir(entries)) if os.path.isdir(entries) else []:
        entry = os.path.join(entries, name)
        named = os.fsdecode(_read(os.path.join(entry, "gitdir"))).removesuffix("\n") if os.path.isdir(entry) else ""
        # Relative where the user has worktree.useRelativePaths; `join` drops `entry` before an absolute one.
        path = os.path.dirname(os.path.realpath(os.path.join(entry, named)))
        if named and path.startswith(home):
            found.append(Slot(entry, path, _is_whole(entry)))
    return found


def _is_whole(entry: str) -> bool:
    head = _read(os.path.join(entry, "HEAD")).strip()
    # `git worktree add` writes an id of zeros first, so that the folder counts as one of its own, and the commit later.
    return bool(head.strip(b"0")) and bool(_read(os.path.join(entry, "commondir")).strip())


def forget_half_made(repository: Repository) -> None:
    """Makes git forget the slots whose `git worktree add` was killed."""
    with _alone(repository):  # nobody makes one just now
        for slot in known_slots(repository):
            if not slot.whole:
                _delete(slot.entry)
                _delete(slot.path)


def remove_worktree(repository: Repository, path: str) -> None:
    """Removes a slot's files and git's memory of it.

    Raises:
        BusyError: when a run holds the slot.
    """
    lock = _try_lock(f"{path}.lock")
    if lock is None:
        raise BusyError(f"a run holds {safe_text(path)}", "try again when it has ended")
    try:
        with _alone(repository):
            remove_files(repository, path)
        for end in (".owner", ".sparse", ".lock"):  # the lock last: while it has its name, nobody else takes the slot
            with suppress(FileNotFoundError):
                os.unlink(path + end)
    finally:
        os.close(lock)


def _try_lock(path: str) -> int | None:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(descriptor).st_ino == os.stat(path).st_ino:  # else it was removed, and may be another's by now
            return descriptor
    except (BlockingIOError, FileNotFoundError):
        pass
    os.close(descriptor)
    return None


def _prepare(repository: Repository, path: str, run: str, commit: str, *, tidy: bool = False) -> bool:
    # Before the first file changes: after a crash nobody may take these files for those of the run before.
    overwrite(f"{path}.owner", run.encode())
    sparse = _sparse_rules(repository)
    fresh = _read(f"{path}.sparse") != sparse or not _reset(path, commit, repository.common_dir, tidy=tidy)
    if fresh:
        forget_half_made(repository)
        with _alone(repository):
            _add(repository, path, commit)
        # Last: without the stamp the next run makes the worktree again.
        with open(f"{path}.sparse", "wb") as stamp:
            stamp.write(sparse)
    _populate(repository, repository.top, path)
    return fresh


def _add(repository: Repository, path: str, commit: str) -> None:
    tries = 0
    while True:
        tries += 1
        remove_files(repository, path)
        try:
            run_git([*_ADD, path, commit], cwd=repository.top)
        except GitError as error:
            # `git gc` prunes an entry that is just being made: its folder is there and its files are not yet.
            if tries == _TRIES or "/worktrees/" not in error.message or _GONE not in error.message:
                raise
        else:
            return


def _sparse_rules(repository: Repository) -> bytes:
    """Returns what git copies into a new worktree only: which files the user wants to see."""
    places = ("info/sparse-checkout", "config.worktree")
    return b"".join(_read(os.path.join(repository.git_dir, place)) for place in places)


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return b""


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
    """Clears the way for a new worktree at `path`.

    Git is told to forget this one only: `worktree prune` drops what the user has on a disk that is not mounted now.
    """
    _delete(path)
    with suppress(GitError):  # git does not know it
        run_git(["worktree", "remove", "-f", "-f", path], cwd=repository.top)


def _delete(path: str) -> None:
    """Deletes whatever is there, also what lies in folders that a run made read-only."""
    if os.path.islink(path) or os.path.isfile(path):
        os.unlink(path)
    for folder, folders, _ in os.walk(path):
        for name in folders:
            below = os.path.join(folder, name)
            if not os.path.islink(below):  # the mode would change where it leads
                os.chmod(below, 0o700)
    import shutil  # with all that it can compress: no run needs it

    shutil.rmtree(path, ignore_errors=True)


def _is_linked(path: str, *homes: str) -> bool:
    """Tells whether a slot and one of these git directories name each other.

    A run may have rewritten the slot's `.git`, and a copy of a repository has the slots of the original: git would
    move the HEAD of whatever is named there.
    """
    link = os.path.join(path, ".git")
    if not os.path.isfile(link):
        return False
    named = os.fsdecode(_read(link)).removeprefix("gitdir: ").removesuffix("\n")
    entry = os.path.realpath(os.path.join(path, named))
    inside = any(os.path.commonpath((os.path.realpath(home), entry)) == os.path.realpath(home) for home in homes)
    if not inside or os.path.basename(os.path.dirname(entry)) != "worktrees":
        return False
    back = os.fsdecode(_read(os.path.join(entry, "gitdir"))).removesuffix("\n")
    return os.path.realpath(os.path.join(entry, back)) == os.path.realpath(link)


def _reset(path: str, commit: str, *homes: str, tidy: bool = False) -> bool:
    """Brings a used slot to `commit` with nothing else in it; False when it is not usable."""
    if not _is_linked(path, *homes):
        return False
    try:
        run_git([*_QUIET, "checkout", "-f", "-q", "--detach", commit], cwd=path)
        if not tidy:
            run_git(["clean", "-ffdxq"], cwd=path)  # twice -f: also repositories that a run made in it
    except EnvironmentProblemError:  # what stops git in a used slot, a new worktree may not have
        return False
    return True


def _submodules(path: str) -> list[tuple[str, str]]:
    if not os.path.exists(os.path.join(path, ".gitmodules")):
        return []
    out = run_git(["ls-files", "-s", "-z"], cwd=path).decode(errors="surrogateescape")
    entries = [entry.partition("\t") for entry in out.split("\0") if entry.startswith("160000 ")]
    return [(name, meta.split(" ")[1]) for meta, _, name in entries]


def _populate(repository: Repository, top: str, path: str) -> None:
    """Gives a run the user's submodules, and theirs, as linked worktrees of their own; nothing is cloned.

    A submodule that the user did not initialise stays empty, as it is in the user's own tree.
    """
    for submodule, oid in _submodules(path):
        source, target = os.path.join(top, submodule), os.path.join(path, submodule)
        if not os.path.exists(os.path.join(source, ".git")):
            _delete(target)
            os.mkdir(target)
            continue
        if not _reset(target, oid, repository.common_dir, os.path.join(source, ".git")):
            _add_submodule(repository, source, target, oid)
        _populate(repository, source, target)


def _add_submodule(repository: Repository, source: str, target: str, oid: str) -> None:
    _delete(target)
    try:
        with _alone(repository):
            run_git([*_ADD, target, oid], cwd=source)
    except GitError as error:
        raise EnvironmentProblemError(
            f"submodule {safe_text(source)} cannot be checked out: {error.message}",
            "git submodule update, then try again",
        ) from None
