"""`branchlab ci`: compares with the baseline, judges the gates, and writes every report that is asked for."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from branchlab.ci.judging import Outcome, compare_revisions
from branchlab.ci.revisions import find_revisions, is_known
from branchlab.ci.rules import with_rules_of
from branchlab.compare.extra_gates import with_gates
from branchlab.errors import VERDICT_CODES, BranchlabError, EnvironmentProblemError, ExitCode, UsageError
from branchlab.faults import error_of
from branchlab.reading.codediff import finish_files, start_files
from branchlab.text import safe_text
from branchlab.workspace import open_workspace

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from branchlab.cli.terminal import Terminal
    from branchlab.git.deepen import Span
    from branchlab.workspace import Workspace

EXAMPLES = (
    ("branchlab ci", "the commit that is checked out against the baseline it grew from"),
    ("branchlab ci --base origin/release/2 --head exp/model/wider", "any two"),
    ("branchlab ci --fetch origin", "the same in a shallow clone: fetches as much history as it needs"),
    ("branchlab ci --gate 'accuracy >= 0.90'", "one more gate than branchlab.toml sets"),
    ("branchlab ci --json --md report.md --junit junit.xml --openmetrics metrics.txt --svg curves", "all of it"),
)

_SUMMARY = "GITHUB_STEP_SUMMARY"
_HISTORY = 200  # commits of the baseline to begin with, where only the place at which a branch left it matters
_ALL = (1 << 31) - 1  # what git takes for all of it
_ERRORS = 4  # of files that could not be written: one of each kind, where a folder lacks and it has many pictures


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("--base", metavar="REF", help="what to compare with, at the merge-base (project.baseline)")
    parser.add_argument(
        "--head", metavar="REF", help="what to judge, by its own branchlab.toml (the commit that is checked out)"
    )
    parser.add_argument("--fetch", metavar="REMOTE", help="fetch the base and the history that is lacking from REMOTE")
    parser.add_argument(
        "--gate", metavar="GATE", action="append", default=[], help="one more gate, 'accuracy >= 0.9'; may be repeated"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--md", metavar="FILE", help="write the report as Markdown; fits a comment on a git host")
    parser.add_argument("--junit", metavar="FILE", help="write the gates as JUnit XML")
    parser.add_argument("--openmetrics", metavar="FILE", help="write the metrics as OpenMetrics, as GitLab reads them")
    parser.add_argument("--svg", metavar="DIR", help="write each curve as a small picture")


def run(arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Compares, judges and reports: 0 when every gate holds, 1 when one fails, 3 when it cannot be told."""
    _refuse_empty(arguments)
    outcome = _outcome(arguments, terminal.cwd)
    unwritten = _write_reports(outcome, arguments, terminal)  # before stdout, whose reader may close it early
    if outcome.problem:
        terminal.error(outcome.problem)
    if arguments.json:
        from branchlab.report.formats import to_json
        from branchlab.report.gate_json import gate_object

        terminal.data(to_json(gate_object(outcome)))
    elif outcome.judged:
        from branchlab.report.gate_page import render_gates

        terminal.data(render_gates(outcome, terminal.width or None, colour=terminal.colour))
    for error in unwritten[:_ERRORS]:
        terminal.error(error_of(error))
    code = VERDICT_CODES[outcome.verdict]
    # A gate that failed says more than a file that is missing.
    return ExitCode.ENVIRONMENT if unwritten and code == ExitCode.OK else code


def _refuse_empty(arguments: argparse.Namespace) -> None:
    """Refuses a report without a name, as a variable that is not set gives it: who asks for one waits for it.

    A base or head without a name is the default one, since CI services leave variables empty that do not apply.
    """
    for option in ("md", "junit", "openmetrics", "svg", "fetch"):
        if getattr(arguments, option) == "":
            raise UsageError(f"--{option} is empty", f"branchlab ci --{option} NAME")
    arguments.head = arguments.head or None


