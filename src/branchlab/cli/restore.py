"""`branchlab restore`: brings back what was archived or removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.catalog.shelf import restore, restore_run
from branchlab.cli.project import open_project
from branchlab.errors import ExitCode
from branchlab.text import safe_text

if TYPE_CHECKING:
    import argparse

    from branchlab.cli.terminal import Terminal

EXAMPLES = (
    ("branchlab restore wider", "makes a branch again of what was archived or removed"),
    ("branchlab restore 20261120T233015", "brings back an unrecorded run"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("names", nargs="+", metavar="EXPERIMENT|RUN", help="name or its last part, or the id of a run")


def run(arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Restores each."""
    workspace, _ = open_project(terminal)
    for name in arguments.names:
        run_id = restore_run(workspace, name)
        shown = f"run {run_id}" if run_id else safe_text(restore(workspace.repository, name))
        terminal.words(f"restored {shown}")
    return ExitCode.OK
