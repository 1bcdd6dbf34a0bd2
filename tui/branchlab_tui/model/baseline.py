"""The baseline as an experiment: what its tip recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.catalog.row import decode_row
from branchlab.catalog.tips import Tip
from branchlab.git.refs import BRANCHES, REMOTES, read_ref

if TYPE_CHECKING:
    from branchlab.experiment import Experiment
    from branchlab.workspace import Workspace


def find_baseline(workspace: Workspace, refs: bytes) -> Tip | None:
    """Returns where the baseline stands here, else where it was fetched from; None when it does not exist.

    Args:
        workspace: the project.
        refs: what `finish_listing` gave.
    """
    name = workspace.settings.baseline
    # Looked for in the bytes: ten thousand lines are not split for the one that is wanted.
    behind = refs.find(f" {BRANCHES}{name}\n".encode(errors="surrogateescape"))
    if behind > 0:
        return Tip(name, refs[refs.rfind(b"\n", 0, behind) + 1 : behind])
    # A clone of one branch, as CI makes them, knows the baseline by its remote alone.
    oid = read_ref(workspace.repository, f"{REMOTES}origin/{name}")
    return Tip(f"origin/{name}", oid.encode()) if oid else None


def read_tip(workspace: Workspace, tip: Tip) -> Experiment | None:
    """Returns what a commit recorded, damaged or not; None when it holds no record.

    Raises:
        EnvironmentProblemError: when git cannot be started.
    """
    from branchlab.catalog.index import NO_RECORD
    from branchlab.catalog.scan import scan_commits

    for oid, entry in scan_commits(workspace, [tip.oid]):
        if entry.row != NO_RECORD:
            return decode_row(tip.name, oid.decode(), entry.row)
    return None
