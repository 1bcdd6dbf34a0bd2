"""`branchlab sweep importance`: which parameters matter, over a sweep or over any experiments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from branchlab.cli.output import add_format_arguments, show_page
from branchlab.errors import ExitCode, NotFoundError, UsageError
from branchlab.reading.sweep import find_search, sweep_names
from branchlab.sweep.trial import PRUNED
from branchlab.text import did_you_mean, safe_text
from branchlab.workspace import open_workspace

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from branchlab.cli.terminal import Terminal
    from branchlab.experiment import Experiment
    from branchlab.reading.sweep import Search
    from branchlab.sweep.analysis.importance import Importance
    from branchlab.workspace import Workspace

EXAMPLES = (
    ("branchlab sweep importance wide", "over the trials of a sweep, per metric"),
    ("branchlab sweep importance type:model 'accuracy>0.5'", "over any experiments, made by hand or by sweeps"),
    ("branchlab sweep importance wide --metric latency", "for one metric, also one that is only stored"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser._negative_number_matcher = re.compile(r"-[^-\s]")  # noqa: SLF001 - as in `ls`: `-status:failed` is a term
    parser.add_argument("query", metavar="SWEEP|QUERY", nargs="*", help="a sweep, or terms as for branchlab ls")
    parser.add_argument("--metric", metavar="M", action="append", default=[], help="one metric; may be repeated")
    parser.add_argument("--all", action="store_true", help="with a query: remote-tracking branches too")
    parser.add_argument("--archived", action="store_true", help="with a query: archived experiments too")
    add_format_arguments(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Shows what matters."""
    from branchlab.report import sweep_importance as report
    from branchlab.report.formats import to_csv, to_json
    from branchlab.report.page import Line

    workspace = open_workspace(terminal.cwd)
    words = arguments.query
    if not words or (len(words) == 1 and (words[0].endswith(".toml") or words[0] in sweep_names(workspace))):
        search = find_search(workspace, "".join(words), terminal.cwd)
        title, found = search.name, _over_sweep(search, arguments.metric)
    else:
        title, found = " ".join(words), _over_query(workspace, arguments)
    if arguments.format == "json":
        terminal.data(to_json(report.importance_objects(found)))
    elif arguments.format == "csv":
        terminal.data(to_csv(*report.importance_rows(found)))
    else:
        show_page([Line(title, "bold"), *report.importance_page(found)], arguments.format, terminal)
    return ExitCode.OK


def _over_sweep(search: Search, asked: Sequence[str]) -> list[Importance]:
    from branchlab.report.sweep_values import metrics_of
    from branchlab.sweep.analysis.importance import importance, settings_of

    known = {name for trial in search.study.trials for name in trial.metrics}
    names = [_known(name, known) for name in asked] or metrics_of(search)
    return [importance(settings_of(search.study, name, search.value), name) for name in names]


def _over_query(workspace: Workspace, arguments: argparse.Namespace) -> list[Importance]:
    from branchlab.catalog.catalog import read_catalog
    from branchlab.catalog.query import parse_query, select, whose
    from branchlab.sweep.analysis.importance import importance

    catalog = read_catalog(workspace, remote=arguments.all, archived=arguments.archived)
    text = " ".join(arguments.query)
    query = parse_query(text, workspace.settings, whose(text, workspace.repository))
    chosen = _once(select(query, catalog.experiments))
    if not chosen:
        raise NotFoundError(
            f"no sweep and no experiment fits {safe_text(text)}", "branchlab sweep status lists the sweeps"
        )
    known = {name for one in chosen for name in one.metrics}
    declared = [name for name, rule in workspace.settings.metrics.items() if rule.strategy != "store" and name in known]
    names = [_known(name, known) for name in arguments.metric] or declared
    if not names:
        raise UsageError("which metric? branchlab.toml optimises none of theirs", "--metric NAME names one")
    return [importance(chosen, name) for name in names]


def _once(experiments: Sequence[Experiment]) -> list[Experiment]:
    """Leaves out copies, as a run that a remote has too counts once, and trials that were ended early."""
    found: dict[str, Experiment] = {}
    for one in experiments:
        if one.search.get(PRUNED):
            continue
        found.setdefault(one.run or one.name, one)
    return list(found.values())


def _known(name: str, known: set[str]) -> str:
    if name in known:
        return name
    hint = did_you_mean(name, known, "branchlab ls shows what was measured")
    raise NotFoundError(f"none of them measured {safe_text(name)}", hint)
