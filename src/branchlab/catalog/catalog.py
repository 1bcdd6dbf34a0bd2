"""All experiments of a project: as values for the program, as JSON for `ls --json`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from branchlab.catalog.answer import (
    ANSWER_FILE,
    CLOSING,
    OPENING,
    SEPARATOR,
    Answer,
    answer_key,
    changed_lines,
    insert_row,
    load_answer,
    remove_row,
    run_ids,
    save_answer,
)
from branchlab.catalog.tips import finish_listing, start_listing

if TYPE_CHECKING:
    from branchlab.catalog.rows import Row
    from branchlab.catalog.tips import Listing
    from branchlab.experiment import Experiment
    from branchlab.workspace import Workspace

FEW = 64  # refs that differ; beyond that the whole answer is made anew


class Catalog(NamedTuple):
    """What a project has tried.

    Attributes:
        experiments: newest first; runs that are not recorded yet stand among them with `commit` None.
            Remote-tracking ones are named `origin/exp/…`, archived ones `archive/exp/…`, as git resolves them.
        without_record: branches that the naming rule accepts and that have no record of their own at their tip.
    """

    experiments: tuple[Experiment, ...]
    without_record: tuple[str, ...] = ()


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
    listing = listing or start_listing(workspace.repository.top, remote=remote, archived=archived)
    from branchlab.catalog.live import read_live_runs
    from branchlab.catalog.row import decode_row
    from branchlab.catalog.rows import read_rows

    found = read_rows(workspace, finish_listing(listing))
    experiments = [decode_row(row.name, row.oid.decode(), row.row) for row in found.rows]
    live = read_live_runs(workspace, {one.run for one in experiments})
    if live:
        experiments = sorted([*live, *experiments], key=lambda one: one.started or "", reverse=True)
    return Catalog(tuple(experiments), tuple(found.without_record))


def json_document(workspace: Workspace, listing: Listing) -> bytes:
    """Returns the answer of `ls --json` for the whole catalog, newest first.

    Raises:
        GitError: when git refuses.
        EnvironmentProblemError: when git cannot be started.
    """
    document = _answer(workspace, listing)
    if os.path.isdir(workspace.runs_dir):
        from branchlab.catalog.live import read_live_runs
        from branchlab.catalog.row import encode_experiment

        for run in read_live_runs(workspace, run_ids(document)):
            document = insert_row(document, encode_experiment(run))
    return document


def _answer(workspace: Workspace, listing: Listing) -> bytes:
    """Returns all recorded experiments: the kept answer, that answer mended, or one made anew."""
    settings, path = workspace.settings, os.path.join(workspace.repository.state_dir, ANSWER_FILE)
    key = answer_key(workspace.record_path, settings.naming, settings.baseline, listing.remote, listing.archived)
    kept = load_answer(path, key)
    refs = finish_listing(listing)
    if kept and kept.refs == refs:
        return kept.document
    mended = _mend(workspace, kept, refs) if kept and not listing.remote and not listing.archived else None
    document, complete = mended or _make(workspace, refs)
    if complete:
        save_answer(path, key, Answer(refs, document))
    return document


def _make(workspace: Workspace, refs: bytes) -> tuple[bytes, bool]:
    from branchlab.catalog.rows import read_rows

    found = read_rows(workspace, refs)
    texts = SEPARATOR.join([_json_object(row) for row in found.rows])
    return OPENING + texts + CLOSING, found.complete


def _mend(workspace: Workspace, kept: Answer, refs: bytes) -> tuple[bytes, bool] | None:
    """Changes the rows of the few refs that differ; None when the whole answer has to be made anew."""
    from branchlab.catalog.index import unread_index
    from branchlab.catalog.rows import index_place, rows_of, scan_into
    from branchlab.catalog.tips import base_tips, read_tips
    from branchlab.naming import compile_rule

    gone, new = changed_lines(kept.refs, refs)
    bases = base_tips(refs, workspace.settings.baseline)
    if len(gone) + len(new) > FEW or bases != base_tips(kept.refs, workspace.settings.baseline):
        return None
    rule = compile_rule(workspace.settings.naming)
    old = read_tips(b"\n".join(gone), rule, bases).experiments
    tips = read_tips(b"\n".join(new), rule, bases).experiments
    if not all(_is_plain(tip.name) for tip in (*old, *tips)):
        return None
    document = kept.document
    for tip in old:
        document = remove_row(document, tip.name.encode(), tip.oid)
    entries, complete = scan_into(unread_index(*index_place(workspace)), workspace, [tip.oid for tip in tips])
    for row in rows_of(tips, entries):
        document = insert_row(document, _json_object(row))
    return document, complete


def _json_object(row: Row) -> bytes:
    if _is_plain(row.name):
        return b'{"name":"%b","commit":"%b",%b' % (row.name.encode(), row.oid, row.row)
    from branchlab.catalog.row import encode_name

    return b'{"name":%b,"commit":"%b",%b' % (encode_name(row.name), row.oid, row.row)


def _is_plain(name: str) -> bool:
    """Says whether a branch name is its own JSON; git allows neither backslash nor control character in it."""
    return name.isascii() and '"' not in name
