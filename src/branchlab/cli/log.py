"""`branchlab log`: how metrics moved over the history of a branch."""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING

from branchlab.cli.output import add_format_arguments, show_page
from branchlab.errors import BranchlabError, ExitCode, NotFoundError, UsageError
from branchlab.git.object_reader import ObjectReader
from branchlab.git.objects import read_objects
from branchlab.reading.objects import find_commit
from branchlab.record.summary import read_summary
from branchlab.report import trend as report
from branchlab.text import did_you_mean, safe_text
from branchlab.workspace import open_workspace

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from branchlab.cli.terminal import Terminal
    from branchlab.git.history import CommitInfo
    from branchlab.git.objects import GitObject
    from branchlab.report.trend import Point
    from branchlab.workspace import Workspace

EXAMPLES = (
    ("branchlab log", "every metric over the history of the branch that is checked out"),
    ("branchlab log accuracy --branch main", "how the baseline moved"),
    ("branchlab log test.accuracy --limit 100 --csv", "for a spreadsheet"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("metric", metavar="METRIC", nargs="?", help="one metric; all of them when left out")
    parser.add_argument("--branch", metavar="B", default="HEAD", help="the branch; the one checked out when left out")
    parser.add_argument("--limit", metavar="N", type=int, default=50, help="look at the newest N records (50)")
    add_format_arguments(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Shows the trend."""
    if arguments.limit < 1:
        raise UsageError("--limit must be 1 or more", "branchlab log --limit 20")
    workspace = open_workspace(terminal.cwd)
    points = _read_points(workspace, arguments.branch, arguments.limit)
    if not points:
        raise NotFoundError(
            f"no record in the history of {safe_text(arguments.branch)}",
            "name an experiment with --branch, or record here with branchlab run --here",
        )
    names = report.trend_names(points, workspace.settings)
    if arguments.metric:
        names = [_known(arguments.metric, names)]
        # Nobody knows what a damaged record had measured, so it stays.
        points = [point for point in points if names[0] in point.metrics or point.problem]
    if arguments.format == "json":
        from branchlab.report.formats import to_json

        terminal.data(to_json(report.trend_object(points, names)))
    elif arguments.format == "csv":
        from branchlab.report.formats import to_csv

        terminal.data(to_csv(*report.trend_rows(points, names)))
    else:
        show_page(report.trend_page(points, names, workspace.settings, time.time()), arguments.format, terminal)
    return ExitCode.OK


def _read_points(workspace: Workspace, branch: str, limit: int) -> list[Point]:
    """Reads the records along the first parents of a branch, newest first."""
    with closing(ObjectReader(workspace.repository.top)) as reader:
        tip = find_commit(reader, workspace, branch)
    if tip is None and branch == "HEAD":
        raise NotFoundError("this repository has no commit yet", "git commit first, then branchlab run")
    if tip is None:
        raise NotFoundError(f"there is no branch or commit {safe_text(branch)}", "git branch lists the branches")
    from branchlab.git.history import commits_of

    commits = commits_of(workspace.repository, tip.oid, workspace.record_path, limit)
    objects = read_objects(workspace.repository, [f"{commit.oid}:{workspace.record_path}" for commit in commits])
    return _points(commits, objects)


def _points(commits: list[CommitInfo], objects: Iterable[GitObject | None]) -> list[Point]:
    points: list[Point] = []
    run = ""
    for commit, found in zip(commits, objects, strict=True):
        if found is None or found.kind != "blob":
            continue  # the commit that removed it
        point = report.Point(commit.oid, commit.seconds, commit.author, commit.subject, {})
        try:
            summary = read_summary(found.body)
        except BranchlabError as error:
            points.append(point._replace(problem=error.message))
            continue
        if points and not points[-1].problem and (summary.run, summary.metrics) == (run, points[-1].metrics):
            points.pop()  # the newer commit changed the note, and measured nothing
        points.append(point._replace(metrics=summary.metrics))
        run = summary.run
    return points


def _known(metric: str, names: list[str]) -> str:
    if metric in names:
        return metric
    hint = did_you_mean(metric, names, f"known: {', '.join(map(safe_text, names))}")
    raise NotFoundError(f"no record there has {safe_text(metric)}", hint)
