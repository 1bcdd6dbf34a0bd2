"""Which code a run ran: what `branchlab run` committed before it, or what was captured beside a run by hand."""

from __future__ import annotations

import json
import math
import os
import re
import time
from typing import TYPE_CHECKING

from branchlab.git.objects import read_objects
from branchlab.plainfile import read_plain
from branchlab.tracking.capture import CAPTURE_FILE, is_capturing
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from branchlab.tracking.state import RunState
    from branchlab.workspace import Workspace

_LOOK_SECONDS = 0.02
_SOURCES = (".py", ".ipynb", ".sh", ".r", ".jl")
_LAST_WORDS = 5.0  # seconds in which a script writes its last files after the end of its run
_ID = r"[0-9a-f]{40}(?:[0-9a-f]{24})?"  # SHA-1 or SHA-256; anything else would reach git as it is


class RanCode(NamedTuple):
    """The code of a run.

    Attributes:
        commit: full id; the private ref of the run keeps it while the run is on no branch. Its tree is the working
            tree as it was when the run started, or HEAD itself where nothing differed. `git.codetree.code_tree` of it
            without `record.paths.written_paths` is what a record calls `tree`.
        exact: whether all of it is known to be as it was when the run started.
        differs: the paths that may have been otherwise, or that were left out: relative to the top of the repository.
        began: when the program began that read it, in seconds since the epoch; infinite when that is not known.
    """

    commit: str
    exact: bool
    differs: tuple[str, ...] = ()
    began: float = math.inf


def ran_code(workspace: Workspace, state: RunState, *, wait: float = 5.0) -> RanCode | None:
    """Returns the code of a run that is on no branch yet; None when it was not captured.

    A capture that is in progress is waited for, `wait` seconds at most.
    """
    if state.code:
        return RanCode(state.code, state.exact, state.differs)
    folder = os.path.join(workspace.runs_dir, state.id)
    end = time.monotonic() + wait
    # Polled: a flock could be waited for only without an end, and a hook must not hang.
    while is_capturing(folder) and time.monotonic() < end:
        time.sleep(_LOOK_SECONDS)
    return _read(os.path.join(folder, CAPTURE_FILE))


def files_written(workspace: Workspace, state: RunState, ran: RanCode, paths: Iterable[str]) -> set[str]:
    """Returns those of the paths (relative to the top) that are no code that ran: files that came while the run lived.

    They were not there when it started, so it can only have written them; new source code is not taken for that.
    """
    if not state.ended:
        return set()
    from datetime import datetime

    ended = datetime.fromisoformat(state.ended).timestamp() + _LAST_WORDS
    top = workspace.repository.top
    # The clock alone would take a file for new that `git switch` wrote meanwhile: the commit that ran has to lack it.
    fitting = [path for path in paths if ran.began < _changed_at(top, path) < ended and not is_source(path)]
    before = read_objects(workspace.repository, [f"{ran.commit}:{path}" for path in fitting]) if fitting else ()
    return {path for path, found in zip(fitting, before, strict=False) if found is None}


def is_source(path: str) -> bool:
    """Tells whether a file is source code by its name, and hardly something that a run writes."""
    return path.lower().endswith(_SOURCES)


def _changed_at(top: str, path: str) -> float:
    try:
        return os.lstat(os.path.join(top, path)).st_ctime
    except OSError:
        return math.inf


def _read(path: str) -> RanCode | None:
    text = read_plain(path)
    try:
        table = json.loads((text or b"").decode("utf-8", "surrogateescape"))
        differs = tuple(map(str, table["differs"]))
        found = RanCode(table["code"], table["exact"] is True, differs, float(table["began"]))
        return found if re.fullmatch(_ID, found.commit) else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
