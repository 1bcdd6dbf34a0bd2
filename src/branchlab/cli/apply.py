"""`branchlab apply`: an experiment's parameters and outputs in the working tree, never over unsaved work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.catalog.shelf import require_branch
from branchlab.cli.project import open_project
from branchlab.errors import ExitCode, NotFoundError
from branchlab.git.refs import BRANCHES
from branchlab.running.bring import apply_outputs, apply_parameters
from branchlab.text import safe_text

if TYPE_CHECKING:
    import argparse

    from branchlab.cli.terminal import Terminal

EXAMPLES = (
    ("branchlab apply wider", "brings parameters and outputs of exp/model/wider into this working tree"),
    ("branchlab apply wider --params", "brings the parameter files only"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("name", metavar="EXPERIMENT", help="name, or its last part")
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--params", action="store_true", help="the parameter files only")
    only.add_argument("--outputs", action="store_true", help="the outputs only")


def run(arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Brings what was asked for; everything is checked before anything is written."""
    workspace, store = open_project(terminal)
    ref = require_branch(workspace.repository, arguments.name)
    params = apply_parameters(workspace, ref.oid) if not arguments.outputs else None
    outputs = apply_outputs(workspace, store, ref.oid) if not arguments.params else None
    # Both were checked above, before the first of them writes: calling a plan is what writes.
    written = [path for plan in (params, outputs) if plan for path in plan()]
    if not written:
        name = safe_text(ref.name.removeprefix(BRANCHES))
        raise NotFoundError(
            f"{name} has nothing to apply that is not here already", "branchlab show tells what it holds"
        )
    for path in written:
        terminal.words(f"wrote {safe_text(path)}")
    return ExitCode.OK