def _outcome(arguments: argparse.Namespace, cwd: str) -> Outcome:
    """Compares; whatever stands in the way is an outcome too, so that a report says so."""
    base, head, project = arguments.base or "", arguments.head or "", ""
    try:
        workspace = open_workspace(cwd)
        project = workspace.prefix.rstrip("/")
        if not workspace.initialised:
            raise EnvironmentProblemError("there is no branchlab.toml, so there are no gates", "branchlab init")
        settings = with_gates(workspace.settings, arguments.gate)
        base, head = base or settings.baseline, head or "HEAD"
        if arguments.fetch is not None:
            span = _fetch(workspace._replace(settings=settings), arguments.fetch, base, head)
            arguments.base = span.base
            if arguments.head is not None and not is_known(workspace.repository, arguments.head):
                arguments.head = span.head
        found = find_revisions(workspace, arguments.base, arguments.head)
        # What is checked out has its branchlab.toml beside it; another head brings the one it holds (docs/design/0012).
        if arguments.head is not None or found.merge:
            workspace = with_rules_of(workspace, found.head)
            settings = with_gates(workspace.settings, arguments.gate)
        code = finish_files(start_files(workspace, found.base.commit, found.head.commit)) if found.base else ()
        return compare_revisions(workspace, found, code, settings, time.time())
    except BranchlabError as error:
        return Outcome("unknown", base, head, problem=error, project=project)


def _fetch(workspace: Workspace, remote: str, base: str, head: str) -> Span:
    """Makes sure that base and head are here with their history, and returns the commits that they are now."""
    from branchlab.git.ancestry import parents_of
    from branchlab.git.deepen import fetch_history
    from branchlab.git.remote import choose_remote

    repository, settings = workspace.repository, workspace.settings
    past = settings.ci.max_age or any(rule.max_regression_from_best for rule in settings.metrics.values())
    history = _ALL if past else _HISTORY
    name = choose_remote(repository, remote)
    span = fetch_history(repository, name, base, head, history)
    for tested in parents_of(repository, span.head)[1:]:  # of the merge that a CI service makes, this side is judged
        fetch_history(repository, name, span.base, tested, history)
    return span


def _write_reports(outcome: Outcome, arguments: argparse.Namespace, terminal: Terminal) -> list[OSError]:
    """Writes what was asked for, and returns why some could not be; the summary of a job is a courtesy."""
    problems: dict[object, OSError] = {}
    for path, text in _reports(outcome, arguments):
        try:
            _write(os.path.join(terminal.cwd, path), text)
        except OSError as error:
            error.filename = error.filename or path  # a disk that is full names none
            problems[error.filename] = error
    summary = os.environ.get(_SUMMARY)
    if summary:
        _append_summary(os.path.join(terminal.cwd, summary), outcome, terminal)
    return list(problems.values())


def _reports(outcome: Outcome, arguments: argparse.Namespace) -> Iterator[tuple[str, str]]:
    """Yields path and text of each file that was asked for."""
    if arguments.md:
        from branchlab.report.gate_markdown import markdown_report

        yield arguments.md, markdown_report(outcome)
    if arguments.junit:
        from branchlab.report.junit import junit_report

        yield arguments.junit, junit_report(outcome)
    if arguments.openmetrics:
        from branchlab.report.openmetrics import openmetrics_report

        yield arguments.openmetrics, openmetrics_report(outcome)
    if arguments.svg:
        from branchlab.report.svg import curve_pictures

        yield os.path.join(arguments.svg, ""), ""  # a folder to upload, also where nothing has a curve
        for name, text in curve_pictures(outcome.judged):
            yield os.path.join(arguments.svg, name), text


def _write(path: str, text: str) -> None:
    """Writes a file, or with no text makes a folder; a name that ends in a slash is none for a file."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if not text:
        return
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)


def _append_summary(path: str, outcome: Outcome, terminal: Terminal) -> None:
    from branchlab.report.gate_markdown import SUMMARY, markdown_report

    try:
        with open(path, "a", encoding="utf-8", newline="\n") as file:
            file.write(markdown_report(outcome, SUMMARY - file.tell()))
    except OSError as error:
        terminal.words(f"branchlab: warning: {_SUMMARY}: {safe_text(path)}: {error.strerror}")
