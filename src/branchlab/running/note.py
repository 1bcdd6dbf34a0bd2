"""Changes the note of an experiment with a commit of its own, and that of a run in its journal."""

from __future__ import annotations

import os
import time
from functools import partial
from typing import TYPE_CHECKING

from branchlab.errors import BusyError, NotFoundError, UnsavedWorkError, UsageError
from branchlab.git.commit import NewCommit, write_commit
from branchlab.git.commit_text import author_line
from branchlab.git.objects import read_object
from branchlab.git.process import run_git
from branchlab.git.refs import BRANCHES, RUNS, checked_out, delete_ref, move_ref
from branchlab.project import goals_of
from branchlab.record.message import note_message
from branchlab.record.note import check_note, with_note
from branchlab.running.harvest import is_harvested
from branchlab.running.held_record import held_record
from branchlab.running.measured_code import is_stale
from branchlab.text import safe_text
from branchlab.tracking.journal import JournalWriter
from branchlab.tracking.reading import JOURNAL_FILE, read_journal
from branchlab.tracking.state import is_alive, read_state

if TYPE_CHECKING:
    from branchlab.git.refs import Ref
    from branchlab.workspace import Workspace

NOTE_MARK = ".note."  # in the name of a private ref that holds the commit of a note until it is on its branch


def experiment_note(workspace: Workspace, ref: Ref) -> str:
    """Returns the note of an experiment.

    Raises:
        NotFoundError: when the branch has no record; `DamagedError` when it cannot be read.
    """
    return held_record(workspace, ref)[1].run.note


def run_note(workspace: Workspace, run: str) -> str:
    """Returns the note of a run that no branch holds."""
    folder = os.path.join(workspace.runs_dir, run)
    state = read_state(folder)
    return read_journal(os.path.join(folder, JOURNAL_FILE)).note or (state.note if state else "")


def note_experiment(workspace: Workspace, ref: Ref, note: str) -> bool:
    """Commits another note on the branch of an experiment; returns whether it was another one.

    The author stays who made the experiment. Where the branch is checked out, its record follows in the working tree.

    Raises:
        UsageError: for a note that no record can hold.
        NotFoundError: when the branch has no record; `DamagedError` when it cannot be read.
        UnsavedWorkError: when the branch is checked out and its record was changed there.
        BusyError: when the branch moved meanwhile.
    """
    check_note(note)
    repository, path = workspace.repository, workspace.record_path
    text, record = held_record(workspace, ref)
    if record.run.note == note:
        return False
    name = ref.name.removeprefix(BRANCHES)
    place = checked_out(repository).get(ref.name)
    # Before the branch moves: afterwards the change could not be told from the difference that the note makes.
    if place:
        _refuse_changed(place, path, name)
    tip = read_object(repository, f"{ref.oid}^{{commit}}")
    before = tip.body if tip else b""
    changed = with_note(text, f"{safe_text(name)}:{safe_text(path)}", note)
    goals = goals_of(workspace.settings)
    stale = is_stale(workspace, partial(read_object, repository), ref.oid, before, record)
    words = note_message(record._replace(run=record.run._replace(note=note)), name, goals, stale=stale)
    author = author_line(before).decode(errors="surrogateescape")
    commit = NewCommit(ref.oid, words, files={path: changed}, author=author)
    # A name of its own: two notes at once must not take each other's commit from under it.
    private = f"{RUNS}{record.run.id}{NOTE_MARK}{os.getpid()}.{time.monotonic_ns()}"
    oid = write_commit(repository, private, commit)
    try:
        move_ref(repository, ref.name, oid, ref.oid, reason="branchlab: note")
        if place:
            _follow(place, oid, path)
    finally:
        delete_ref(repository, private, oid, reason="branchlab: done")
    return True


def note_run(workspace: Workspace, run: str, note: str) -> bool:
    """Writes another note into the journal of a run that no branch holds; returns whether it was another one.

    Raises:
        UsageError: for a note that no record can hold, and when a note that was given at the start is to go.
        BusyError: while the run is being recorded.
        NotFoundError: when it was recorded meanwhile.
    """
    check_note(note)
    folder = os.path.join(workspace.runs_dir, run)
    # Its record is written already, so a note in the journal would be read by nobody.
    if is_alive(folder) and is_harvested(folder):
        raise BusyError(f"run {run} is just being recorded", "try again in a moment")
    if run_note(workspace, run) == note:
        return False
    state = read_state(folder)
    # An empty note in the journal means that there is none, and the one of the start would show again.
    if not note and state and state.note:
        raise UsageError(f"the note that run {run} was started with can be replaced, not removed", "give another text")
    try:
        writer = JournalWriter(folder)
    except FileNotFoundError:
        raise NotFoundError(f"run {run} is gone: it was recorded or removed", "branchlab ls shows it") from None
    try:
        writer.entry("note", note=note)
    finally:
        writer.close()
    return True


def _refuse_changed(folder: str, path: str, name: str) -> None:
    """Makes sure that the record in a working tree, and in its index, is that of the branch."""
    out = run_git(["status", "--porcelain", "-z", "--", f":(top,literal){path}"], cwd=folder)
    if out:
        raise UnsavedWorkError(
            f"{safe_text(name)} is checked out in {safe_text(folder)}, and its {safe_text(path)} was changed there",
            "commit it or restore it first",
        )


def _follow(folder: str, oid: str, path: str) -> None:
    """Brings the record of a commit into a working tree and its index, which had the one before."""
    place = ["--source", oid, "--staged", "--worktree", "--", f":(top,literal){path}"]
    run_git(["restore", *place], cwd=folder, env={"GIT_OPTIONAL_LOCKS": "1"})
