"""Reads the records of what a user names: an experiment, the last part of its name, a commit, a ref, a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.compare.difference import Side
from branchlab.errors import NotFoundError
from branchlab.reading.objects import find_commit
from branchlab.record.format import parse_record
from branchlab.record.model import unrecorded
from branchlab.running.measured_code import is_stale
from branchlab.text import safe_text

if TYPE_CHECKING:
    from branchlab.git.object_reader import ObjectReader
    from branchlab.reading.objects import Commit
    from branchlab.workspace import Workspace


def require_side(reader: ObjectReader, workspace: Workspace, name: str) -> Side:
    """Returns the record of what a name stands for.

    Raises:
        NotFoundError: when there is no such thing, or it has no record.
        UsageError: when the name stands for several things.
        DamagedError: when the record cannot be read.
    """
    commit = find_commit(reader, workspace, name)
    side = read_side(reader, workspace, commit) if commit else live_side(workspace, name)
    if side is None:
        raise no_record(workspace, name)
    return side


def no_record(workspace: Workspace, name: str) -> NotFoundError:
    """Returns the error for a commit that holds no record."""
    return NotFoundError(
        f"{safe_text(name)} has no {safe_text(workspace.record_path)}",
        "on that branch, branchlab run --here records one; branchlab ls shows what is recorded",
    )


def without_record(reader: ObjectReader, workspace: Workspace, commit: Commit) -> Side:
    """Returns a commit that holds no record with the parameters in its files; its run has no id.

    Raises:
        DamagedError: when a parameter file cannot be read.
    """
    from branchlab.running.parameters import read_parameters

    def read(path: str) -> bytes | None:
        found = reader.read(f"{commit.oid}:{workspace.prefix}{path}")
        return found.body if found and found.kind == "blob" else None

    params = read_parameters(workspace.settings.params, read)
    return Side(commit.name, commit.oid, unrecorded(params))


def read_side(reader: ObjectReader, workspace: Workspace, commit: Commit) -> Side | None:
    """Returns the record that a commit holds, None when it holds none.

    Raises:
        DamagedError: when it cannot be read.
    """
    found = reader.read(f"{commit.oid}:{workspace.record_path}")
    if found is None or found.kind != "blob":
        return None
    source = f"{safe_text(commit.name)}:{safe_text(workspace.record_path)}"
    record = parse_record(found.body, source)
    stale = is_stale(workspace, reader.read, commit.oid, commit.text, record)
    return Side(commit.name, commit.oid, record, stale)


def live_side(workspace: Workspace, name: str) -> Side:
    """Returns a run that is not recorded; raises as `require_run` does."""
    from branchlab.reading.live import require_run

    return require_run(workspace, name).side
