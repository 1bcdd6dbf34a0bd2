"""`branchlab compare`: several experiments side by side."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from branchlab.cli.output import add_format_arguments, show_page
from branchlab.compare.comparison import compare_records
from branchlab.errors import ExitCode
from branchlab.git.object_reader import ObjectReader
from branchlab.reading.sides import require_side
from branchlab.workspace import open_workspace

if TYPE_CHECKING:
    import argparse

    from branchlab.cli.terminal import Terminal

EXAMPLES = (
    ("branchlab compare wider deeper main", "only what differs, the best value of each metric marked"),
    ("branchlab compare wider deeper --all", "everything"),
    ("branchlab compare $(branchlab ls type:model --names --limit 4) --md", "for a pull request"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument(
        "names", metavar="A", nargs="+", help="experiments, last parts of their names, commits, refs, or ids of runs"
    )
    parser.add_argument("--all", action="store_true", help="show what is the same everywhere too")
    add_format_arguments(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Shows the experiments side by side."""
    from branchlab.report import comparison as report

    with closing(ObjectReader(terminal.cwd)) as reader:
        workspace = open_workspace(terminal.cwd)
        sides = [require_side(reader, workspace, name) for name in dict.fromkeys(arguments.names)]
    alone = len(sides) == 1  # nothing differs from itself, and an empty table would say nothing
    comparison = compare_records(sides, workspace.settings, everything=arguments.all or alone)
    if arguments.format == "json":
        from branchlab.report.formats import to_json

        terminal.data(to_json(report.comparison_object(comparison)))
    elif arguments.format == "csv":
        from branchlab.report.formats import to_csv

        terminal.data(to_csv(*report.comparison_rows(comparison)))
    else:
        # Markdown has no width: it takes every experiment as a column of one table.
        width = None if arguments.format == "md" else terminal.width or None
        show_page(report.comparison_page(comparison, width), arguments.format, terminal)
    return ExitCode.OK
