"""All experiments of a project: the tips from git, their rows from the index, and what the index lacks from git."""

from __future__ import annotations

import gc
import os
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from branchlab.catalog.index import (
    INDEX_FILE,
    NO_RECORD,
    append_entries,
    find_entry,
    load_index,
    project_key,
    tidy_index,
)
from branchlab.catalog.tips import read_tips, start_listing
from branchlab.naming import compile_rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.catalog.index import Entry, Index
    from branchlab.catalog.tips import Listing, Tip
    from branchlab.experiment import Experiment
    from branchlab.workspace import Workspace

_OID_LENGTH = {"sha1": 40, "sha256": 64}
_RUN_START = len('"run":"')


class Catalog(NamedTuple):
    """What a project has tried.

    Attributes:
        experiments: newest first; runs that are not recorded yet stand among them with `commit` None.
            Remote-tracking ones are named `origin/exp/…`, archived ones `archive/exp/…`, as git resolves them.
        without_record: branches that the naming rule accepts and that have no record of their own at their tip.
    """

    experiments: tuple[Experiment, ...]
    without_record: tuple[str, ...] = ()


class Row(NamedTuple):
    """An experiment that is still text: `row` is JSON without name and commit."""

    started: bytes
    name: str
    oid: bytes
    row: bytes


class Rows(NamedTuple):
    """The recorded experiments, newest first, and the branches without a record."""

    rows: list[Row]
    without_record: list[str]


def read_catalog(
    workspace: Workspace, *, remote: bool = False, archived: bool = False, listing: Listing | None = None
) -> Catalog:
    """Reads every experiment and every run that is not recorded.

    Args:
        workspace: the project.
        remote: remote-tracking branches too.
        archived: archived experiments too.
        listing: what `start_listing` gave, when the caller started it early; it then decides on the two above.

    Raises:
        GitError: when git refuses.
        EnvironmentProblemError: when git cannot be started.
    """
    found = read_rows(workspace, listing or start_listing(workspace.repository.top, remote=remote, archived=archived))
    from branchlab.catalog.row import decode_row

    live = _live(workspace, found.rows)
    recorded = [decode_row(row.name, row.oid.decode(), row.row) for row in found.rows]
    experiments = sorted([*live, *recorded], key=lambda one: one.started or "", reverse=True) if live else recorded
    return Catalog(tuple(experiments), tuple(found.without_record))


def json_document(workspace: Workspace, listing: Listing) -> bytes:
    """Returns the answer of `ls --json` for the whole catalog, newest first: row texts put together unparsed.

    Raises:
        GitError: when git refuses.
    """
    found = read_rows(workspace, listing)
    texts = [(row.started, json_object(row)) for row in found.rows]
    live = _live(workspace, found.rows)
    if live:
        from branchlab.catalog.row import encode_experiment

        texts += [((run.started or "").encode(), encode_experiment(run)) for run in live]
        texts.sort(key=itemgetter(0), reverse=True)
    return b"[" + b",\n".join([text for _, text in texts]) + b"]\n"


def json_object(row: Row) -> bytes:
    """Returns the JSON object of a row."""
    name = row.name
    if name.isascii() and '"' not in name and "\x7f" not in name:
        # git allows neither backslash nor control character in a name
        return b'{"name":"%b","commit":"%b",%b' % (name.encode(), row.oid, row.row)
    from branchlab.catalog.row import encode_name

    return b'{"name":%b,"commit":"%b",%b' % (encode_name(name), row.oid, row.row)


def read_rows(workspace: Workspace, listing: Listing) -> Rows:
    """Returns the recorded experiments as text, and takes what the index lacks from git.

    Raises:
        GitError: when git refuses.
    """
    # Ten thousand long-lived rows would be walked through again and again while they are made.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _read_rows(workspace, listing)
    finally:
        if collecting:
            gc.enable()


def _read_rows(workspace: Workspace, listing: Listing) -> Rows:
    repository, settings = workspace.repository, workspace.settings
    index = load_index(
        os.path.join(repository.state_dir, INDEX_FILE),
        project_key(workspace.record_path),
        _OID_LENGTH.get(repository.object_format, 40),
    )
    tips = read_tips(listing, compile_rule(settings.naming), settings.baseline)
    entries = _entries(workspace, index, tips.experiments)
    rows = [
        Row(entry.started, tip.name, tip.oid, entry.row)
        for tip in tips.experiments
        if (entry := entries.get(tip.oid)) and entry.row != NO_RECORD
    ]
    rows.sort(key=itemgetter(0), reverse=True)
    bare = [tip.name for tip in tips.experiments if (entry := entries.get(tip.oid)) and entry.row == NO_RECORD]
    return Rows(rows, sorted([*bare, *tips.untouched]))


def _entries(workspace: Workspace, index: Index, tips: Sequence[Tip]) -> dict[bytes, Entry]:
    """Returns the entry of each commit; what the index lacks is read and added to it."""
    known = {tip.oid: find_entry(index, tip.oid) for tip in tips}
    entries = {oid: entry for oid, entry in known.items() if entry}
    if len(entries) < len(known):
        from branchlab.catalog.workers import scan_all

        fresh = scan_all(workspace.repository.top, workspace.record_path, [oid for oid in known if oid not in entries])
        entries |= fresh
        append_entries(index, _sure(fresh, workspace.repository.common_dir))
    if index.untidy:
        from branchlab.git.refs import list_refs

        tidy_index(index.path, [ref.oid.encode() for ref in list_refs(workspace.repository)])
    return entries


def _sure(entries: dict[bytes, Entry], common_dir: str) -> dict[bytes, Entry]:
    """Returns what may be cached: in a partial clone a record that is not there may only not be fetched yet."""
    try:
        with open(os.path.join(common_dir, "config"), "rb") as file:
            partial = b"promisor" in file.read()
    except OSError:
        partial = True
    return {oid: entry for oid, entry in entries.items() if not partial or entry.row != NO_RECORD}


def _live(workspace: Workspace, rows: list[Row]) -> list[Experiment]:
    """Reads runs that no branch holds; most of the time there is no run folder and nothing to load."""
    if not os.path.isdir(workspace.runs_dir):
        return []
    recorded = {row.row[_RUN_START : row.row.index(b'"', _RUN_START)].decode() for row in rows}
    from branchlab.catalog.live import read_live_runs

    return read_live_runs(workspace, recorded)
