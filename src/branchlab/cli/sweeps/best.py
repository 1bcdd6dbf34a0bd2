"""`branchlab sweep best`: the best trial beside the reference, or the front of several metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.cli.output import add_format_arguments, show_page, show_table
from branchlab.errors import ExitCode, UsageError
from branchlab.reading.sweep import find_search, require_objectives
from branchlab.workspace import open_workspace

if TYPE_CHECKING:
    import argparse

    from branchlab.cli.terminal import Terminal
    from branchlab.reading.sweep import Search
    from branchlab.workspace import Workspace

EXAMPLES = (
    ("branchlab sweep best wide", "the best trial beside the reference; of several metrics the front"),
    ("branchlab sweep best wide --limit 5", "the five best"),
    ("branchlab apply $(branchlab sweep best wide --name)", "takes its parameters into the working tree"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("name", metavar="SWEEP", nargs="?", default="", help="name, or sweep file")
    parser.add_argument("--limit", metavar="N", type=int, help="show the best N as a table")
    parser.add_argument("--name", dest="bare", action="store_true", help="print its branch alone")
    add_format_arguments(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Shows the best."""
    if arguments.limit is not None and arguments.limit < 1:
        raise UsageError("--limit must be 1 or more", "branchlab sweep best --limit 5")
    from branchlab.report import sweep_trials as report
    from branchlab.report.formats import to_csv, to_json

    workspace = open_workspace(terminal.cwd)
    search = find_search(workspace, arguments.name, terminal.cwd)
    require_objectives(search)
    several = len(search.objectives.optimize) > 1
    trials = report.best_first(search)[: arguments.limit] if arguments.limit else report.leaders(search)
    if arguments.bare:
        terminal.data("".join(f"{report.shown_branch(trial)}\n" for trial in trials))
    elif arguments.format == "json":
        terminal.data(to_json(report.trial_objects(trials, search)))
    elif arguments.format == "csv":
        terminal.data(to_csv(*report.trial_rows(trials)))
    elif several or arguments.limit:
        table, legend = report.trial_table(trials, search), report.trial_legend(trials, search)
        show_table(table, legend, arguments.format, terminal, remedy="--json has all")
    else:
        _show_best(workspace, search, arguments.format, terminal)
    return ExitCode.OK


def _show_best(workspace: Workspace, search: Search, form: str | None, terminal: Terminal) -> None:
    from branchlab.reading.sweep import contests
    from branchlab.report.sweep_best import best_page, reference_of
    from branchlab.report.sweep_trials import leaders

    winner, reference = next(iter(leaders(search)), None), reference_of(search)
    found = contests(workspace, search, winner, reference) if winner and reference else []
    show_page(best_page(search, found), form, terminal)
