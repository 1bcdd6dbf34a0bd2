"""`branchlab show`: one experiment in full."""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING

from branchlab.cli.output import add_format_arguments, show_page
from branchlab.errors import ExitCode
from branchlab.git.object_reader import ObjectReader
from branchlab.reading.exhibit import live_exhibit, recorded_exhibit
from branchlab.reading.objects import find_commit, name_of_head
from branchlab.workspace import open_workspace

if TYPE_CHECKING:
    import argparse

    from branchlab.cli.terminal import Terminal

EXAMPLES = (
    ("branchlab show wider", "exp/model/wider: metrics with their curves, parameters, data, environment"),
    ("branchlab show", "the experiment that is checked out"),
    ("branchlab show 20261120T233015", "a run that is live or was not recorded, by the beginning of its id"),
    ("branchlab show wider --json | jq .curves.loss", "for scripts"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument(
        "name",
        metavar="EXP",
        nargs="?",
        help="experiment, last part of its name, commit, ref, or id of a run; default: the branch that is checked out",
    )
    add_format_arguments(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Shows the experiment."""
    from branchlab.report import experiment as report

    with closing(ObjectReader(terminal.cwd)) as reader:
        workspace = open_workspace(terminal.cwd)
        name = arguments.name or name_of_head(workspace)
        commit = find_commit(reader, workspace, name)
        exhibit = (
            recorded_exhibit(reader, workspace, commit, lambda text: terminal.words(f"branchlab: warning: {text}"))
            if commit
            else live_exhibit(workspace, name)
        )
    if arguments.format == "json":
        from branchlab.report.formats import to_json

        terminal.data(to_json(report.experiment_object(exhibit)))
        return ExitCode.OK
    if arguments.format == "csv":
        from branchlab.report.formats import to_csv

        terminal.data(to_csv(("kind", "name", "value"), report.experiment_rows(exhibit)))
        return ExitCode.OK
    show_page(report.experiment_page(exhibit, workspace.settings, time.time()), arguments.format, terminal)
    return ExitCode.OK
