"""`branchlab doctor`: looks at everything a crash can leave; mends it with --fix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.cli.project import open_project
from branchlab.doctor.locks import check_locks
from branchlab.doctor.runs import check_leftovers, check_runs, check_worktrees
from branchlab.doctor.setup import check_records, check_setup
from branchlab.doctor.stores import check_index, check_objects, check_shelf
from branchlab.errors import BranchlabError, ExitCode

if TYPE_CHECKING:
    import argparse

    from branchlab.cli.terminal import Terminal
    from branchlab.doctor.finding import Finding

EXAMPLES = (
    ("branchlab doctor", "says what is wrong; exit code 1 when something is"),
    ("branchlab doctor --fix", "mends what can be mended without losing anything"),
    ("branchlab doctor --data --fix", "reads all data in the DVC cache too, and sets damaged objects aside"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("--fix", action="store_true", help="mend what can be mended")
    parser.add_argument("--data", action="store_true", help="read every object of the DVC cache that a branch names")
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")


def run(arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Checks, and mends when asked."""
    findings = _check(arguments, terminal)
    results = [(finding, _mend(finding) if arguments.fix else "") for finding in findings]
    if arguments.json:
        from branchlab.report.formats import to_json

        terminal.data(to_json([_public(finding, result) for finding, result in results]))
    else:
        for finding, result in results:
            terminal.data(f"{_mark(finding, result)} {finding.what}\n    {result or finding.remedy}")
    left = [finding for finding, result in results if result != "mended"]
    if not left:
        terminal.words("everything is in order" if not results else f"{len(results)} mended")
        return ExitCode.OK
    if not arguments.fix and any(finding.mend for finding in left):
        terminal.words("branchlab doctor --fix mends what is marked with +")
    return ExitCode.FAILED


def _check(arguments: argparse.Namespace, terminal: Terminal) -> list[Finding]:
    workspace, store = open_project(terminal)
    repository = workspace.repository
    return [
        *check_setup(workspace, store),
        *check_locks(repository),
        *check_runs(workspace, store),
        *check_worktrees(repository),
        *check_leftovers(repository),
        *check_index(workspace),
        *check_shelf(repository),
        *check_records(workspace),
        *(check_objects(workspace, store) if arguments.data else []),
    ]


def _mend(finding: Finding) -> str:
    """Returns `mended`, or why not."""
    if finding.mend is None:
        return ""
    try:
        finding.mend()
    # One that cannot be mended must not keep the others from it.
    except (BranchlabError, OSError) as error:
        return f"could not be mended: {error}"
    return "mended"


def _mark(finding: Finding, result: str) -> str:
    if result == "mended":
        return "●"
    return "+" if finding.mend else "!"


def _public(finding: Finding, result: str) -> dict[str, object]:
    return {"what": finding.what, "remedy": finding.remedy, "can_mend": finding.mend is not None, "result": result}
