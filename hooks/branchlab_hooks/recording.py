"""Adds the record of a run to the commit that is being made; the working tree follows when the commit is there."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.data.pointer import LOCK_FILE, is_pointer
from branchlab.data.store import find_store
from branchlab.errors import BranchlabError, BusyError
from branchlab.git.index import Entry, changed_paths, read_entries, update_index, write_blobs
from branchlab.git.objects import read_object
from branchlab.plainfile import write_plain
from branchlab.project import goals_of
from branchlab.record.message import trailers
from branchlab.record.paths import is_one_of
from branchlab.running.harvest import Harvest, Left, harvest, save_harvest
from branchlab.running.parameters import parameters_at
from branchlab.running.place import Place
from branchlab.running.ran_code import RanCode, ran_code
from branchlab.running.source import source_from_index, used_inputs
from branchlab.running.write import check_places
from branchlab.tracking.reading import JOURNAL_FILE, read_journal
from branchlab.tracking.state import hold_lock, release_lock
from branchlab.tuples import NamedTuple
from branchlab_hooks.identity import Identity
from branchlab_hooks.pending import Pending, drop_pending, write_pending

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchlab.record.model import Record, Run
    from branchlab.tracking.state import RunState
    from branchlab.workspace import Workspace
    from branchlab_hooks.choice import Chosen
    from branchlab_hooks.ignores import Edited
    from branchlab_hooks.staged import Staged

_WAIT = 0.2  # seconds: somebody waits for this commit, and a mere look holds the lock for microseconds
_POINTERS = ("*.dvc", LOCK_FILE, "dvc.yaml", ".gitignore")


class Added(NamedTuple):
    """A record that stands in the index of the commit being made, and what was not kept, one line each."""

    record: Record
    warnings: tuple[str, ...]


class Index(NamedTuple):
    """The index of the commit being made: which file that is, and the entries that matter here, by path."""

    env: Mapping[str, str]
    entries: Mapping[str, Entry]


def add_record(chosen: Chosen, staged: Staged) -> Added:
    """Harvests a run and puts its record into the index of the commit being made.

    Nothing else is changed: the run is kept until the commit is there, and git's next command may be any other.

    Raises:
        BusyError: when somebody else works on the run.
        BranchlabError: when it cannot be harvested, or the index cannot be changed.
        OSError: when the disk is full or cannot be written.
    """
    lock = hold_lock(chosen.folder, _WAIT)
    if lock is None:
        raise BusyError(f"run {chosen.state.id} is held by another process", "the next commit takes it up")
    try:
        index = _read_index(chosen.workspace, staged)
        record, found = _harvest(chosen, staged, index)
        _stage(chosen, record, found, index)
    finally:
        release_lock(lock)
    return Added(record, found.warnings)


def _read_index(workspace: Workspace, staged: Staged) -> Index:
    """Reads all entries that a record may change, and the pointers that tell what it was made from."""
    prefix, record = workspace.prefix, workspace.settings.record
    paths = [workspace.record_path, f"{prefix}{record.directory}"]
    return Index(staged.env, read_entries(workspace.repository, paths, staged.env, _POINTERS))


def _harvest(chosen: Chosen, staged: Staged, index: Index) -> tuple[Record, Harvest]:
    """Returns the record and its files, as they are kept in the run folder."""
    workspace, folder, state = chosen
    repository = workspace.repository
    store = find_store(workspace.root, repository.top, repository.common_dir)
    ran = ran_code(workspace, state)
    # The commit of a capture may be gone with its private ref: then it is as if nothing had been captured.
    ran = ran if ran and read_object(repository, f"{ran.commit}^{{tree}}") else None
    # No links and no submodules: as a pointer, only a plain file is read.
    files = {path: entry.oid for path, entry in index.entries.items() if entry.mode.startswith("100")}
    made = read_journal(os.path.join(folder, JOURNAL_FILE)).artifacts if any(map(is_pointer, files)) else ()
    source = source_from_index(workspace, store, ran.commit if ran else staged.head, files, made)
    doubtful = [*source.files, *([] if ran else _changed_since(chosen, staged))]
    collected = _collected(workspace)
    identity = Identity(workspace, staged.tree, ran, doubtful, collected, state)
    seen: list[Record] = []

    def identify(record: Record) -> Run:
        run = identity.provenance(record)
        seen.append(record._replace(run=run))
        return run

    place = Place(repository.top, workspace.root, own=False)
    inputs = used_inputs(workspace, source)
    found = harvest(workspace, store, Left(folder, _with_params(workspace, state, ran), place, inputs), identify)
    found = found._replace(files={**source.files, **found.files}, warnings=(*source.warnings, *found.warnings))
    if source.files:
        save_harvest(folder, found)
    return seen[0], found


def _collected(workspace: Workspace) -> list[str]:
    """Returns the metric files of other tools, relative to the top."""
    patterns = workspace.settings.collect
    if not patterns:
        return []
    from branchlab.running.collect import collected_files

    return [workspace.prefix + path for path in collected_files(workspace.root, patterns)]


def _with_params(workspace: Workspace, state: RunState, ran: RanCode | None) -> RunState:
    """Returns the state with the parameters as their files were when the run started."""
    if state.params is not None or ran is None:
        return state
    return state._replace(params=parameters_at(workspace, ran.commit))


def _changed_since(chosen: Chosen, staged: Staged) -> list[str]:
    """Returns the paths of this commit that were changed after the run had ended, where no code was captured."""
    from datetime import datetime

    repository = chosen.workspace.repository
    # A time of a run has whole seconds, cut off: one more, or its last file came after it.
    ended = datetime.fromisoformat(chosen.state.ended or chosen.state.started).timestamp() + 1
    # DVC writes its lock file when the stage has ended, so after the metrics; what changed in it has a cause elsewhere.
    paths = changed_paths(repository, staged.head_tree, staged.tree)
    changed = [path for path in paths if os.path.basename(path) != LOCK_FILE]
    return [path for path in changed if _modified(os.path.join(repository.top, path)) > ended]


def _modified(path: str) -> float:
    try:
        return os.lstat(path).st_mtime
    except OSError:
        return 0.0


def _edited(workspace: Workspace, found: Harvest, before: Mapping[str, Entry]) -> dict[str, Edited]:
    if not any(path.endswith(".gitignore") for path in found.files):
        return {}
    from branchlab_hooks.ignores import edited_ignores

    return edited_ignores(workspace, found, before)


def _unpacked(folder: str, found: Harvest) -> list[str]:
    """Writes the files of a record into the run folder, by number, and returns where each lies."""
    target = os.path.join(folder, "blobs")
    os.makedirs(target, exist_ok=True)
    paths = [os.path.join(target, str(number)) for number in range(len(found.files))]
    for path, content in zip(paths, found.files.values(), strict=True):
        with open(path, "wb") as file:
            file.write(content)
    return paths


def _stage(chosen: Chosen, record: Record, found: Harvest, index: Index) -> None:
    """Puts the files into the index; what the hooks after this one have to do is written down first."""
    workspace, folder, state = chosen
    repository = workspace.repository
    # Before the first byte is written: after the commit nobody could refuse any more.
    check_places(workspace, found.files)
    before = index.entries
    edited = _edited(workspace, found, before)
    if edited:
        found = found._replace(files={**found.files, **{path: edit.staged for path, edit in edited.items()}})
        save_harvest(folder, found)
    blobs = dict(zip(found.files, write_blobs(repository, _unpacked(folder, found)), strict=True))
    entries = [Entry(path, oid) for path, oid in blobs.items()]
    entries += [Entry(path, "") for path in before if path not in blobs and is_one_of(path, found.removed)]
    pending = Pending(
        record=Entry(workspace.record_path, blobs[workspace.record_path]),
        trailers=trailers(record, goals_of(workspace.settings)),
        run=state.id,
        entries=entries,
        before=[before.get(entry.path, Entry(entry.path, "")) for entry in entries],
        kept=frozenset(edited),
    )
    # Before the index: after a kill in between, the next commit finds by this what to take out again.
    write_pending(repository, pending)
    try:
        update_index(repository, entries, index.env)
    except BranchlabError:
        drop_pending(repository)
        raise
    # Now, because post-commit leaves these files alone (`kept`).
    for path, edit in edited.items():
        write_plain(os.path.join(repository.top, path), edit.own)
