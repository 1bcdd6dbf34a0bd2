"""`branchlab sweep resume`: goes on with the code that a sweep began with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.cli.project import open_project
from branchlab.cli.sweeps.going import add_going_arguments, go, options_of

if TYPE_CHECKING:
    import argparse

    from branchlab.cli.terminal import Terminal
    from branchlab.errors import ExitCode

EXAMPLES = (
    ("branchlab sweep resume", "goes on where the sweep of sweep.toml was stopped or killed"),
    ("branchlab sweep resume wide", "the sweep of this name, also one that a teammate began"),
    ("branchlab sweep resume wide --part 2/3", "one part of it"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("name", metavar="SWEEP", nargs="?", default="", help="name, or sweep file")
    add_going_arguments(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Goes on, with a plan that may have changed and code that has not."""
    from branchlab.reading.sweep import find_search
    from branchlab.sweep.engine.resuming import plan_for_resume

    project = open_project(terminal)
    search = find_search(project.workspace, arguments.name, terminal.cwd)
    plan = plan_for_resume(project.workspace, search.name, search.source, search.study)
    return go(project, plan, options_of(arguments, resume=True), arguments, terminal)
