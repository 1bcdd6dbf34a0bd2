"""`branchlab ls`: every experiment of the project, and the runs that are not recorded yet."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from branchlab.catalog.tips import start_listing
from branchlab.cli.output import add_format_arguments, show_table
from branchlab.errors import ExitCode, UsageError
from branchlab.git.repository import finish_finding, start_finding

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from branchlab.catalog.catalog import Catalog
    from branchlab.cli.terminal import Terminal
    from branchlab.experiment import Experiment
    from branchlab.workspace import Workspace

EXAMPLES = (
    ("branchlab ls", "everything, newest first"),
    ("branchlab ls 'accuracy>0.9' -status:failed --sort -accuracy", "the best of what went well"),
    ("branchlab ls --columns +seed,-age,-note", "the usual columns and another one, without two"),
    ("branchlab ls type:model --md", "a table for a pull request"),
    ("branchlab ls --view best", "as [views.best] in branchlab.toml says"),
    ("branchlab ls --json | jq '.[].metrics.accuracy'", "for scripts"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    # `-status:failed` is a term and `--sort -accuracy` a key, not options. argparse lets a word begin with a dash when
    # it looks like a negative number, and has no other way to say so.
    parser._negative_number_matcher = re.compile(r"-[^-\s]")  # noqa: SLF001 - argparse has no other way
    parser.add_argument("query", metavar="QUERY", nargs="*", help="terms such as accuracy>0.9, status:failed, words")
    parser.add_argument("--view", metavar="NAME", help="begin with a view that branchlab.toml names")
    parser.add_argument(
        "--sort",
        metavar="KEY",
        action="append",
        default=[],
        help="order by a column, -KEY from the top down; may be given again for ties",
    )
    parser.add_argument("--columns", metavar="A,B", help="show exactly these; +C adds to the usual ones, -D leaves out")
    parser.add_argument("--only-changed", action="store_true", help="leave out what is the same everywhere")
    parser.add_argument("--limit", metavar="N", type=int, help="show the first N only")
    parser.add_argument("--all", action="store_true", help="remote-tracking branches too")
    parser.add_argument("--archived", action="store_true", help="archived experiments too")
    parser.add_argument("--names", action="store_true", help="print the names alone, one a line")
    add_format_arguments(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Lists the experiments."""
    if arguments.limit is not None and arguments.limit < 0:
        raise UsageError("--limit must not be negative", "branchlab ls --limit 20")
    # Both questions go to git at once, before anything is loaded that waits for no answer.
    listing = start_listing(terminal.cwd, remote=arguments.all, archived=arguments.archived)
    finding = start_finding(terminal.cwd)
    from branchlab.workspace import workspace_of  # loads while git is at work

    workspace = workspace_of(finish_finding(finding, terminal.cwd))
    _take_view(arguments, workspace)
    # The way of scripts: rows leave as the bytes that the index keeps, and none is parsed (docs/design/0005).
    if arguments.format == "json" and not _narrows(arguments):
        from branchlab.catalog.catalog import json_document

        terminal.stdout.flush()
        terminal.stdout.buffer.writelines(json_document(workspace, listing))
        terminal.stdout.buffer.flush()
        return ExitCode.OK
    from branchlab.catalog.catalog import read_catalog

    catalog = read_catalog(workspace, listing=listing)
    experiments = _choose(catalog.experiments, arguments, workspace)
    if arguments.names:
        from branchlab.text import safe_text

        terminal.data("".join(f"{safe_text(one.name)}\n" for one in experiments))
    else:
        _show(experiments, catalog, arguments, workspace, terminal)
    return ExitCode.OK


def _take_view(arguments: argparse.Namespace, workspace: Workspace) -> None:
    """Puts a saved view where the arguments say nothing; its query holds beside theirs."""
    from branchlab.project import SavedView

    arguments.within = SavedView()
    if arguments.view is None:
        return
    from branchlab.catalog.views import find_view

    arguments.within = view = find_view(workspace.settings, arguments.view)
    arguments.sort = arguments.sort or list(view.sort)
    # Columns `curve:NAME` of a view are for the terminal UI; `choose_keys` knows none of them.
    arguments.columns = arguments.columns or ",".join(key for key in view.columns if not key.startswith("curve:"))
    arguments.only_changed = arguments.only_changed or view.only_changed


def _narrows(arguments: argparse.Namespace) -> bool:
    asked = (
        arguments.view,
        arguments.query,
        arguments.sort,
        arguments.columns,
        arguments.only_changed,
        arguments.names,
    )
    return any(asked) or arguments.limit is not None


