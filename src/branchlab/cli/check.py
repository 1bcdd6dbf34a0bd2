"""`branchlab check`: everything the hooks would have done, on any clone; bypassed hooks are caught here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.check.finding import Report, report_of
from branchlab.errors import VERDICT_CODES, DamagedError, UsageError
from branchlab.running.names import today, user_name
from branchlab.text import safe_text

if TYPE_CHECKING:
    import argparse

    from branchlab.check.finding import Finding
    from branchlab.cli.terminal import Terminal
    from branchlab.errors import ExitCode

EXAMPLES = (
    ("branchlab check", "every local branch: names, settings, records and their code, data in the cache"),
    ("branchlab check --remote", "remote-tracking branches too, and data on the DVC remote"),
    ("branchlab check origin/main..HEAD", "the commits of a pull request; 3 when a shallow clone cuts them off"),
    ('branchlab check --branch "$NAME" origin/main..HEAD', "in a CI job, where HEAD stands on no branch"),
)
_MARKS = {"error": "✗", "unknown": "?", "warning": "!"}
_SHOWN = 200  # findings; more help nobody


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument(
        "range",
        nargs="?",
        default="",
        metavar="RANGE",
        help="A..B, or B for what the baseline lacks; default: the tips of all branches",
    )
    parser.add_argument(
        "--remote", action="store_true", help="look at remote-tracking branches too, and ask the DVC remote for data"
    )
    parser.add_argument("--branch", default="", metavar="NAME", help="what the branch at the end of RANGE is called")
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")


def run(arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Checks, and says what is wrong."""
    if arguments.branch and not arguments.range:
        raise UsageError(
            "--branch names the branch of a RANGE, and there is none", "branchlab check --branch NAME A..B"
        )
    report = _check(arguments, terminal)
    if arguments.json:
        from branchlab.report.formats import to_json

        terminal.data(to_json(_public(report, arguments.range)))
    else:
        for finding in report.findings[:_SHOWN]:
            terminal.data(_line(finding))
        if len(report.findings) > _SHOWN:
            terminal.data(f"… and {len(report.findings) - _SHOWN} more; --json lists all")
    terminal.words(_summary(report))
    return VERDICT_CODES[report.verdict]


def _check(arguments: argparse.Namespace, terminal: Terminal) -> Report:
    from branchlab.check.contents import settings_finding
    from branchlab.check.names import Names
    from branchlab.cli.project import open_project

    try:
        workspace, store = open_project(terminal)
        names = Names(workspace, user_name(), today())
    except (UsageError, DamagedError) as error:  # nothing else holds without settings
        return report_of([settings_finding(error)], {})
    if arguments.range:
        from branchlab.check.span import check_range

        return check_range(workspace, store, names, arguments.range, arguments.branch, remote=arguments.remote)
    from branchlab.check.everything import check_everything

    return check_everything(workspace, store, names, remote=arguments.remote)


def _line(finding: Finding) -> str:
    place = f"{finding.place}: " if finding.place else ""
    remedy = f"\n    {finding.remedy}" if finding.remedy else ""
    return f"{_MARKS[finding.level]} {place}{finding.what}{remedy}"


def _summary(report: Report) -> str:
    levels = [finding.level for finding in report.findings]
    found = {
        "error": levels.count("error"),
        "warning": levels.count("warning"),
        "thing that could not be looked at": levels.count("unknown"),
    }
    said = ", ".join(_count(count, what) for what, count in found.items() if count) or "everything is in order"
    looked = ", ".join(_count(report.checked[what], one) for what, one in _COUNTED if report.checked.get(what))
    return f"checked {looked}: {said}" if looked else said


_COUNTED = (("branches", "branch"), ("commits", "commit"), ("records", "record"), ("data", "data file"))


def _count(number: int, what: str) -> str:
    plural = (
        "things that could not be looked at"
        if what.startswith("thing")
        else f"{what}es"
        if what == "branch"
        else f"{what}s"
    )
    return f"{number:,} {what if number == 1 else plural}"


def _public(report: Report, asked: str) -> dict[str, object]:
    findings = [finding._asdict() for finding in report.findings]
    return {"verdict": report.verdict, "range": safe_text(asked), "checked": report.checked, "findings": findings}
