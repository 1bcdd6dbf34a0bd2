"""`branchlab checkout`: switches to an experiment together with its DVC data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.catalog.shelf import require_branch
from branchlab.cli.project import open_project
from branchlab.errors import ExitCode
from branchlab.git.refs import BRANCHES
from branchlab.running.bring import switch_to
from branchlab.text import safe_text

if TYPE_CHECKING:
    import argparse

    from branchlab.cli.terminal import Terminal

EXAMPLES = (
    ("branchlab checkout wider", "switches to exp/model/wider and brings its data"),
    ("branchlab checkout main", "goes back"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("name", metavar="EXPERIMENT", help="name or its last part; any branch will do")


def run(arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Switches; git and branchlab refuse to lose anything."""
    workspace, store = open_project(terminal)
    branch = require_branch(workspace.repository, arguments.name).name.removeprefix(BRANCHES)
    changed = switch_to(workspace, store, branch)
    terminal.words(f"on {safe_text(branch)}" + (f"; data: {len(changed)} changed" if changed else ""))
    return ExitCode.OK
