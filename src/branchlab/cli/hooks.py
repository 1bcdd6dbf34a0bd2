"""`branchlab hooks`: installs the git hooks, takes them away, and tells what runs from where."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.errors import CheckError, ExitCode
from branchlab.git.repository import find_repository
from branchlab.workspace import open_workspace

if TYPE_CHECKING:
    import argparse

    from branchlab.cli.terminal import Terminal
    from branchlab_hooks.setup import Outcome

EXAMPLES = (
    ("branchlab hooks install", "commits are checked and recorded from now on"),
    ("branchlab hooks status", "which hook runs from where, and what would block it"),
    ("branchlab hooks uninstall", "what was there before is back, byte for byte"),
    ('branchlab hooks exec pre-commit "$@"', "the line for a hook file of the project"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the subcommands; each is safe to repeat."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="install|uninstall|status|exec")
    actions.add_parser("install", help="write the hook files, beside the hooks that are there")
    actions.add_parser("uninstall", help="remove them and put back what was there")
    status = actions.add_parser("status", help="which hook runs from where, and what would block it")
    status.add_argument("--json", action="store_true", help="print it as JSON")
    run_one = actions.add_parser("exec", help="run one hook, from a hook file of the project or a tool for hooks")
    run_one.add_argument("--module", action="store_true", help="only the part in Python, without the shell script")
    run_one.add_argument("event", metavar="EVENT", help="such as pre-commit")
    # "..." is argparse.REMAINDER: an option behind EVENT belongs to the hook.
    run_one.add_argument("rest", metavar="ARGUMENT", nargs="...", help="what git gives to the hook")


def run(arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Does what was asked for."""
    actions = {"install": _install, "uninstall": _uninstall, "status": _status, "exec": _exec}
    return actions[arguments.action](arguments, terminal)


def _install(_arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    from branchlab_hooks.setup import install

    return _say(install(open_workspace(terminal.cwd)), terminal, "everything was there already")


def _uninstall(_arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    from branchlab_hooks.setup import uninstall

    # Not open_workspace: a mistake in branchlab.toml must keep nobody from taking the hooks away.
    return _say(uninstall(find_repository(terminal.cwd)), terminal, "there was no hook of branchlab")


def _say(outcome: Outcome, terminal: Terminal, nothing: str) -> ExitCode:
    for sentence in outcome.done or ([] if outcome.problems else [nothing]):
        terminal.words(f"branchlab: {sentence}")
    for note in outcome.notes:
        terminal.words(f"branchlab: {note}")
    for what, remedy in outcome.problems:
        terminal.error(CheckError(what, remedy))
    return ExitCode.FAILED if outcome.problems else ExitCode.OK


def _status(arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    from branchlab.report.formats import to_json
    from branchlab_hooks.status import read_status
    from branchlab_hooks.told import as_json, as_text

    workspace = open_workspace(terminal.cwd)
    status = read_status(workspace)
    terminal.data(to_json(as_json(status)) if arguments.json else as_text(workspace.repository, status))
    return ExitCode.OK if status.ready else ExitCode.FAILED


def _exec(arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    from branchlab_hooks.direct import run_hook, run_module

    os.chdir(terminal.cwd)
    if arguments.module:
        return ExitCode.FAILED if run_module(arguments.event, arguments.rest) else ExitCode.OK
    run_hook(arguments.event, arguments.rest)  # this process becomes the shell, whose exit code git sees
    return ExitCode.OK
