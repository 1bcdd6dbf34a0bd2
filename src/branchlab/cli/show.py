"""`branchlab show`: one experiment in full."""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING

from branchlab.cli.objects import ObjectReader, find_commit
from branchlab.cli.output import add_format_arguments
from branchlab.cli.sides import no_record, read_side
from branchlab.errors import BranchlabError, ExitCode
from branchlab.text import safe_text
from branchlab.workspace import open_workspace

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from branchlab.cli.objects import Commit
    from branchlab.cli.terminal import Terminal
    from branchlab.report.experiment import Exhibit
    from branchlab.workspace import Workspace

EXAMPLES = (
    ("branchlab show wider", "exp/model/wider: metrics with their curves, parameters, data, environment"),
    ("branchlab show HEAD", "the experiment that is checked out"),
    ("branchlab show 20261120T233015", "a run that is live or was not recorded, by the beginning of its id"),
    ("branchlab show wider --json | jq .curves.loss", "for scripts"),
)

_TAIL_LINES = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("name", metavar="EXP", help="experiment, last part of its name, commit, ref, or id of a run")
    add_format_arguments(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Shows the experiment."""
    from branchlab.report import experiment as report

    with closing(ObjectReader(terminal.cwd)) as reader:
        workspace = open_workspace(terminal.cwd)
        commit = find_commit(reader, workspace, arguments.name)
        exhibit = _live(workspace, arguments.name) if commit is None else _recorded(reader, workspace, commit, terminal)
    if arguments.format == "json":
        from branchlab.report.formats import to_json

        terminal.data(to_json(report.experiment_object(exhibit)))
        return ExitCode.OK
    if arguments.format == "csv":
        from branchlab.report.formats import to_csv

        terminal.data(to_csv(("kind", "name", "value"), report.experiment_rows(exhibit)))
        return ExitCode.OK
    from branchlab.report.page import markdown_page, render_page

    page = report.experiment_page(exhibit, workspace.settings, time.time())
    plain = arguments.format == "md"
    text = markdown_page(page) if plain else render_page(page, terminal.width or None, colour=terminal.colour)
    terminal.data(text)
    return ExitCode.OK


def _recorded(reader: ObjectReader, workspace: Workspace, commit: Commit, terminal: Terminal) -> Exhibit:
    from branchlab.report.experiment import Exhibit

    side = read_side(reader, workspace, commit)
    if side is None:
        raise no_record(workspace, commit.name)
    return Exhibit(
        name=side.name,
        commit=side.commit,
        status=side.record.run.status,
        author=_author(commit.text),
        record=side.record,
        curves=_curves(reader, workspace, commit, terminal),
        plots=_plots(workspace, commit),
        stale=side.stale,
    )


def _curves(
    reader: ObjectReader, workspace: Workspace, commit: Commit, terminal: Terminal
) -> Mapping[str, Sequence[float | None]]:
    """Reads the step curves; a damaged file costs the curves and a warning, not the rest."""
    from branchlab.record.history import parse_history

    path = f"{workspace.prefix}{workspace.settings.record.directory}/history.csv"
    found = reader.read(f"{commit.oid}:{path}")
    if found is None or found.kind != "blob":
        return {}
    try:
        return parse_history(found.body, f"{safe_text(commit.name)}:{safe_text(path)}").columns
    except BranchlabError as error:
        terminal.words(f"branchlab: warning: {error.message}")
        return {}


def _plots(workspace: Workspace, commit: Commit) -> list[str]:
    from branchlab.git.objects import list_files

    prefix = workspace.prefix
    files = list_files(workspace.repository, commit.oid, f"{prefix}{workspace.settings.record.directory}/plots/")
    return sorted(path.removeprefix(prefix) for path in files)


def _author(commit_text: bytes) -> str:
    for line in commit_text.split(b"\n\n", 1)[0].split(b"\n"):
        if line.startswith(b"author "):
            return line[len(b"author ") :].rpartition(b" <")[0].decode(errors="replace")
    return ""


def _live(workspace: Workspace, name: str) -> Exhibit:
    from branchlab.cli.live import last_lines, require_run
    from branchlab.report.experiment import Exhibit

    side, status, journal, output = require_run(workspace, name)
    curves = {metric: [point.value for point in points] for metric, points in journal.series.items()}
    tail = last_lines(output, _TAIL_LINES)
    return Exhibit(side.name, None, status, "", side.record, curves, journal.plots, output=output, tail=tail)
