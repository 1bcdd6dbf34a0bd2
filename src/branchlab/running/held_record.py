"""The record that a branch holds, as bytes and as a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.errors import NotFoundError
from branchlab.git.objects import read_object
from branchlab.git.refs import BRANCHES
from branchlab.record.format import parse_record
from branchlab.text import safe_text

if TYPE_CHECKING:
    from branchlab.git.refs import Ref
    from branchlab.record.model import Record
    from branchlab.workspace import Workspace


def held_record(workspace: Workspace, ref: Ref) -> tuple[bytes, Record]:
    """Returns the record of an experiment's branch.

    Raises:
        NotFoundError: when the branch has none.
        DamagedError: when it cannot be read.
    """
    name, path = safe_text(ref.name.removeprefix(BRANCHES)), workspace.record_path
    found = read_object(workspace.repository, f"{ref.oid}:{path}")
    if found is None or found.kind != "blob":
        raise NotFoundError(f"{name} has no {safe_text(path)}", "branchlab run records a run")
    return found.body, parse_record(found.body, f"{name}:{safe_text(path)}")
