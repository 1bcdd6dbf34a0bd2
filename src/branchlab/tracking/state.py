"""Who owns a run folder and how its run stands.

`state.json` is replaced as a whole; the lock is free once the last process that holds it has died.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from zlib import crc32

from branchlab.tuples import NamedTuple

TYPE_CHECKING = False  # `typing` would be most of what a short script pays
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, Literal

    EndedStatus = Literal["finished", "failed", "stopped"]
    StateStatus = Literal["running"] | EndedStatus

STATE_FILE = "state.json"
LOCK_FILE = "lock"
_MARK = b', "crc": "'  # before the checksum behind the state: a flipped bit is no other state
_RETRY_SECONDS = 0.01

_LOGGED_ENDS: dict[str, EndedStatus] = {"finished": "finished", "stopped": "stopped"}
_STATUSES = ("running", "finished", "failed", "stopped")


class RunState(NamedTuple):
    """What `state.json` says. Whoever starts a run writes it.

    Attributes:
        id: the run's id; also the name of its folder.
        name: the branch that the run is meant for, empty when nobody said.
        status: as last written; a `running` whose lock nobody holds has died.
        command: the argument list.
        project: absolute folder of the project in the user's tree.
        apart: whether it runs in a linked worktree, also while it has none yet.
        worktree: absolute folder of the linked worktree it runs in, empty for a run in place.
        branch: the branch checked out when it started, empty on a detached HEAD.
        started: ISO 8601, UTC.
        ended: the same, empty while it runs.
        seconds: wall time, once it ended.
        exit_code: of the command; negative for a signal; None when unknown.
        code: id of the commit that holds the code which ran, empty when none was captured.
        exact: False when the code was not captured before the run, so it may differ from what ran.
        differs: paths of the code that may have been otherwise when the run started, as far as they are known.
        note: hypothesis or remark.
        params: parameters that the starter resolved, None when only the journal knows them.
        sweep: what search the run is a trial of, as its record will say; None when of none.
    """

    id: str
    name: str = ""
    status: StateStatus = "running"
    command: tuple[str, ...] = ()
    project: str = ""
    apart: bool = False
    worktree: str = ""
    branch: str = ""
    started: str = ""
    ended: str = ""
    seconds: float | None = None
    exit_code: int | None = None
    code: str = ""
    exact: bool = False
    differs: tuple[str, ...] = ()
    note: str = ""
    params: Mapping[str, Any] | None = None
    sweep: Mapping[str, Any] | None = None

    @property
    def in_place(self) -> bool:
        """Whether it works in the user's own tree, so that what lies there may be its own."""
        return not (self.apart or self.worktree)


def write_state(folder: str, state: RunState, *, durable: bool = True) -> None:
    """Replaces state.json; a reader sees the old one or the new one, also after a power cut when it is `durable`.

    Raises:
        OSError: when the folder cannot be written; the old file is untouched.
    """
    # Names of files that are no text survive as the bytes they are.
    text = json.dumps(state._asdict(), ensure_ascii=False).encode("utf-8", "surrogateescape")[:-1]
    text = b'%b, "crc": "%08x"}' % (text, crc32(text))
    temporary = os.path.join(folder, f"{STATE_FILE}.{os.getpid()}.tmp")
    try:
        with open(temporary, "wb") as file:
            file.write(text)
            if durable:
                file.flush()
                # Without it a power cut after the rename may leave the new name with nothing in it.
                os.fsync(file.fileno())
        os.replace(temporary, os.path.join(folder, STATE_FILE))
    except OSError:
        _remove(temporary)
        raise


