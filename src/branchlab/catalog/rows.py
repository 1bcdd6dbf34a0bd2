"""The recorded experiments as text: from the index, and what the index lacks from git."""

from __future__ import annotations

import gc
import os
from operator import itemgetter
from typing import TYPE_CHECKING

from branchlab.catalog.answer import told_by
from branchlab.catalog.index import (
    INDEX_FILE,
    NO_RECORD,
    append_entries,
    find_entry,
    load_index,
    project_key,
    tidy_index,
)
from branchlab.catalog.tips import base_tips, read_tips
from branchlab.naming import compile_rule
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab.catalog.index import Entry, Index
    from branchlab.catalog.tips import Tip
    from branchlab.workspace import Workspace

_OID_LENGTH = {"sha1": 40, "sha256": 64}


class Row(NamedTuple):
    """An experiment that is still text: `row` is JSON without name and commit."""

    started: bytes
    name: str
    oid: bytes
    row: bytes


class Rows(NamedTuple):
    """The rows of a project.

    Attributes:
        rows: recorded experiments, newest first.
        without_record: names of the branches that have no record of their own.
        complete: False when git could not read something that it may read next time.
    """

    rows: list[Row]
    without_record: list[str]
    complete: bool


def read_rows(workspace: Workspace, refs: bytes) -> Rows:
    """Returns every recorded experiment among the refs that `finish_listing` gave.

    Raises:
        EnvironmentProblemError: when git cannot be started.
    """
    # Ten thousand long-lived rows would be walked through again and again while they are made.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _read_rows(workspace, refs)
    finally:
        if collecting:
            gc.enable()


def _read_rows(workspace: Workspace, refs: bytes) -> Rows:
    settings = workspace.settings
    tips, untouched = read_tips(refs, compile_rule(settings.naming), base_tips(refs, settings.baseline))
    index = load_index(*index_place(workspace))
    tips = with_landed(workspace, tips, untouched)
    entries, complete = entries_of(workspace, index, tips)
    if index.untidy:
        from branchlab.git.refs import list_refs

        # Of all refs: the index also serves `--remote`, `--archived` and the other projects of the repository.
        tidy_index(index.path, [ref.oid.encode() for ref in list_refs(workspace.repository)])
    rows = rows_of(tips, entries)
    # A stable sort, also in reverse: within an instant rows stay in the order of their names, as `edit_rows` expects.
    rows.sort(key=itemgetter(0), reverse=True)
    bare = [tip.name for tip in tips if (entry := entries.get(tip.oid)) and entry.row == NO_RECORD]
    waiting = {tip.name for tip in untouched}.difference(row.name for row in rows)
    return Rows(rows, sorted({*bare, *waiting}), complete)


def with_landed(workspace: Workspace, tips: list[Tip], untouched: list[Tip]) -> list[Tip]:
    """Returns the tips together with those at the baseline's commit that made it, in the order of their names."""
    if not untouched:
        return tips
    from branchlab.catalog.landed import landed

    return sorted([*tips, *landed(workspace, untouched)])


def rows_of(tips: Sequence[Tip], entries: Mapping[bytes, Entry | None]) -> list[Row]:
    """Returns the rows of the tips that have a record, in the order of the tips."""
    return [
        Row(entry.started, tip.name, tip.oid, entry.row)
        for tip in tips
        if (entry := entries.get(tip.oid)) and entry.row != NO_RECORD
    ]


def entries_of(workspace: Workspace, index: Index, tips: Sequence[Tip]) -> tuple[dict[bytes, Entry | None], bool]:
    """Returns the entry of each tip, reading from git what the index lacks and adding it there.

    The truth value is False when some of it may look different next time.
    """
    entries = {tip.oid: find_entry(index, tip.oid) for tip in tips}
    lacking = [oid for oid, entry in entries.items() if not entry]
    if not lacking:
        return entries, True
    from branchlab.catalog.workers import scan_all

    found = scan_all(workspace, lacking)
    sure = _sure(found, workspace.repository.common_dir)
    append_entries(index, sure)
    return entries | found, len(sure) == len(lacking)


def _sure(entries: dict[bytes, Entry], common_dir: str) -> dict[bytes, Entry]:
    """Returns what may be kept: in a partial clone a record that is not there may only not be fetched yet."""
    try:
        with open(os.path.join(common_dir, "config"), "rb") as file:
            # `remote.NAME.promisor`, see git-config(1). To ask git would be a process more; where the word stands for
            # something else, what has no record is looked up each time.
            partial = b"promisor" in file.read()
    except OSError:
        partial = True
    return {oid: one for oid, one in entries.items() if one.started and not (partial and one.row == NO_RECORD)}


def index_place(workspace: Workspace) -> tuple[str, bytes, int]:
    """Returns the path of the index, the key of the project in it, and the length of a commit id."""
    repository = workspace.repository
    path = os.path.join(repository.state_dir, INDEX_FILE)
    return path, project_key(*told_by(workspace)), _OID_LENGTH[repository.object_format]
