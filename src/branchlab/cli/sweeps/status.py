"""`branchlab sweep status`: how far one sweep is, or a line for each."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from branchlab.cli.output import add_format_arguments, show_page, show_table
from branchlab.errors import ExitCode
from branchlab.reading.sweep import every_search, find_search, points_of
from branchlab.workspace import open_workspace

if TYPE_CHECKING:
    import argparse

    from branchlab.cli.terminal import Terminal
    from branchlab.reading.sweep import Search
    from branchlab.report.sweep_status import Standing

EXAMPLES = (
    ("branchlab sweep status", "every sweep of the project, a line each; those of teammates too"),
    ("branchlab sweep status wide", "best so far, budget left, time to the end"),
    ("branchlab sweep status wide.toml", "the sweep of this file, also before its first trial"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("name", metavar="SWEEP", nargs="?", default="", help="name, or sweep file")
    add_format_arguments(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Shows how far."""
    workspace = open_workspace(terminal.cwd)
    if arguments.name:
        _show_one(standing_of(find_search(workspace, arguments.name, terminal.cwd)), arguments.format, terminal)
    else:
        _show_all([standing_of(search) for search in every_search(workspace)], arguments.format, terminal)
    return ExitCode.OK


def standing_of(search: Search) -> Standing:
    """Returns a sweep and how far it is by now."""
    from branchlab.report.sweep_status import Standing
    from branchlab.sweep.analysis.progress import progress

    points = points_of(search)
    return Standing(search, progress(search.study, search.plan, search.objectives, now=time.time(), points=points))


def _show_one(standing: Standing, form: str | None, terminal: Terminal) -> None:
    from branchlab.report import sweep_status as report
    from branchlab.report.formats import to_csv, to_json

    if form == "json":
        terminal.data(to_json(report.status_object(standing)))
    elif form == "csv":
        terminal.data(to_csv(*report.list_rows([standing])))
    else:
        show_page(report.status_page(standing), form, terminal)


def _show_all(standings: list[Standing], form: str | None, terminal: Terminal) -> None:
    from branchlab.report import sweep_status as report
    from branchlab.report.formats import to_csv, to_json
    from branchlab.report.sweep_values import counted

    if form == "json":
        terminal.data(to_json([report.status_object(one) for one in standings]))
    elif form == "csv":
        terminal.data(to_csv(*report.list_rows(standings)))
    elif standings or form == "md":
        legend = [counted(len(standings), "sweep"), "branchlab sweep status SWEEP says more"]
        show_table(report.list_table(standings, time.time()), legend, form, terminal, remedy="--json has all")
    else:
        terminal.words("no sweep yet: branchlab sweep new proposes one, branchlab sweep run runs it")
