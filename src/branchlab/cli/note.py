"""`branchlab note`: shows or changes what is remarked about an experiment or a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.catalog.shelf import find_run
from branchlab.cli.project import open_project
from branchlab.cli.shelf import require_experiment
from branchlab.errors import ExitCode
from branchlab.git.refs import BRANCHES, find_ref
from branchlab.running.note import experiment_note, note_experiment, note_run, run_note
from branchlab.text import safe_text

if TYPE_CHECKING:
    import argparse

    from branchlab.cli.terminal import Terminal

EXAMPLES = (
    ("branchlab note wider", "prints the note"),
    ("branchlab note wider 'the plateau was the rate'", "commits it on exp/model/wider; the result stays what it is"),
    ("branchlab note 20261120T2330 'diverged, look at the warm-up'", "while a run goes on, or before it is recorded"),
    ("branchlab note wider ''", "takes it away"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("name", metavar="EXPERIMENT|RUN", help="name or its last part, or name or id of a run")
    parser.add_argument("text", nargs="?", help="the new note; prints the one there is when left out")


def run(arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Shows or changes one note."""
    workspace, _ = open_project(terminal)
    run_id = None if find_ref(workspace.repository, arguments.name, BRANCHES) else find_run(workspace, arguments.name)
    otherwise = "git notes can hold remarks on other commits"
    ref = None if run_id else require_experiment(workspace, arguments.name, otherwise)
    if arguments.text is None:
        note = experiment_note(workspace, ref) if ref else run_note(workspace, run_id or "")
        terminal.data(safe_text(note, multiline=True))
        return ExitCode.OK
    note = arguments.text.strip()
    changed = note_experiment(workspace, ref, note) if ref else note_run(workspace, run_id or "", note)
    what = safe_text(ref.name.removeprefix(BRANCHES)) if ref else f"run {run_id}"
    terminal.words(f"noted on {what}" if changed else f"the note of {what} says so already")
    return ExitCode.OK
