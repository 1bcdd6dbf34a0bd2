"""`branchlab rm`: removes experiments and unrecorded runs; both can be restored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.catalog.shelf import discard_run, find_run, remove
from branchlab.cli.project import open_project
from branchlab.cli.shelf import removable
from branchlab.errors import ExitCode
from branchlab.git.refs import BRANCHES, find_ref
from branchlab.text import safe_text

if TYPE_CHECKING:
    import argparse

    from branchlab.cli.terminal import Terminal

EXAMPLES = (
    ("branchlab rm wider", "removes exp/model/wider; branchlab restore wider brings it back"),
    ("branchlab rm 20261120T233015", "removes an unrecorded run"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument(
        "names", nargs="+", metavar="EXPERIMENT|RUN", help="name or its last part, or name or id of a run"
    )


def run(arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Removes each; nothing is removed when one of them cannot be."""
    workspace, _ = open_project(terminal)
    runs = {
        name: run_id
        for name in arguments.names
        if not find_ref(workspace.repository, name, BRANCHES) and (run_id := find_run(workspace, name))
    }
    for ref in removable(workspace, [name for name in arguments.names if name not in runs]):
        remove(workspace.repository, ref)
        name = safe_text(ref.name.removeprefix(BRANCHES))
        terminal.words(f"removed {name}; branchlab restore {name} brings it back")
    for run_id in runs.values():
        discard_run(workspace, run_id)
        terminal.words(f"removed run {run_id}; branchlab restore {run_id} brings it back")
    return ExitCode.OK