def read_state(folder: str) -> RunState | None:
    """Reads state.json; None when there is none or it cannot be understood. Keys of newer versions are ignored."""
    path = os.path.join(folder, STATE_FILE)
    if not os.path.isfile(path):  # a pipe would wait for a writer
        return None
    try:
        with open(path, "rb") as file:
            content = file.read()
        table = json.loads(content.decode("utf-8", "surrogateescape"))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(table, dict) or not _fits_checksum(content):
        return None
    table = {"id": os.path.basename(os.path.normpath(folder)), **table}
    fields = {key: table[key] for key in RunState._fields if key in table and _CHECKS[key](table[key])}
    # A known key with a value of another kind: no guess is made of what was meant.
    if table.keys() & set(RunState._fields) != fields.keys():
        return None
    return RunState(**{**fields, **{key: tuple(fields.get(key, ())) for key in ("command", "differs")}})


def _fits_checksum(content: bytes) -> bool:
    start = content.rfind(_MARK)
    found = content[start + len(_MARK) : -2]
    has_one = start >= 0 and content.endswith(b'"}') and b'"' not in found
    return not has_one or found == b"%08x" % crc32(content[:start])


def update_state(folder: str, *, durable: bool = True, **changes: Any) -> RunState | None:
    """Changes some fields of state.json and returns what it now says; None when there is nothing to change.

    `durable` is that of `write_state`.

    Raises:
        OSError: when the folder cannot be written.
    """
    state = read_state(folder)
    if state is None:
        return None
    state = state._replace(**changes)
    write_state(folder, state, durable=durable)
    return state


def ended_status(state: RunState, logged: str) -> EndedStatus:
    """Returns how a run that nobody works on any more ended.

    Args:
        state: what state.json says; `running` when whoever watched the run was killed.
        logged: the end that the process itself wrote into the journal, empty when it wrote none.
    """
    return _LOGGED_ENDS.get(logged, "failed") if state.status == "running" else state.status


def hold_lock(folder: str, wait: float = 1.0) -> int | None:
    """Takes the run's lock and returns its file descriptor, or None when somebody else holds it for `wait` seconds.

    The lock belongs to the open file: it is free once every process that inherited the descriptor has ended.
    A look by `is_alive` holds it for microseconds, so a few tries are worth it.

    Raises:
        OSError: when the folder cannot be written.
    """
    # O_CLOEXEC: what a script starts by itself must not keep its run alive; `running.launch` passes the lock on.
    descriptor = os.open(os.path.join(folder, LOCK_FILE), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    end = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= end:
                os.close(descriptor)
                return None
            time.sleep(_RETRY_SECONDS)
        except OSError:
            os.close(descriptor)
            raise
        else:
            return descriptor


def release_lock(descriptor: int) -> None:
    """Frees the lock for all processes that share it; without this it is free when the last of them ends."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
    finally:
        os.close(descriptor)


def is_alive(folder: str) -> bool:
    """Tells whether any process still holds the run's lock."""
    return is_locked(os.path.join(folder, LOCK_FILE))


def is_locked(path: str) -> bool:
    """Tells whether any process holds the lock of a file; nobody does where there is none."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        # Shared, so that two readers who look at the same time do not take each other for the run.
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return False


def run_folders(runs: str) -> list[str]:
    """Returns the folders of all runs that have a state, oldest first; empty when there are none.

    `runs` is what `location.runs_folder` returns.
    """
    try:
        names = sorted(os.listdir(runs))
    except OSError:
        return []
    folders = (os.path.join(runs, name) for name in names)
    return [folder for folder in folders if os.path.isfile(os.path.join(folder, STATE_FILE))]


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        return


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_number(value: Any) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _is_trial(value: Any) -> bool:
    if not isinstance(value, dict):
        return value is None
    return _is_text(value.get("name")) and type(value.get("trial")) is int


_CHECKS: dict[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("id", "name", "project", "worktree", "branch", "started", "ended", "code", "note"), _is_text),
    "status": lambda value: value in _STATUSES,
    **dict.fromkeys(("command", "differs"), lambda value: isinstance(value, list) and all(map(_is_text, value))),
    "seconds": _is_number,
    "exit_code": lambda value: value is None or isinstance(value, int),
    **dict.fromkeys(("apart", "exact"), lambda value: isinstance(value, bool)),
    "params": lambda value: value is None or isinstance(value, dict),
    "sweep": _is_trial,
}
