"""`branchlab record`: an unrecorded run becomes a branch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.cli.project import open_project
from branchlab.errors import ExitCode
from branchlab.naming import compile_rule
from branchlab.project import goals_of
from branchlab.record.message import in_order
from branchlab.running.names import Name, choose_name, user_name
from branchlab.running.record_run import find_unrecorded, record_run
from branchlab.text import format_number, safe_text

if TYPE_CHECKING:
    import argparse

    from branchlab.cli.terminal import Terminal
    from branchlab.tracking.state import RunState

EXAMPLES = (
    ("branchlab record", "records the newest run that is on no branch"),
    ("branchlab record 20261120T2330 -n wider-crashed", "records this run under a name"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("run", nargs="?", default="", help="id, beginning of an id, or name; default: the newest")
    parser.add_argument("-n", "--name", default="", help="name of the branch, or its last part")
    parser.add_argument("--issue", default="", help="number or key of the issue, where the naming rule has one")
    parser.add_argument("--note", default="", help="a remark that is kept with the run")


def run(arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Records one run."""
    workspace, store = open_project(terminal)
    naming = workspace.settings.naming

    def choose(state: RunState) -> Name:
        if not arguments.name and state.name and compile_rule(naming).accepts(state.name):
            # The name it was started under, with a number where that is taken meanwhile.
            return Name(state.name, free=True)
        return choose_name(
            naming,
            arguments.name,
            current=state.branch or None,
            label="",
            run=state.id,
            user=user_name(),
            issue=arguments.issue,
        )

    folder = find_unrecorded(workspace, arguments.run)
    recorded, warnings = record_run(workspace, store, folder, choose, arguments.note)
    for warning in warnings:
        terminal.words(f"branchlab: {warning}")
    shown = list(in_order(recorded.record.metrics, goals_of(workspace.settings)).items())[:4]
    metrics = "  ".join(f"{safe_text(name)} {format_number(value)}" for name, value in shown)
    terminal.words(f"recorded {safe_text(recorded.name)} ({recorded.record.run.status})  {metrics}".rstrip())
    terminal.data(recorded.name)
    return ExitCode.OK
