"""`branchlab tui`: opens the terminal UI; `branchlab` alone does the same on a terminal."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from branchlab.errors import EnvironmentProblemError, ExitCode, UsageError

if TYPE_CHECKING:
    import argparse

    from branchlab.cli.terminal import Terminal

EXAMPLES = (
    ("branchlab tui", "all experiments; on a terminal branchlab alone is enough"),
    ("branchlab tui --query 'type:model accuracy>0.9'", "begins with a filter"),
    ("branchlab tui --view leaderboard", "begins with a view that branchlab.toml saves"),
    ("branchlab tui --sweep wide", "begins with a sweep: history, slices, contour, importance"),
    ("branchlab tui --serve", "the same in a browser on this machine"),
)

_PORT = 8000
_PORTS = 65535


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("--query", metavar="QUERY", help="begin with this filter, as in branchlab ls")
    parser.add_argument("--view", metavar="NAME", default="", help="begin with a saved view")
    parser.add_argument("--sweep", metavar="NAME", default="", help="begin with a sweep")
    parser.add_argument(
        "--theme", choices=("dark", "light", "ansi"), default="", help="ansi: the terminal's own colours"
    )
    parser.add_argument("--fresh", action="store_true", help="forget filter, order and columns of the last time")
    parser.add_argument("--slow", action="store_true", help="fewer frames for a slow line; the default over SSH")
    parser.add_argument("--fast", action="store_true", help="as many frames as on this machine, over SSH too")
    parser.add_argument("--serve", action="store_true", help="show it in a browser on this machine instead")
    parser.add_argument("--port", type=int, default=_PORT, help=f"of --serve ({_PORT})")


def run(arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Opens the terminal UI."""
    if not 0 < arguments.port <= _PORTS:
        raise UsageError(f"--port must lie between 1 and {_PORTS}", f"branchlab tui --serve --port {_PORT}")
    if arguments.serve:
        from branchlab_tui.serve import serve

        return ExitCode(serve(terminal.cwd, arguments, terminal.words))
    from branchlab_tui.start import Options, in_browser, start

    if not in_browser() and (not on_terminal() or os.environ.get("TERM") == "dumb"):
        from branchlab.git.repository import find_repository

        find_repository(terminal.cwd)  # outside of one a terminal would not help either
        raise EnvironmentProblemError("the terminal UI needs a terminal", "branchlab ls, or branchlab watch")

    slow = arguments.slow or (bool(os.environ.get("SSH_CONNECTION")) and not arguments.fast)
    options = Options(arguments.query, arguments.view, arguments.theme, arguments.fresh, slow, arguments.sweep)
    return ExitCode(start(terminal.cwd, options, terminal.stdout))


def on_terminal() -> bool:
    """Says whether a person can use the program where it was started."""
    return sys.stdin.isatty() and sys.stdout.isatty()
