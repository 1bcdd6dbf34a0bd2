"""Which code a run ran: what `branchlab run` committed before it, or what was captured beside a run by hand."""

from __future__ import annotations

import json
import os
import re
import time
from typing import TYPE_CHECKING, NamedTuple

from branchlab.plainfile import read_plain
from branchlab.tracking.capture import CAPTURE_FILE, is_capturing

if TYPE_CHECKING:
    from branchlab.tracking.state import RunState
    from branchlab.workspace import Workspace

_LOOK_SECONDS = 0.02
_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


class RanCode(NamedTuple):
    """The code of a run.

    Attributes:
        commit: full id; the private ref of the run keeps it while the run is on no branch. Its tree is the working
            tree as it was when the run started, or HEAD itself where nothing differed. `git.codetree.code_tree` of it
            without `record.paths.written_paths` is what a record calls `tree`.
        exact: whether all of it is known to be as it was when the run started.
        differs: the paths that may have been otherwise, or that were left out: relative to the top of the repository.
    """

    commit: str
    exact: bool
    differs: tuple[str, ...] = ()


def ran_code(workspace: Workspace, state: RunState, *, wait: float = 5.0) -> RanCode | None:
    """Returns the code of a run that is on no branch yet; None when it was not captured.

    A capture that is in progress is waited for, `wait` seconds at most.
    """
    if state.code:
        return RanCode(state.code, state.exact, state.differs)
    folder = os.path.join(workspace.runs_dir, state.id)
    end = time.monotonic() + wait
    while is_capturing(folder) and time.monotonic() < end:
        time.sleep(_LOOK_SECONDS)
    return _read(os.path.join(folder, CAPTURE_FILE))


def _read(path: str) -> RanCode | None:
    text = read_plain(path)
    try:
        table = json.loads((text or b"").decode("utf-8", "surrogateescape"))
        found = RanCode(table["code"], table["exact"] is True, tuple(map(str, table["differs"])))
        return found if _ID.fullmatch(found.commit) else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
