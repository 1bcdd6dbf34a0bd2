"""`branchlab sweep report`: what came out, for a terminal, as Markdown or as one HTML file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.cli.sweeps.status import standing_of
from branchlab.errors import ExitCode, UsageError
from branchlab.faults import error_of
from branchlab.reading.sweep import find_search
from branchlab.workspace import open_workspace

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from branchlab.cli.terminal import Terminal
    from branchlab.reading.sweep import Search
    from branchlab.report.sweep_report import Findings
    from branchlab.workspace import Workspace

EXAMPLES = (
    ("branchlab sweep report wide", "in the terminal"),
    ("branchlab sweep report wide --html wide.html", "one file with pictures, which loads nothing from elsewhere"),
    ("branchlab sweep report wide --md -", "Markdown on stdout, for a pull request"),
    ("branchlab sweep report wide --json", "all of it, for scripts"),
)

_STDOUT = "-"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("name", metavar="SWEEP", nargs="?", default="", help="name, or sweep file")
    parser.add_argument("--md", metavar="FILE", help="write Markdown; - for stdout")
    parser.add_argument("--html", metavar="FILE", help="write one HTML file with pictures; - for stdout")
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--json", action="store_true", help="print JSON")
    only.add_argument("--csv", action="store_true", help="print every trial as comma-separated values")


def run(arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Writes the reports that are asked for, or shows one."""
    # As in `ci`: an empty name is a variable that is not set, and who asks for a report waits for it.
    for option in ("md", "html"):
        if getattr(arguments, option) == "":
            raise UsageError(f"--{option} is empty", f"branchlab sweep report --{option} FILE")
    workspace = open_workspace(terminal.cwd)
    search = find_search(workspace, arguments.name, terminal.cwd)
    if arguments.csv:
        from branchlab.report.formats import to_csv
        from branchlab.report.sweep_trials import trial_rows

        terminal.data(to_csv(*trial_rows(search.study.trials)))
    found = _findings(workspace, search)
    written = [_write(path, text, terminal) for path, text in _reports(found, arguments)]
    if arguments.json:
        from branchlab.report.formats import to_json
        from branchlab.report.sweep_report import report_object

        terminal.data(to_json(report_object(found)))
    elif not written and not arguments.csv:
        from branchlab.cli.output import show_page
        from branchlab.report.sweep_report import report_page

        show_page(report_page(found), None, terminal)
    return ExitCode.OK


def _findings(workspace: Workspace, search: Search) -> Findings:
    from branchlab.reading.sweep import contests
    from branchlab.report.sweep_best import reference_of
    from branchlab.report.sweep_report import Findings
    from branchlab.report.sweep_trials import leaders
    from branchlab.sweep.analysis.importance import importance, settings_of

    weighed = [
        importance(settings_of(search.study, objective.metric, search.value), objective.metric)
        for objective in (search.objectives.optimize if search.study.trials else ())
    ]
    winner, reference = next(iter(leaders(search)), None), reference_of(search)
    compared = contests(workspace, search, winner, reference) if winner and reference else []
    return Findings(standing_of(search), weighed, compared)


def _reports(found: Findings, arguments: argparse.Namespace) -> Iterator[tuple[str, str]]:
    if arguments.md:
        from branchlab.report.sweep_report import report_markdown

        yield arguments.md, report_markdown(found)
    if arguments.html:
        from branchlab.report.sweep_html import report_html

        yield arguments.html, report_html(found)


def _write(path: str, text: str, terminal: Terminal) -> str:
    """Writes a report; one that cannot be written ends the command with the reason."""
    if path == _STDOUT:
        terminal.data(text)
        return path
    try:
        os.makedirs(os.path.dirname(os.path.join(terminal.cwd, path)), exist_ok=True)
        with open(os.path.join(terminal.cwd, path), "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        error.filename = error.filename or path  # a disk that is full names none
        raise error_of(error) from None
    return path
