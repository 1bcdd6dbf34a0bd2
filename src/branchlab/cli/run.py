"""`branchlab run`: snapshots, runs in a worktree, records a branch; comma lists make a grid."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.cli.progress import RunDisplay
from branchlab.cli.project import open_project
from branchlab.cli.run_options import add_run_options
from branchlab.errors import ExitCode, InterruptedRunError, UsageError
from branchlab.parameters.overrides import expand_grid, label, parse_override
from branchlab.parameters.placeholders import fill_command, has_placeholders
from branchlab.plainfile import read_file
from branchlab.running.execute import Outcome, Request, execute
from branchlab.running.names import choose_name, user_name
from branchlab.running.parameters import read_parameters, set_parameters
from branchlab.running.source import source_from_working_tree
from branchlab.running.stopping import listen_for_stop
from branchlab.text import safe_text

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from branchlab.cli.project import Project
    from branchlab.cli.terminal import Terminal
    from branchlab.parameters.overrides import Assignment
    from branchlab.running.source import Source
    from branchlab.running.stopping import StopRequest
    from branchlab.workspace import Workspace

EXAMPLES = (
    ("branchlab run", "runs the project's command and records the result as a branch"),
    ("branchlab run -n wider -- python train.py --wide", "runs this command and calls the branch exp/model/wider"),
    ("branchlab run -S lr=0.1 -S model.depth=3", "sets two parameters for this run only"),
    ("branchlab run -S lr=0.1,0.01 -S seed=1,2 --jobs 2", "runs the four combinations, two at a time"),
    ("branchlab run --here", "runs in this working tree and commits on the current branch"),
)

_HOW_TO_MEASURE = (
    "no metric was recorded. hint: name the files that the command writes, such as "
    'collect = ["results.json"], in branchlab.toml, or log them with branchlab.start_run'
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("-n", "--name", default="", help="name of the branch, or its last part")
    parser.add_argument("--issue", default="", help="number or key of the issue, where the naming rule has one")
    add_run_options(parser)
    parser.add_argument("--here", action="store_true", help="run in place and record on the current branch")
    parser.add_argument(
        "--json", action="store_true", help="print what was recorded as JSON; the output goes to stderr"
    )
    parser.add_argument("command", nargs="*", metavar="-- COMMAND", help="default: project.command of branchlab.toml")


def run(arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Runs and records."""
    project = open_project(terminal)
    command = tuple(arguments.command) or project.workspace.settings.command
    if not command:
        raise UsageError(
            "there is no command to run", "branchlab run -- COMMAND, or set project.command in branchlab.toml"
        )
    grid = expand_grid([parse_override(text) for text in arguments.overrides])
    _check_command(project.workspace, command, grid[0])  # all combinations set the same keys
    if arguments.here and len(grid) > 1:
        raise UsageError("--here runs one experiment at a time", "leave out --here for a grid")
    if arguments.here and arguments.name:
        raise UsageError("--here records on the current branch", "leave out -n, or branchlab new NAME first")
    if arguments.here and arguments.issue:
        raise UsageError("--here records on the current branch", "leave out --issue")
    # One snapshot for a whole grid: what is edited while the first trains must not reach the second.
    source = source_from_working_tree(project.workspace, project.store)
    note = arguments.note or description_of(project, source)
    if len(grid) > 1:
        from branchlab.cli.grid import run_combinations

        return run_combinations(project, source, arguments, command, grid, note, terminal)
    requests = [_request(project, source, arguments, command, grid[0], note)]
    for warning in source.warnings:
        terminal.words(f"branchlab: {warning}")
    with listen_for_stop() as stop:
        action = _in_place() if arguments.here else execute
        outcomes = run_all(project, source, requests, arguments, terminal, stop, action)
    return conclude(outcomes, 1, project.workspace, terminal, as_json=arguments.json)


def _in_place() -> Callable[..., Outcome]:
    from branchlab.running.in_place import execute_here

    return execute_here


def description_of(project: Project, source: Source) -> str:
    """Returns the hypothesis that `branchlab new` keeps as git's description of the branch."""
    from branchlab.git.config import read_config

    return read_config(project.workspace.repository, f"branch.{source.branch}.description") if source.branch else ""


def _check_command(workspace: Workspace, command: tuple[str, ...], assignments: Sequence[Assignment]) -> None:
    """Raises UsageError for a `{name}` in the command that is no parameter, before any work."""
    if has_placeholders(command):
        names = workspace.settings.params
        edited = set_parameters(names, lambda name: read_file(workspace.root, name), assignments)
        fill_command(command, read_parameters(names, lambda name: edited.get(name) or read_file(workspace.root, name)))


def _request(
    project: Project,
    source: Source,
    arguments: argparse.Namespace,
    command: tuple[str, ...],
    assignments: Sequence[Assignment],
    note: str,
) -> Request:
    workspace = project.workspace
    edited = set_parameters(workspace.settings.params, lambda name: read_file(workspace.root, name), assignments)
    naming = workspace.settings.naming
    asked, user, issue = arguments.name, user_name(), arguments.issue
    # A name that was asked for stands as it is: only of several runs each needs its own, and those go through cli/grid.
    called = label(assignments) if assignments and not asked else ""
    if not arguments.here:  # a bad name is refused before any work
        choose_name(naming, asked, current=source.branch, label=called, run="", user=user, issue=issue)
    return Request(
        command,
        lambda run: choose_name(
            naming,
            asked,
            current=source.branch,
            label=called,
            run=run,
            user=user,
            issue=issue,
        ),
        note,
        {workspace.prefix + name: content for name, content in edited.items()},
    )


