"""`branchlab reproduce`: runs an experiment again from its record; --verify says whether it came out the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.catalog.shelf import require_branch
from branchlab.cli.project import open_project
from branchlab.cli.run import conclude, show_output
from branchlab.compare.difference import measured_values
from branchlab.errors import CheckError, DamagedError, ExitCode, NotFoundError, UsageError
from branchlab.git.objects import read_object
from branchlab.git.refs import BRANCHES
from branchlab.record.format import parse_record
from branchlab.running.execute import Request, execute
from branchlab.running.harvest import load_harvest
from branchlab.running.held_code import held_code
from branchlab.running.names import Name
from branchlab.running.recording import forget_run
from branchlab.running.source import source_from_commit
from branchlab.running.stopping import listen_for_stop
from branchlab.running.verify import compare_runs
from branchlab.text import safe_text

if TYPE_CHECKING:
    import argparse

    from branchlab.cli.project import Project
    from branchlab.cli.terminal import Terminal
    from branchlab.record.model import Record
    from branchlab.running.execute import Outcome
    from branchlab.running.source import Source
    from branchlab.running.verify import Difference

EXAMPLES = (
    ("branchlab reproduce wider", "runs it again and records exp/model/wider-2"),
    ("branchlab reproduce wider --verify", "runs it again, compares, and records nothing; exit code 1 when it differs"),
    ("branchlab reproduce wider --verify --tolerance 1e-6", "small differences of metrics are fine"),
)

_NAMED = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("name", metavar="EXPERIMENT", help="name, or its last part")
    parser.add_argument("--verify", action="store_true", help="compare with the record instead of recording")
    parser.add_argument("--tolerance", type=_share, default=0.0, help="relative difference of metrics that is fine")
    parser.add_argument("-q", "--quiet", action="store_true", help="do not show the command's output")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share < float("inf"):
        import argparse

        raise argparse.ArgumentTypeError(f"{safe_text(text)} is not a number of 0 or more")
    return share


def run(arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Runs again from the commit that holds the exact code."""
    project = open_project(terminal)
    ref = require_branch(project.workspace.repository, arguments.name)
    name = ref.name.removeprefix(BRANCHES)
    record = _record_of(project, ref.oid, name)
    if not record.run.command:
        raise UsageError(f"{safe_text(name)} does not say which command it ran", "branchlab run -- COMMAND on its code")
    source = _source(project, ref.oid, record, name, terminal)
    request = Request(
        record.run.command,
        lambda _run: Name(name, free=True),
        note=f"reproduces {name}",
        record=not arguments.verify,
    )
    with listen_for_stop() as stop:
        outcome = execute(project.workspace, project.store, source, request, stop, show_output(terminal, arguments))
    if not arguments.verify or outcome.status == "stopped":
        return conclude([outcome], terminal, as_json=arguments.json)
    return _verify(project, record, outcome, arguments, terminal)


def _record_of(project: Project, oid: str, name: str) -> Record:
    path = project.workspace.record_path
    found = read_object(project.workspace.repository, f"{oid}:{path}")
    if found is None or found.kind != "blob":
        raise NotFoundError(f"{safe_text(name)} has no {safe_text(path)}", "branchlab run records a run")
    return parse_record(found.body, f"{safe_text(name)}:{path}")


def _source(project: Project, oid: str, record: Record, name: str, terminal: Terminal) -> Source:
    """Takes the code that ran and its data, without the outputs that were committed together with it."""
    held = held_code(project.workspace, oid, record)
    if held is None:
        raise DamagedError(
            f"the code commit of {safe_text(name)} is not in this repository", "git fetch it from its remote"
        )
    if not held.exact:
        named = ", ".join(map(safe_text, record.run.differs[:_NAMED]))
        terminal.words(f"branchlab: the code of {safe_text(name)} may not be what ran" + (named and f": {named}"))
    source = source_from_commit(project.workspace, held.commit)
    made = {path for path, file in record.data.items() if file.output}
    return source._replace(outputs=tuple(output for output in source.outputs if output.path not in made))


def _verify(
    project: Project, record: Record, outcome: Outcome, arguments: argparse.Namespace, terminal: Terminal
) -> ExitCode:
    found = load_harvest(outcome.folder)
    if found is None:
        raise DamagedError("the repeated run left no record", "branchlab doctor")
    again = parse_record(found.files[project.workspace.record_path])
    forget_run(project.workspace.repository, outcome.folder, outcome.run)
    differences = compare_runs(record, again, arguments.tolerance, project.workspace.settings.metrics)
    if arguments.json:
        from branchlab.report.formats import to_json

        terminal.data(to_json({"same": not differences, "differences": [item._asdict() for item in differences]}))
    if not differences:
        values = len(measured_values(again))
        same = f"{values} values are the same" if values else "it ended the same, without a metric"
        terminal.words(f"reproduced: {same}")
        return ExitCode.OK
    for item in differences:
        terminal.words(f"  {_what(item)}: {item.before} before, {item.after} now")
    first = differences[0]
    raise CheckError(
        f"not reproduced; the first thing that differs is {_what(first)}",
        ""
        if first.kind != "metric"
        else "all known inputs are the same: look for an unset seed or threads, or give a noisy metric a tolerance",
    )


def _what(item: Difference) -> str:
    return f"{item.kind} {safe_text(item.name)}".rstrip()
