"""`branchlab sweep run`: runs a sweep file with the working tree as it is."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.cli.project import open_project
from branchlab.cli.sweeps.going import add_going_arguments, go, options_of

if TYPE_CHECKING:
    import argparse

    from branchlab.cli.terminal import Terminal
    from branchlab.errors import ExitCode
    from branchlab.sweep.plan import Plan
    from branchlab.workspace import Workspace

EXAMPLES = (
    ("branchlab sweep run", "runs what sweep.toml says"),
    ("branchlab sweep run wide.toml -j 4", "another file, four trials at a time"),
    ("branchlab sweep run --dry-run", "prints what would run"),
    ("branchlab sweep run --detach", "goes on when the terminal is closed"),
    ("branchlab sweep run --part 2/3", "the second of three parts; two teammates run the others"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("file", metavar="FILE", nargs="?", default="", help="sweep file; default: sweep.toml")
    add_going_arguments(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Runs trials until the budget is spent."""
    from branchlab.sweep.file import cautions

    project = open_project(terminal)
    plan = _plan(project.workspace, arguments.file, terminal.cwd)
    for caution in cautions(plan):
        terminal.words(f"branchlab: {caution}")
    return go(project, plan, options_of(arguments, resume=False), arguments, terminal)


def _plan(workspace: Workspace, file: str, cwd: str) -> Plan:
    """Reads the sweep file that a person named from their folder, else that of the project."""
    from branchlab.sweep.file import SWEEP_FILE, load_plan

    if not file:
        return load_plan(workspace, SWEEP_FILE)
    # Both resolved, because relpath compares names alone, and either may lead through a link.
    path = os.path.join(os.path.realpath(cwd), file)
    return load_plan(workspace, os.path.relpath(path, os.path.realpath(workspace.root)))
