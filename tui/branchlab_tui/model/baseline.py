"""The baseline as an experiment: what its tip recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.catalog.row import decode_row
from branchlab.catalog.tips import HEADS, Tip

if TYPE_CHECKING:
    from branchlab.experiment import Experiment
    from branchlab.workspace import Workspace


def read_baseline(workspace: Workspace, refs: bytes) -> Experiment | None:
    """Returns the baseline here, else where it was fetched from; None when it does not exist or has no record.

    Args:
        workspace: the project.
        refs: what `finish_listing` gave.
    """
    from branchlab.catalog.index import load_tail
    from branchlab.catalog.rows import entries_of, index_place, rows_of

    tip = _find(workspace, refs)
    if tip is None:
        return None
    entries, _ = entries_of(workspace, load_tail(*index_place(workspace), 1), [tip])
    found = [decode_row(row.name, row.oid.decode(), row.row) for row in rows_of([tip], entries)]
    return found[0] if found else None


def _find(workspace: Workspace, refs: bytes) -> Tip | None:
    name = workspace.settings.baseline
    behind = refs.find(f" {HEADS}{name}\n".encode(errors="surrogateescape"))
    if behind > 0:
        return Tip(name, refs[refs.rfind(b"\n", 0, behind) + 1 : behind])
    from branchlab.git.refs import read_ref

    oid = read_ref(workspace.repository, f"refs/remotes/origin/{name}")
    return Tip(f"origin/{name}", oid.encode()) if oid else None