def run_all(
    project: Project,
    source: Source,
    requests: Sequence[Request],
    arguments: argparse.Namespace,
    terminal: Terminal,
    stop: StopRequest,
    action: Callable[..., Outcome] = execute,
) -> list[Outcome]:
    """Runs one request with its output shown, or several, `arguments.jobs` at a time, with a line for each that ended.

    Several go to `execute` whatever `action` is: only one can run in the user's tree.
    """
    if len(requests) == 1:
        show = show_output(terminal, arguments)
        return [action(project.workspace, project.store, source, requests[0], stop, show)]
    from concurrent.futures import ThreadPoolExecutor

    display = RunDisplay(terminal, len(requests), project.workspace.settings.metrics)

    def one(request: Request) -> Outcome | None:
        if stop.count:  # those that wait do not start after Ctrl-C
            return None
        with display.following() as show:
            outcome = execute(project.workspace, project.store, source, request, stop, show)
        display.ended(outcome)
        return outcome

    with ThreadPoolExecutor(arguments.jobs) as pool:
        return [outcome for outcome in pool.map(one, requests) if outcome]


def show_output(terminal: Terminal, arguments: argparse.Namespace) -> Callable[[bytes], None]:
    """Returns what takes the command's output: to stdout, or to stderr when stdout is for JSON."""
    if arguments.quiet:
        return lambda _chunk: None
    stream = terminal.stderr if arguments.json else terminal.stdout
    closed = False

    def show(chunk: bytes) -> None:
        nonlocal closed
        if closed:
            return
        try:
            # What was written as text waits in a layer above the buffer, and would come out behind.
            stream.flush()
            stream.buffer.write(chunk)
            stream.buffer.flush()
        except OSError:  # the reader went away, or its disk is full: the run goes on, its log has everything
            closed = True

    return show


def conclude(
    outcomes: Sequence[Outcome], planned: int, workspace: Workspace, terminal: Terminal, *, as_json: bool
) -> ExitCode:
    """Says how runs ended, of which so many were planned, and returns the exit code for all of them.

    Raises:
        InterruptedRunError: when one was stopped, or did not begin.
    """
    for warning in dict.fromkeys(warning for outcome in outcomes for warning in outcome.warnings):
        terminal.words(f"branchlab: {warning}")
    for outcome in outcomes:
        # Of several, the display has told those that were recorded when they ended.
        if len(outcomes) == 1 or not outcome.recorded:
            _tell(outcome, workspace, terminal)
    if any(_is_unmeasured(outcome) for outcome in outcomes):
        terminal.words(f"branchlab: {_HOW_TO_MEASURE}")
    if as_json:
        from branchlab.report.formats import to_json

        terminal.data(to_json([_public(outcome) for outcome in outcomes]))
    # Last, so that a script has its JSON also of runs that were stopped.
    _refuse_interrupted(outcomes, planned)
    return ExitCode.OK if all(outcome.status == "finished" for outcome in outcomes) else ExitCode.FAILED


def _refuse_interrupted(outcomes: Sequence[Outcome], planned: int) -> None:
    stopped = [outcome for outcome in outcomes if outcome.status == "stopped"]
    begun = [outcome for outcome in stopped if outcome.run]
    waiting = planned - len(outcomes) + len(stopped) - len(begun)
    if not stopped and not waiting:
        return
    what = "stopped; what was logged is kept" if begun else "stopped"
    # A grid records what `branchlab stop` ended.
    kept = [outcome for outcome in begun if not outcome.recorded]
    one = "makes a branch of it" if len(kept) == 1 else "makes a branch of the newest, branchlab record RUN of another"
    raise InterruptedRunError(
        f"{what}; {waiting} of {planned} did not begin" if waiting else what, f"branchlab record {one}" if kept else ""
    )


def _is_unmeasured(outcome: Outcome) -> bool:
    return outcome.status == "finished" and outcome.recorded is not None and not outcome.recorded.record.metrics


def _tell(outcome: Outcome, workspace: Workspace, terminal: Terminal) -> None:
    from branchlab.cli.progress import with_metrics
    from branchlab.text import format_duration

    took = format_duration(outcome.seconds)
    if outcome.recorded:
        head = f"recorded {safe_text(outcome.name)} in {took}"
        terminal.words(with_metrics(head, outcome, workspace.settings.metrics, 4, terminal.width))
        return
    if not outcome.run:
        terminal.words(f"{safe_text(outcome.name)} was stopped before it began, so nothing of it is kept")
        return
    log = os.path.join(outcome.folder, "output.log")
    # As subprocess has it: -15 for who was ended by signal 15.
    ended = f"exit code {outcome.exit_code}" if outcome.exit_code >= 0 else f"signal {-outcome.exit_code}"
    terminal.words(f"{outcome.status} after {took} ({ended}): run {outcome.run} is kept, its log is {safe_text(log)}")


def _public(outcome: Outcome) -> dict[str, object]:
    metrics = outcome.recorded.record.metrics if outcome.recorded else {}
    return {
        "name": outcome.name,
        "commit": outcome.recorded.commit if outcome.recorded else None,
        "status": outcome.status,
        "run": outcome.run,
        "exit_code": outcome.exit_code,
        "seconds": round(outcome.seconds, 3),
        "metrics": dict(metrics),
        "warnings": list(outcome.warnings),
    }
