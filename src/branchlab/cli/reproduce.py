"""`branchlab reproduce`: runs an experiment again from its record; --verify says whether it came out the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.cli.project import open_project
from branchlab.cli.run import conclude, run_all
from branchlab.cli.run_options import add_run_options
from branchlab.compare.difference import measured_values
from branchlab.compare.repetition import compare_runs
from branchlab.errors import CheckError, DamagedError, ExitCode, UsageError
from branchlab.naming import compile_rule
from branchlab.parameters.overrides import expand_grid, label, parse_override
from branchlab.reading.origin import find_origin, origin_file, source_of
from branchlab.record.format import parse_record
from branchlab.running.execute import Request
from branchlab.running.harvest import load_harvest
from branchlab.running.names import Name, choose_name, user_name
from branchlab.running.parameters import set_parameters
from branchlab.running.recording import forget_run
from branchlab.running.stopping import listen_for_stop
from branchlab.text import safe_text, some_of

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from branchlab.cli.project import Project
    from branchlab.cli.terminal import Terminal
    from branchlab.compare.repetition import Departure
    from branchlab.parameters.overrides import Assignment
    from branchlab.project import Naming
    from branchlab.reading.origin import Origin
    from branchlab.record.model import Record
    from branchlab.running.execute import Outcome

EXAMPLES = (
    ("branchlab reproduce wider", "runs it again and records exp/model/wider-2"),
    ("branchlab reproduce wider -S lr=0.1", "the same code with another rate: exp/model/wider-lr-0.1"),
    ("branchlab reproduce wider -S lr=0.1,0.01 -n slower --jobs 2", "two of them, under a name of their own"),
    ("branchlab reproduce 20261120T2330 -S lr=0.01", "a run that failed, before it is recorded"),
    ("branchlab reproduce wider --verify", "runs it again, compares, and records nothing; exit code 1 when it differs"),
    ("branchlab reproduce wider --verify --tolerance 1e-6", "small differences of metrics are fine"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument(
        "name", metavar="EXPERIMENT|RUN", help="name or its last part, or name or id of an unrecorded run"
    )
    add_run_options(parser)
    parser.add_argument("-n", "--name", dest="new", default="", help="name of the new branch, or its last part")
    parser.add_argument("--verify", action="store_true", help="compare with the record instead of recording")
    parser.add_argument("--tolerance", type=_share, default=0.0, help="relative difference of metrics that is fine")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share < float("inf"):  # false for NaN as well
        import argparse

        raise argparse.ArgumentTypeError(f"{safe_text(text)} is not a number of 0 or more")
    return share


def run(arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Runs again from the commit that holds the exact code."""
    project = open_project(terminal)
    if arguments.verify and (arguments.overrides or arguments.new):
        raise UsageError("--verify compares a repetition, so nothing can be changed or named", "leave out --verify")
    grid = expand_grid([parse_override(text) for text in arguments.overrides])
    origin = find_origin(project.workspace, arguments.name)
    if arguments.verify and origin.record is None:
        raise UsageError(f"{origin.shown} has no record to compare with", "branchlab record makes one")
    if not origin.exact:
        named = some_of(origin.differs)
        terminal.words(f"branchlab: the code of {origin.shown} may not be what ran" + (named and f": {named}"))
    source = source_of(project.workspace, origin)
    requests = [_request(project, origin, arguments, assignments, alone=len(grid) == 1) for assignments in grid]
    with listen_for_stop() as stop:
        outcomes = run_all(project, source, requests, arguments, terminal, stop)
    # A repetition that was stopped says nothing about whether the run can be repeated.
    if origin.record is None or not arguments.verify or outcomes[0].status == "stopped":
        return conclude(outcomes, len(requests), project.workspace, terminal, as_json=arguments.json)
    return _verify(project, origin.record, outcomes[0], arguments, terminal)


def _request(
    project: Project, origin: Origin, arguments: argparse.Namespace, assignments: Sequence[Assignment], *, alone: bool
) -> Request:
    workspace, called = project.workspace, label(assignments)
    several = "" if alone else called
    edited = set_parameters(workspace.settings.params, origin_file(workspace, origin), assignments)
    changes = ", ".join(f"{item.key}={item.value}" for item in assignments)
    note = f"{origin.name or origin.run} with {changes}" if changes else f"reproduces {origin.name or origin.run}"

    def name(run: str) -> Name:
        return _new_name(workspace.settings.naming, origin, arguments.new, called, several, run)

    if not arguments.verify:
        name("")  # a bad name is refused before any work
    files = {workspace.prefix + path: content for path, content in edited.items()}
    return Request(origin.command, name, arguments.note or note, files, record=not arguments.verify)


def _new_name(naming: Naming, origin: Origin, asked: str, called: str, several: str, run: str) -> Name:
    """Returns the branch of the new run: as asked, else that of the old one with what was changed, or with a number."""
    if asked:
        return choose_name(naming, asked, current=origin.name or None, label=several, run=run, user=user_name())
    if origin.name and not called:
        return Name(origin.name, free=True)
    longer = f"{origin.name}-{called}"
    if origin.name and compile_rule(naming).accepts(longer):
        return Name(longer, free=True)
    return choose_name(naming, "", current=origin.name or None, label=called, run=run, user=user_name())


def _verify(
    project: Project, record: Record, outcome: Outcome, arguments: argparse.Namespace, terminal: Terminal
) -> ExitCode:
    found = load_harvest(outcome.folder)
    if found is None:
        raise DamagedError("the repeated run left no record", "branchlab doctor")
    again = parse_record(found.files[project.workspace.record_path])
    # It was run to be compared; its folder would stand in ls as a run that waits to be recorded.
    forget_run(project.workspace.repository, outcome.folder, outcome.run)
    differences = compare_runs(record, again, arguments.tolerance, project.workspace.settings.metrics)
    if arguments.json:
        from branchlab.report.formats import to_json

        terminal.data(to_json({"same": not differences, "differences": [item._asdict() for item in differences]}))
    if not differences:
        values = len(measured_values(again))
        count = "1 value is" if values == 1 else f"{values} values are"
        same = f"{count} the same" if values else "it ended the same, without a metric"
        terminal.words(f"reproduced: {same}")
        return ExitCode.OK
    for item in differences:
        terminal.words(f"  {_what(item)}: {item.before} before, {item.after} now")
    # Inputs come before values: where the first is a metric, no known input differs.
    first = differences[0]
    raise CheckError(
        f"not reproduced; the first thing that differs is {_what(first)}",
        ""
        if first.kind != "metric"
        else "all known inputs are the same: look for an unset seed or threads, or give a noisy metric a tolerance",
    )


def _what(item: Departure) -> str:
    return f"{item.kind} {safe_text(item.name)}".rstrip()
