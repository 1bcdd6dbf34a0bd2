"""One engine per sweep and part on one machine: who holds the lock, where its log is, and how to reach it."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from branchlab.errors import BusyError
from branchlab.text import safe_text
from branchlab.tracking.state import is_locked
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from branchlab.git.repository import Repository

LOG_FILE = "log"
_LOCK, _HOLDER = "lock", "engine.json"
_BYTES = 1 << 16  # whatever stands there, no more is read of it
_LOOK_SECONDS = 0.02
_WRITTEN_SECONDS = 1.0  # an engine that took the lock has said who it is by then


class Holder(NamedTuple):
    """An engine at work.

    Attributes:
        sweep: its name.
        part: which share, `2/3`; empty for the whole.
        pid: of its process.
        folder: where its log is.
        birth: what tells its process from a later one with the same pid; empty where the system does not say.
    """

    sweep: str
    part: str
    pid: int
    folder: str
    birth: str = ""


def sweep_folder(repository: Repository, sweep: str, part: str = "") -> str:
    """Returns the folder of an engine; the same for each session of a sweep."""
    name = f"{sweep}@{part.replace('/', 'of')}" if part else sweep
    return os.path.join(repository.state_dir, "sweeps", name)


@contextmanager
def hold_sweep(repository: Repository, sweep: str, part: str = "") -> Iterator[str]:
    """Takes the lock of a sweep for the length of the block and yields the engine's folder.

    Raises:
        BusyError: while another engine has it, or one runs a share with trials that are also in this one.
    """
    folder = sweep_folder(repository, sweep, part)
    os.makedirs(folder, exist_ok=True)
    descriptor = os.open(os.path.join(folder, _LOCK), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            # The kernel gives it back however an engine dies. The file stays: were it deleted, two could lock one each.
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BusyError(
                f"the sweep {safe_text(sweep)} runs already{' (this part)' if part else ''}",
                f"branchlab sweep status {safe_text(sweep)}, or run another part of it: --part 2/3",
            ) from None
        # written before the others are looked at: of two shares that begin at once, one sees the other at least
        _write(folder, {"sweep": sweep, "part": part, "pid": os.getpid(), "birth": _birth(os.getpid())})
        _refuse_overlap(repository, sweep, part)
        yield folder
    finally:
        os.close(descriptor)


def _refuse_overlap(repository: Repository, sweep: str, part: str) -> None:
    """Lets shares run at a time only where they have no trial in common: the parts of one division."""
    of = part.partition("/")[2]
    others = [one.part for one in engines(repository, sweep) if one.part != part]
    for other in others:
        if not of or other.partition("/")[2] != of:
            what = f"part {safe_text(other)}" if other else "the whole"
            raise BusyError(f"{what} of the sweep {safe_text(sweep)} runs already", "wait for it, or stop it")


def engines(repository: Repository, sweep: str = "") -> list[Holder]:
    """Returns the engines at work on this machine, of one sweep or of all."""
    place = os.path.join(repository.state_dir, "sweeps")
    names = sorted(os.listdir(place)) if os.path.isdir(place) else []
    found = [_holder(os.path.join(place, name)) for name in names]
    return [one for one in found if one and sweep in ("", one.sweep)]


def tell(holder: Holder) -> bool:
    """Asks an engine to stop, as Ctrl-C in its terminal would; False when it has ended meanwhile."""
    if not is_at_work(holder):
        return False
    deadline = time.monotonic() + _WRITTEN_SECONDS
    # for a moment an engine that takes the lock is named by the file of a former one, whose pid may be anybody's
    while holder.birth and _birth(holder.pid) != holder.birth:
        found = _holder(holder.folder)
        if found is None or time.monotonic() > deadline:
            return False
        holder = found
        time.sleep(_LOOK_SECONDS)
    try:
        os.kill(holder.pid, signal.SIGINT)
    except ProcessLookupError:
        return False
    return True


def is_at_work(holder: Holder) -> bool:
    """Tells whether an engine has not ended yet."""
    return is_locked(os.path.join(holder.folder, _LOCK))


def _holder(folder: str) -> Holder | None:
    if not is_locked(os.path.join(folder, _LOCK)):
        return None
    try:
        with open(os.path.join(folder, _HOLDER), "rb") as file:
            table = json.loads(file.read(_BYTES))
        return Holder(str(table["sweep"]), str(table["part"]), int(table["pid"]), folder, str(table.get("birth", "")))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(folder: str, table: dict[str, object]) -> None:
    path = os.path.join(folder, _HOLDER)
    with open(f"{path}.new", "w", encoding="utf-8") as file:
        json.dump(table, file)
    os.replace(f"{path}.new", path)


def _birth(pid: int) -> str:
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            # proc(5), 22: ticks since the system started. The name of the program may hold anything, a bracket too
            return file.read().rpartition(b")")[2].split()[19].decode()
    except (OSError, IndexError):
        return ""
