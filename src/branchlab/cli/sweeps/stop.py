"""`branchlab sweep stop`: asks the engine of a sweep on this machine to stop."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from branchlab.errors import BusyError, ExitCode, NotFoundError
from branchlab.text import safe_text
from branchlab.workspace import open_workspace

if TYPE_CHECKING:
    import argparse

    from branchlab.cli.terminal import Terminal
    from branchlab.sweep.engine.lock import Holder

EXAMPLES = (
    ("branchlab sweep stop wide", "starts no new trial; what runs may end"),
    ("branchlab sweep stop wide --now", "stops what runs too, and waits for it; resume runs it again"),
    ("branchlab sweep stop", "the sweep that runs, if it is the only one"),
)
_PATIENCE_SECONDS = 60.0
_LOOK_SECONDS = 0.1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("name", metavar="SWEEP", nargs="?", default="", help="its name")
    parser.add_argument("--now", action="store_true", help="stop the trials that run as well, and wait for their end")


def run(arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Does as Ctrl-C in the terminal of the sweep would."""
    from branchlab.report.sweep_values import called
    from branchlab.sweep.engine.lock import engines, is_at_work, tell

    workspace = open_workspace(terminal.cwd)
    found = engines(workspace.repository, arguments.name)
    if not found:
        which = f"{called(arguments.name)} does not run" if arguments.name else "no sweep runs"
        raise NotFoundError(f"{which} on this machine", "branchlab sweep status lists the sweeps")
    names = {holder.sweep for holder in found}
    if len(names) > 1:
        raise NotFoundError(f"{len(names)} sweeps run: {', '.join(map(safe_text, sorted(names)))}", "name one of them")
    for holder in found:
        if not tell(holder) and is_at_work(holder):
            raise BusyError(f"{called(holder.sweep)} is just being started", "try again in a moment")
        if arguments.now:
            _stop_now(holder)
    name = safe_text(found[0].sweep)
    what = "was stopped" if arguments.now else "starts no new trial; what runs may end (--now stops it)"
    terminal.words(f"{called(found[0].sweep)} {what}. branchlab sweep resume {name} goes on")
    return ExitCode.OK


def _stop_now(holder: Holder) -> None:
    """Asks a second time, once the first was heard, and waits; raises BusyError when it does not end."""
    from branchlab.sweep.engine.lock import is_at_work, tell

    # Two equal signals that wait are one (signal(7)): the second has to come after the first was taken.
    time.sleep(2 * _LOOK_SECONDS)
    tell(holder)
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while is_at_work(holder):
        if time.monotonic() > deadline:
            raise BusyError(f"the sweep {safe_text(holder.sweep)} does not end", f"look at process {holder.pid}")
        time.sleep(_LOOK_SECONDS)
