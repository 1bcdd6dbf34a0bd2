"""Experiments that the baseline was fast-forwarded to: their branch stands where the baseline does, as a new one would.

What tells them apart is who made the commit. The message of `branchlab run` names the branch; of a commit made by hand
the branch's own log says that it was made there. A clone has no such log: there the second kind shows up again as soon
as the baseline moves on.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.catalog.batch import read_objects
from branchlab.record.message import names_branch, recorded_run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.catalog.tips import Tip
    from branchlab.workspace import Workspace

# Beginnings in the log of a ref: of git itself (`commit:`, `commit (amend):`, `commit (initial):`), and of ours.
_MADE_HERE = (b"commit", b"branchlab: run ", b"branchlab: note")
_TAIL_BYTES = 4096


def landed(workspace: Workspace, untouched: Sequence[Tip]) -> list[Tip]:
    """Returns those branches at the baseline's commit whose own work that commit is, when it recorded a run.

    Args:
        workspace: the project.
        untouched: branches that stand where the baseline stands.

    Raises:
        EnvironmentProblemError: when git cannot be started.
    """
    oids = list(dict.fromkeys(tip.oid for tip in untouched))
    found = read_objects(workspace.repository.top, oids)
    texts = {
        oid: commit[1].decode(errors="replace")
        for oid, commit in zip(oids, found, strict=False)
        if commit and commit[1]
    }
    # Files are read, since a `git reflog` would be a process for each branch. Where refs are kept in tables
    # (reftable) there are none, and it is as in a clone.
    logs = os.path.join(workspace.repository.common_dir, "logs", "refs", "heads")
    return [
        tip
        for tip in untouched
        if recorded_run(text := texts.get(tip.oid, "")) and (names_branch(text, tip.name) or _was_made_here(logs, tip))
    ]


def _was_made_here(logs: str, tip: Tip) -> bool:
    """Says whether the last line of a branch's log tells of a commit that was made on it."""
    try:
        with open(os.path.join(logs, tip.name), "rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - _TAIL_BYTES))
            line = file.read().rstrip(b"\n").rpartition(b"\n")[2]
    except OSError:
        return False
    ids, _, message = line.partition(b"\t")
    return ids.split(b" ")[1:2] == [tip.oid] and message.startswith(_MADE_HERE)
