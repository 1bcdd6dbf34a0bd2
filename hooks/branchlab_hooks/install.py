"""Puts the hook files into the folder of hooks, each beside the one that was there before, and takes them away."""

from __future__ import annotations

import errno
import fcntl
import filecmp
import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from branchlab.errors import EnvironmentProblemError
from branchlab.plainfile import write_plain
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple
from branchlab_hooks.script import read_hook, recognise, render

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from branchlab_hooks.places import Place

BEFORE = ".before-branchlab"
PAUSED = ".paused-branchlab"  # where `reference-transaction` puts itself while git fetches
_ELSEWHERE = (".legacy", PAUSED)  # the first is where the pre-commit framework puts the hook it found, and runs it
_PUT_AWAY = (*_ELSEWHERE, ".old")  # lefthook's; it does not run that one
_NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EXDEV)
_MODE = 0o755


class Change(NamedTuple):
    """What was done to one hook.

    Attributes:
        event: its name.
        what: `installed`, `updated`, `removed`, `kept` (somebody else's edits), `left` (another hook is in the place of
            ours, so the one of before cannot come back), or "" when nothing was to be done.
        beside: the file of the hook that was there before, which runs first; or of the one that runs ours.
        where: `file`, or `config` for git's configuration.
    """

    event: str
    what: str
    beside: str = ""
    where: str = "file"


def install_files(place: Place, events: Iterable[str]) -> list[Change]:
    """Writes the hook files that are missing, old, or start another Python; safe to repeat.

    Raises:
        EnvironmentProblemError: when something else than a file stands in the way, or the folder cannot be written.
    """
    try:
        os.makedirs(place.folder, exist_ok=True)
        with _alone(place.folder):
            return [_install(place.path(event), event) for event in events]
    except OSError as error:
        raise _unwritable(place, error) from None


def _install(path: str, event: str) -> Change:
    content = render(event)
    target = own_file(path)
    if target:
        found = read_hook(target)
        script = recognise(found)
        if script and script.edited:
            return Change(event, "kept", target)
        if found == content and os.access(target, os.X_OK):
            return Change(event, "", _beside(path, target))
        write_script(target, content)
        return Change(event, "updated", _beside(path, target))
    refuse_folder(path)
    before = path + BEFORE
    if not _put_aside(path, before):
        _make_room(path, before)
        _put_aside(path, before)
    write_script(path, content)
    _drop_others(path, path)
    return Change(event, "installed", before if os.path.lexists(before) else "")


def own_file(path: str) -> str:
    """Returns where our file for a hook lies: in its place, or where a tool keeps it that runs it; empty if nowhere."""
    for candidate in (path, *(path + ending for ending in _ELSEWHERE)):
        if not os.path.islink(candidate) and recognise(read_hook(candidate)):
            return candidate
    return ""


def uninstall_files(place: Place, events: Iterable[str]) -> list[Change]:
    """Takes the hook files away and puts back what was there before; safe to repeat.

    A file that somebody changed stays, and so does the one before it.

    Raises:
        EnvironmentProblemError: when the folder cannot be written.
    """
    try:
        with _alone(place.folder):
            return [_uninstall(place.path(event), event) for event in events]
    except (FileNotFoundError, NotADirectoryError):
        return [Change(event, "") for event in events]
    except OSError as error:
        raise _unwritable(place, error) from None


def _uninstall(path: str, event: str) -> Change:
    target = own_file(path)
    before = path + BEFORE
    script = recognise(read_hook(target)) if target else None
    if script and script.edited:
        return Change(event, "kept", target)
    _drop_others(path, target)
    # One rename: there is a hook at every moment, as in the install.
    if target and os.path.lexists(before):
        os.replace(before, target)
        return Change(event, "removed", target)
    if target:
        os.unlink(target)
        return Change(event, "removed")
    if os.path.lexists(before) and not os.path.lexists(path):  # ours was deleted by hand
        os.rename(before, path)
        return Change(event, "removed", path)
    if os.path.lexists(path) and _same(path, before):  # an install was interrupted
        os.unlink(before)
    return Change(event, "left", before) if os.path.lexists(before) else Change(event, "")


def refuse_folder(path: str) -> None:
    """Makes sure that a hook can be written to a path.

    Raises:
        EnvironmentProblemError: when there is a folder.
    """
    if os.path.isdir(path) and not os.path.islink(path):
        raise EnvironmentProblemError(f"{safe_text(path)} is a folder, where git expects a file", "move it away")


@contextmanager
def _alone(folder: str) -> Iterator[None]:
    """Lets one installer at a time work in a folder; on a disk without such locks, as many as like."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        # Freed by closing the folder, so a kill leaves no lock behind.
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _unwritable(place: Place, error: OSError) -> EnvironmentProblemError:
    folder = safe_text(place.folder)
    return EnvironmentProblemError(
        f"{folder} cannot be written: {error.strerror}", "check the disk and its permissions"
    )


def _beside(path: str, target: str) -> str:
    if target != path:
        return path
    return path + BEFORE if os.path.lexists(path + BEFORE) else ""


def _put_aside(path: str, before: str) -> bool:
    """Gives the hook that is there its second name; says False when that one is taken.

    With a hard link there is a hook at every moment.
    """
    if not os.path.lexists(path) or _same(path, before):
        return True
    try:
        os.link(path, before, follow_symlinks=False)
    except FileExistsError:
        return False
    # NotImplementedError: this system cannot link to a link itself.
    except (OSError, NotImplementedError) as error:
        if isinstance(error, OSError) and error.errno not in _NO_LINKS:
            raise
        if os.path.lexists(before):
            return False
        os.rename(path, before)
    return True


def _make_room(path: str, before: str) -> None:
    """Moves what an earlier install put aside, and another tool has replaced since, out of the way."""
    if _equal(path, before):
        os.unlink(before)
        return
    number = 1
    while os.path.lexists(f"{before}.{number}"):
        number += 1
    os.rename(before, f"{before}.{number}")


def _same(path: str, other: str) -> bool:
    """Says whether an interrupted install has put this very hook aside already."""
    return os.path.lexists(other) and os.path.samestat(os.lstat(path), os.lstat(other))


def _equal(path: str, other: str) -> bool:
    """Says whether a tool has written the hook that was put aside once more."""
    plain = all(os.path.isfile(name) and not os.path.islink(name) for name in (path, other))
    return plain and filecmp.cmp(path, other, shallow=False)


def write_script(path: str, content: bytes) -> None:
    """Writes a hook file as a whole: git may run it at any moment."""
    write_plain(path, content, _MODE)


def _drop_others(path: str, kept: str) -> None:
    """Removes what other tools have put away of ours, but for one file."""
    for other in (path + ending for ending in _PUT_AWAY):
        script = recognise(read_hook(other))
        if other != kept and script and not script.edited:
            os.unlink(other)
