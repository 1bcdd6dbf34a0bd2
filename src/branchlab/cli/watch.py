"""`branchlab watch`: the live runs, redrawn in place on a terminal, a line for each change elsewhere."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from branchlab.cli.live_display import Block, Lines, json_line
from branchlab.errors import ExitCode, NotFoundError
from branchlab.reading.pulse import PulseReader
from branchlab.reading.watching import Ended, Look, Watch, result_of
from branchlab.report import watch as report
from branchlab.running.called import is_called
from branchlab.text import safe_text
from branchlab.tracking.state import run_folders
from branchlab.workspace import open_workspace

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from branchlab.cli.terminal import Terminal
    from branchlab.project import Settings
    from branchlab.reading.pulse import Pulse
    from branchlab.workspace import Workspace

EXAMPLES = (
    ("branchlab watch", "every live run, until the last one has ended"),
    ("branchlab watch wide-network && branchlab push wide-network", "exit code 1 when the run failed"),
    ("branchlab watch 'lr>0.1' --forever", "those with a large rate, also when they start later"),
    ("branchlab watch --json | jq .metrics", "one JSON object for each change"),
)
_LEAST_INTERVAL = 0.1
_FAILED = ("failed", "lost")
# The rule for names allows none of these, so words with one are terms, and no name that was mistyped.
_OF_A_QUERY = frozenset("<>=!:|\"' ")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument(
        "which", metavar="RUN|QUERY", nargs="*", help="name, its last part, or id of a run; or terms as for ls"
    )
    parser.add_argument("--interval", metavar="S", type=_seconds, default=1.0, help="seconds between two looks (1)")
    parser.add_argument("--forever", action="store_true", help="wait for new runs when none is live")
    parser.add_argument("--json", action="store_true", help="print one JSON object a line for each change")


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not _LEAST_INTERVAL <= seconds < float("inf"):
        import argparse

        raise argparse.ArgumentTypeError(f"{safe_text(text)} is not a number of 0.1 or more")
    return seconds


def run(arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Follows the live runs until the last of them has ended."""
    workspace = open_workspace(terminal.cwd)
    watch = Watch(workspace, _chooser(workspace, arguments.which))
    display = _display(terminal, workspace.settings, arguments)
    look = watch.look()
    # A script may come after the end: `branchlab watch NAME && …` needs the exit code all the same.
    if not look.live and not arguments.forever:
        look = _ended_before(workspace, arguments.which, terminal)
    failed = False
    while True:
        display.show(look)
        failed = failed or any(one.result in _FAILED for one in look.ended)
        if not (look.live or look.waiting or arguments.forever):
            return ExitCode.FAILED if failed else ExitCode.OK
        time.sleep(arguments.interval)
        look = watch.look()


def _display(terminal: Terminal, settings: Settings, arguments: argparse.Namespace) -> Block | Lines:
    if arguments.json:
        return Lines(
            terminal, lambda one: json_line(report.pulse_object(one)), lambda one: json_line(report.ended_object(one))
        )
    if terminal.stdout.isatty() and os.environ.get("TERM") != "dumb":
        return Block(terminal, settings, forever=arguments.forever)
    return Lines(terminal, lambda one: report.live_line(one, settings), lambda one: report.ended_line(one, settings))


def _chooser(workspace: Workspace, words: Sequence[str]) -> Callable[[Pulse], bool]:
    """Returns what decides which runs are watched: those that are called so, and those that fit the query."""
    text = " ".join(words)
    if not text.strip():  # an empty variable in a script is no wish to wait for all
        return lambda _pulse: not words
    from branchlab.catalog.live import live_experiment
    from branchlab.catalog.query import matches, parse_query, whose

    query = parse_query(text, workspace.settings, whose(text, workspace.repository))
    return lambda pulse: (
        is_called(text, pulse.run, pulse.name)
        or matches(query, live_experiment(pulse.state, pulse.journal, "running", {}))
    )


def _ended_before(workspace: Workspace, words: Sequence[str], terminal: Terminal) -> Look:
    """Says that nothing is live; a run that was named and has ended is returned.

    Raises:
        NotFoundError: when one word was given that nothing is called.
    """
    text = " ".join(words)
    if not words or _OF_A_QUERY & set(text):
        terminal.words(f"no run is live{f' that fits {safe_text(text)}' if words else ''}")
        return Look((), ())
    looks = (PulseReader(folder).look() for folder in reversed(run_folders(workspace.runs_dir)))  # the newest first
    ours = (pulse for pulse in looks if workspace.holds(pulse.state.project))
    ended = next((pulse for pulse in ours if is_called(text, pulse.run, pulse.name)), None)
    if ended:
        return Look((), (Ended(ended, result_of(ended)),))
    from branchlab.catalog.catalog import read_catalog

    for one in read_catalog(workspace).experiments:
        if is_called(text, one.run, one.name):
            terminal.words(f"no run is live that is called {safe_text(text)}; {safe_text(one.name)} is recorded")
            return Look((), ())
    what = f"no run is called {safe_text(text)}" if text.strip() else "an empty name calls no run"
    raise NotFoundError(what, "branchlab ls shows all that there is")
