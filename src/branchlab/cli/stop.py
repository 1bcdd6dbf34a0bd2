"""`branchlab stop`: asks runs to stop, as Ctrl-C in their terminal would."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from branchlab.catalog.shelf import find_run
from branchlab.cli.project import open_project
from branchlab.errors import ExitCode, NotFoundError
from branchlab.git.refs import BRANCHES, find_ref
from branchlab.running.stop_run import stop_runs
from branchlab.text import format_duration, safe_text
from branchlab.tracking.reading import JOURNAL_FILE, read_journal
from branchlab.tracking.state import ended_status, is_alive, read_state

if TYPE_CHECKING:
    import argparse

    from branchlab.cli.terminal import Terminal
    from branchlab.tracking.state import RunState
    from branchlab.workspace import Workspace

EXAMPLES = (
    ("branchlab stop wider", "SIGINT to the command of this run, SIGTERM and SIGKILL if it takes too long"),
    ("branchlab stop 20261120T2330 20261120T2341", "two, by the beginnings of their ids"),
    ("branchlab stop $(branchlab ls status:running --names)", "all of them"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("runs", nargs="+", metavar="RUN", help="id, beginning of an id, name, or its last part")


def run(arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Stops each and waits for its end; what was logged is kept, a branch is made of nothing."""
    workspace, _ = open_project(terminal)
    found = {state.id: state for name in arguments.runs if (state := _live(workspace, name, terminal))}
    if not found:
        raise NotFoundError("none of these runs is going on", "branchlab ls status:running shows those that are")
    began = time.monotonic()

    def tell(state: RunState) -> None:
        took = format_duration(time.monotonic() - began)
        name = safe_text(state.name or state.id)
        # The folder goes when the branch is made: by a run that was quicker, or by a grid, which records what we stop.
        if os.path.isdir(os.path.join(workspace.runs_dir, state.id)):
            kept = f"what it logged is kept: branchlab record {state.id} makes a branch of it"
            terminal.words(f"{name} {_ended(workspace, state)} after {took}; {kept}")
        else:
            terminal.words(f"{name} has ended after {took}, and is recorded")

    stop_runs(workspace.runs_dir, list(found.values()), tell)
    return ExitCode.OK


def _live(workspace: Workspace, name: str, terminal: Terminal) -> RunState | None:
    """Returns the run that is going on under this name; says so when it has ended.

    Raises:
        NotFoundError: when there is no such run.
        UsageError: when several are meant.
    """
    run_id = find_run(workspace, name)
    folder = os.path.join(workspace.runs_dir, run_id or "")
    state = read_state(folder) if run_id else None
    if state is None:
        recorded = find_ref(workspace.repository, name, BRANCHES)
        what = f"{safe_text(name)} is recorded, so it has ended" if recorded else f"there is no run {safe_text(name)}"
        raise NotFoundError(what, "branchlab ls status:running shows what goes on")
    if is_alive(folder):
        return state
    terminal.words(f"run {state.id} is not going on: it {_ended(workspace, state)}")
    return None


def _ended(workspace: Workspace, state: RunState) -> str:
    if state.status != "running":
        return state.status
    journal = read_journal(os.path.join(workspace.runs_dir, state.id, JOURNAL_FILE))
    # The state was read while it lived, or who watched it was killed: the journal tells how it ended.
    return {"failed": "died without a word"}.get(ended_status(state, journal.status), journal.status)
