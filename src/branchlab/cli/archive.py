"""`branchlab archive`: out of sight, still in the repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.catalog.shelf import archive
from branchlab.cli.project import open_project
from branchlab.cli.shelf import removable
from branchlab.errors import ExitCode
from branchlab.text import safe_text

if TYPE_CHECKING:
    import argparse

    from branchlab.cli.terminal import Terminal

EXAMPLES = (
    ("branchlab archive wider", "moves exp/model/wider to refs/archive/"),
    ("branchlab archive $(branchlab ls 'accuracy<0.8' --names)", "archives the weak ones"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("names", nargs="+", metavar="EXPERIMENT", help="name, or its last part")


def run(arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Archives each experiment."""
    workspace, _ = open_project(terminal)
    for ref in removable(workspace, arguments.names):
        name = archive(workspace.repository, ref)
        terminal.words(f"archived {safe_text(name)}; branchlab restore {safe_text(name)} brings it back")
    return ExitCode.OK
