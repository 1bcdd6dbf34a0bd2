"""All experiments of a project: as values for the program, as JSON for `ls --json`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.catalog.answer import (
    ANSWER_FILE,
    ROW_END,
    Answer,
    answer_key,
    changed_lines,
    edit_rows,
    load_answer,
    run_ids,
    save_answer,
    told_by,
)
from branchlab.catalog.tips import finish_listing, start_listing
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from branchlab.catalog.rows import Row
    from branchlab.catalog.tips import Listing
    from branchlab.experiment import Experiment
    from branchlab.workspace import Workspace

FEW_REFS = 64  # refs that differ; beyond that the whole answer is made anew


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
    # git lists the refs while the modules below are loaded.
    listing = listing or start_listing(workspace.repository.top, remote=remote, archived=archived)
    from branchlab.catalog.live import read_live_runs
    from branchlab.catalog.row import decode_row
    from branchlab.catalog.rows import read_rows

    found = read_rows(workspace, finish_listing(listing))
    experiments = [decode_row(row.name, row.oid.decode(), row.row) for row in found.rows]
    # After a crash between branch and clean-up a run has both (docs/design/0002-private-ref.md).
    live = read_live_runs(workspace, {one.run for one in experiments})
    if live:
        experiments = sorted([*live, *experiments], key=lambda one: one.started or "", reverse=True)
    return Catalog(tuple(experiments), tuple(found.without_record))


def json_document(workspace: Workspace, listing: Listing) -> list[bytes | memoryview]:
    """Returns the answer of `ls --json` for the whole catalog, newest first, as pieces to write one after the other.

    Raises:
        GitError: when git refuses.
        EnvironmentProblemError: when git cannot be started.
    """
    rows, edits = _answer(workspace, listing)
    if os.path.isdir(workspace.runs_dir):
        from branchlab.catalog.live import read_live_runs
        from branchlab.catalog.row import encode_experiment

        recorded = run_ids(rows) | run_ids(ROW_END.join(edits.new))
        live = [encode_experiment(run) for run in read_live_runs(workspace, recorded)]
        edits = Edits(edits.gone, [*edits.new, *live])
    return edit_rows(rows, edits.gone, edits.new)


class Edits(NamedTuple):
    """What has to change in the kept answer: name and commit of rows to leave out, and new rows."""

    gone: list[tuple[str, bytes]]
    new: list[bytes]


def kept_answer(workspace: Workspace) -> Answer | None:
    """Returns the recorded experiments as they were last answered, without asking git; None when nothing is kept."""
    path, key = _answer_place(workspace)
    return load_answer(path, key)


def make_answer(workspace: Workspace, refs: bytes) -> Answer:
    """Reads all recorded experiments among the refs that `finish_listing` gave, and keeps the answer.

    Raises:
        EnvironmentProblemError: when git cannot be started.
    """
    return _make_answer(workspace, refs, *_answer_place(workspace))


def _answer(workspace: Workspace, listing: Listing) -> tuple[bytes, Edits]:
    """Returns the rows that are kept and what differs by now; makes them anew when much does."""
    path, key = _answer_place(workspace, remote=listing.remote, archived=listing.archived)
    kept = load_answer(path, key)
    refs = finish_listing(listing)
    if kept and kept.refs == refs:
        return kept.rows, Edits([], [])
    edits = find_edits(workspace, kept.refs, refs) if kept and not listing.remote and not listing.archived else None
    # `Edits` of two empty lists is true: what changed was no experiment, and the kept rows are the answer.
    # Edits are not kept: to write the whole file again costs several times as much as to make them again.
    if kept and edits:
        return kept.rows, edits
    return _make_answer(workspace, refs, path, key).rows, Edits([], [])


def _answer_place(workspace: Workspace, *, remote: bool = False, archived: bool = False) -> tuple[str, bytes]:
    settings = workspace.settings
    repository = workspace.repository
    key = answer_key(*told_by(workspace), settings.naming, settings.baseline, remote, archived)
    return os.path.join(repository.state_dir, ANSWER_FILE), key


def _make_answer(workspace: Workspace, refs: bytes, path: str, key: bytes) -> Answer:
    from branchlab.catalog.rows import read_rows

    found = read_rows(workspace, refs)
    answer = Answer(refs, b"".join([_json_object(row) + ROW_END for row in found.rows]))
    if found.complete:
        save_answer(path, key, answer)
    return answer


def find_edits(workspace: Workspace, before: bytes, refs: bytes) -> Edits | None:
    """Returns the changes that the refs which differ stand for; None when they are too many.

    Args:
        workspace: the project.
        before: what `finish_listing` gave for local branches.
        refs: what it gives by now.

    Raises:
        EnvironmentProblemError: when git cannot be started.
    """
    from branchlab.catalog.index import load_tail
    from branchlab.catalog.rows import entries_of, index_place, rows_of, with_landed
    from branchlab.catalog.tips import base_tips, read_tips
    from branchlab.naming import compile_rule

    gone, new = (b"".join([line + b"\n" for line in lines]) for lines in changed_lines(before, refs))
    baseline = workspace.settings.baseline
    # A baseline that moved decides anew which branches stand where it does.
    if gone.count(b"\n") + new.count(b"\n") > FEW_REFS or base_tips(gone, baseline) or base_tips(new, baseline):
        return None
    rule, bases = compile_rule(workspace.settings.naming), base_tips(refs, baseline)
    before_tips, after_tips = read_tips(gone, rule, bases), read_tips(new, rule, bases)
    old = [*before_tips.experiments, *before_tips.untouched]
    tips = with_landed(workspace, *after_tips)
    # `edit_rows` finds a row by its name as JSON has it, which is the name itself only where nothing is escaped.
    if not all(_is_plain(tip.name) for tip in (*old, *tips)):
        return None
    index = load_tail(*index_place(workspace), len(tips))
    entries, _ = entries_of(workspace, index, tips)
    return Edits([(tip.name, tip.oid) for tip in old], [_json_object(row) for row in rows_of(tips, entries)])


def _json_object(row: Row) -> bytes:
    if _is_plain(row.name):
        return b'{"name":"%b","commit":"%b",%b' % (row.name.encode(), row.oid, row.row)
    from branchlab.catalog.row import encode_name

    return b'{"name":%b,"commit":"%b",%b' % (encode_name(row.name), row.oid, row.row)


def _is_plain(name: str) -> bool:
    """Says whether a branch name is its own JSON; git allows neither backslash nor control character in it."""
    return name.isascii() and '"' not in name
