"""`branchlab diff`: two experiments, or one and the baseline it grew from.

A whole `diff` may cost little more than starting Python, so git processes run side by side and every import counts
(benchmarks/diff.py).
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from branchlab.cli.output import add_format_arguments, show_page
from branchlab.errors import ExitCode
from branchlab.git.object_reader import ObjectReader
from branchlab.git.repository import finish_finding, start_finding
from branchlab.reading.pair import finish_pair, start_pair
from branchlab.text import safe_text

if TYPE_CHECKING:
    import argparse

    from branchlab.cli.terminal import Terminal
    from branchlab.compare.difference import Difference
    from branchlab.workspace import Workspace

EXAMPLES = (
    ("branchlab diff", "the branch that is checked out against the baseline it grew from"),
    ("branchlab diff wider", "exp/model/wider against the baseline it grew from"),
    ("branchlab diff wider deeper", "is wider better than deeper?"),
    ("branchlab diff wider main --code", "the changed lines too"),
    ("branchlab diff HEAD HEAD~1 --json", "for scripts"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument(
        "a",
        metavar="A",
        nargs="?",
        help="experiment, last part of its name, commit, ref, or id of a run; default: the branch that is checked out",
    )
    parser.add_argument(
        "b", metavar="B", nargs="?", help="what A is judged against; the baseline at the merge-base when left out"
    )
    parser.add_argument("--code", action="store_true", help="show the changed lines of code as well")
    add_format_arguments(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Shows the difference."""
    with closing(ObjectReader(terminal.cwd)) as reader:
        finding = start_finding(terminal.cwd)
        from branchlab.workspace import workspace_of  # loads while git is at work

        workspace = workspace_of(finish_finding(finding, terminal.cwd))
        started = start_pair(reader, workspace, arguments.a or _current(workspace), arguments.b)
        import branchlab.report.difference
        import branchlab.report.page  # noqa: F401 - these load while git is at work
        from branchlab.compare.difference import diff_records

        pair = finish_pair(reader, workspace, started)
    difference = diff_records(pair.a, pair.b, workspace.settings, pair.code)
    # Beside an empty record all data and every package of A would look new.
    if not pair.b.record.run.id:
        difference = difference._replace(data=(), environment=())
        terminal.words(f"{safe_text(pair.b.name)} has no record there: only the parameters in its files are known")
    patch = None
    if arguments.code and pair.trees:
        from branchlab.reading.codediff import read_patch

        patch = read_patch(workspace, *pair.trees)
    _show(difference, "merge-base" if started.base else "", patch, arguments.format, terminal)
    return ExitCode.OK


def _current(workspace: Workspace) -> str:
    """Returns the branch that is checked out.

    Raises:
        UsageError: when that is the baseline, which would be compared with itself.
    """
    from branchlab.errors import UsageError
    from branchlab.reading.objects import name_of_head

    name = name_of_head(workspace)
    if name == workspace.settings.baseline:
        raise UsageError(f"{safe_text(name)} is the baseline itself", "name an experiment: branchlab diff NAME")
    return name


def _show(difference: Difference, remark: str, patch: bytes | None, form: str | None, terminal: Terminal) -> None:
    from branchlab.report import difference as report

    if form == "json":
        from branchlab.report.formats import to_json

        terminal.data(to_json(report.difference_object(difference, patch)))
        return
    if form == "csv":
        from branchlab.report.formats import to_csv

        terminal.data(to_csv(report.CSV_HEADER, report.difference_rows(difference)))
        return
    show_page(report.difference_page(difference, remark), form, terminal)
    if patch is not None:
        _show_patch(patch, terminal)


def _show_patch(patch: bytes, terminal: Terminal) -> None:
    # What is no terminal cannot be steered, and may want to apply it: every byte as git gave it.
    if not terminal.width:
        terminal.raw(b"\n" + patch)
        return
    from branchlab.report.patch import render_patch

    terminal.data("\n" + render_patch(patch, colour=terminal.colour))
