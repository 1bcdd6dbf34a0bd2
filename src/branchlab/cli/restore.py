"""`branchlab restore`: brings back what was archived or removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.catalog.shelf import restore, restore_run, restore_run_called
from branchlab.cli.project import open_project
from branchlab.errors import ExitCode, NotFoundError
from branchlab.text import safe_text

if TYPE_CHECKING:
    import argparse

    from branchlab.cli.terminal import Terminal
    from branchlab.workspace import Workspace

EXAMPLES = (
    ("branchlab restore wider", "makes a branch again of what was archived or removed"),
    ("branchlab restore 20261120T233015", "brings back an unrecorded run"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument(
        "names", nargs="+", metavar="EXPERIMENT|RUN", help="name or its last part, or name or id of a run"
    )


def run(arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Restores each."""
    workspace, _ = open_project(terminal)
    for name in arguments.names:
        terminal.words(f"restored {_restore(workspace, name)}")
    return ExitCode.OK


def _restore(workspace: Workspace, name: str) -> str:
    """Looks for the id of a run, then for a branch, then for a run that was called so."""
    run_id = restore_run(workspace, name)
    if not run_id:
        try:
            return safe_text(restore(workspace.repository, name))
        except NotFoundError:
            run_id = restore_run_called(workspace, name)
            if not run_id:
                raise
    return f"run {run_id}"
