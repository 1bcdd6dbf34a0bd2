"""`branchlab sweep show`: every trial of a sweep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.cli.output import add_format_arguments, show_table
from branchlab.errors import ExitCode, UsageError
from branchlab.reading.sweep import find_search
from branchlab.workspace import open_workspace

if TYPE_CHECKING:
    import argparse

    from branchlab.cli.terminal import Terminal

EXAMPLES = (
    ("branchlab sweep show wide", "every trial, in the order they were asked for"),
    ("branchlab sweep show wide --best --limit 10", "the ten best first"),
    ("branchlab sweep show wide --csv > wide.csv", "everything about every trial, for a spreadsheet"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("name", metavar="SWEEP", nargs="?", default="", help="name, or sweep file")
    parser.add_argument("--best", action="store_true", help="the best first; of several metrics the front first")
    parser.add_argument("--limit", metavar="N", type=int, help="show the first N only")
    add_format_arguments(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Shows the trials."""
    if arguments.limit is not None and arguments.limit < 0:
        raise UsageError("--limit must not be negative", "branchlab sweep show --limit 20")
    from branchlab.report import sweep_trials as report
    from branchlab.report.formats import to_csv, to_json

    search = find_search(open_workspace(terminal.cwd), arguments.name, terminal.cwd)
    trials = report.best_first(search) if arguments.best else list(search.study.trials)
    trials = trials[: arguments.limit]
    if arguments.format == "json":
        terminal.data(to_json(report.trial_objects(trials, search)))
    elif arguments.format == "csv":
        terminal.data(to_csv(*report.trial_rows(trials)))
    elif trials or arguments.format == "md":
        table, legend = report.trial_table(trials, search), report.trial_legend(trials, search)
        show_table(table, legend, arguments.format, terminal, remedy="--json has all")
    else:
        terminal.words(report.no_trial_words(search))
    return ExitCode.OK