def _choose(experiments: Sequence[Experiment], arguments: argparse.Namespace, workspace: Workspace) -> list[Experiment]:
    chosen = list(experiments)
    for text in filter(None, (arguments.within.query, " ".join(arguments.query))):
        from branchlab.catalog.query import parse_query, select, whose

        chosen = select(parse_query(text, workspace.settings, whose(text, workspace.repository)), chosen)
    if arguments.within.front:
        from branchlab.report.listing import front_of

        chosen = front_of(chosen, workspace.settings)
    if arguments.sort:
        from branchlab.catalog.sorting import falls, sort_experiments

        # From the last key to the first: sorting is stable, so later keys decide among equals of earlier ones.
        for key, descending in reversed(_sort_keys(arguments, experiments)):
            # No row has an age; the younger, the later it started.
            name, down = ("started", not descending) if key == "age" else (key, descending)
            chosen = sort_experiments(chosen, name, reverse=falls(name, None) is not down)
    return chosen if arguments.limit is None else chosen[: arguments.limit]


def _sort_keys(arguments: argparse.Namespace, experiments: Sequence[Experiment]) -> list[tuple[str, bool]]:
    """Returns each column to sort by and whether from the top down."""
    from branchlab.report.listing import resolve_key

    return [(resolve_key(key.removeprefix("-"), experiments), key.startswith("-")) for key in arguments.sort]


def _show(
    experiments: list[Experiment],
    catalog: Catalog,
    arguments: argparse.Namespace,
    workspace: Workspace,
    terminal: Terminal,
) -> None:
    from branchlab.report import listing as report

    settings = workspace.settings
    # Where the query left none, all rows say which columns there are: none is called unknown for that.
    keys = report.choose_keys(arguments.columns or "", experiments or catalog.experiments, settings)
    if arguments.only_changed:
        keys = report.only_changed(keys, experiments)
    narrowed = keys if arguments.columns or arguments.only_changed else None
    if arguments.format == "json":
        from branchlab.report.formats import to_json

        terminal.data(to_json(report.list_objects(experiments, narrowed)))
    elif arguments.format == "csv":
        terminal.data(report.list_csv(experiments, narrowed))
    elif experiments or arguments.format == "md":
        pinned = frozenset(key for key, _ in _sort_keys(arguments, catalog.experiments))
        view = report.View(tuple(keys), pinned, time.time())
        table, legend = report.list_table(experiments, settings, view)
        if len(experiments) < len(catalog.experiments):
            legend[0] = f"{len(experiments)} of {len(catalog.experiments)} experiments"
        show_table(table, legend, arguments.format, terminal)
    else:
        terminal.words(_nothing(catalog, arguments, workspace))


def _nothing(catalog: Catalog, arguments: argparse.Namespace, workspace: Workspace) -> str:
    if catalog.experiments:
        from branchlab.text import safe_text

        query = " ".join(arguments.query)
        fitting = f" fits {safe_text(query)}" if query else " is shown"
        return f"none of {len(catalog.experiments)} experiments{fitting}{_unknown(query, catalog, workspace)}"
    if catalog.without_record:
        count = len(catalog.without_record)
        waiting = "1 branch waits" if count == 1 else f"{count} branches wait"
        return f"no experiment is recorded yet; {waiting} for a run: branchlab run"
    if not (arguments.all or arguments.archived) and (there := _on_remotes(workspace)):
        branches = "1 branch" if there == 1 else f"{there} branches"
        return f"no experiment here yet; remotes have {branches}: branchlab ls --all shows, branchlab pull fetches"
    return "no experiment yet: branchlab run records the first"


def _on_remotes(workspace: Workspace) -> int:
    """Returns how many branches of remotes have the name of an experiment."""
    from branchlab.git.refs import REMOTES, list_refs
    from branchlab.naming import compile_rule

    rule = compile_rule(workspace.settings.naming)
    # The first part is the name of the remote.
    names = [ref.name.removeprefix(REMOTES).partition("/")[2] for ref in list_refs(workspace.repository, REMOTES)]
    return sum(1 for name in names if rule.accepts(name) and not rule.exempt(name))


def _unknown(query: str, catalog: Catalog, workspace: Workspace) -> str:
    """Names what the query asks for and no experiment has: most often a typing mistake."""
    from branchlab.catalog.query import parse_query, whose
    from branchlab.catalog.terms import BestTest, Comparison
    from branchlab.errors import NotFoundError
    from branchlab.report.listing import resolve_key

    parsed = parse_query(query, workspace.settings, whose(query, workspace.repository))
    for terms in parsed.alternatives:
        for test in (term.test for term in terms):
            key = test.key if isinstance(test, Comparison) else test.metric if isinstance(test, BestTest) else ""
            try:
                # A term without a column is never unknown: `age` is one that always exists.
                resolve_key(key or "age", catalog.experiments)
            except NotFoundError as error:
                return f"; {error.message}, {error.hint}"
    return ""
