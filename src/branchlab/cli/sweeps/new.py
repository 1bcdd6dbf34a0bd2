"""`branchlab sweep new`: proposes a sweep file from the parameter files, or from a space of another program."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.errors import BranchlabError, EnvironmentProblemError, ExitCode, UsageError
from branchlab.text import safe_text

if TYPE_CHECKING:
    import argparse

    from branchlab.cli.terminal import Terminal
    from branchlab.workspace import Workspace

EXAMPLES = (
    ("branchlab sweep new", "writes sweep.toml with a range around each number of the parameter files"),
    ("branchlab sweep new sweeps/rates.toml", "another file is another sweep, called rates"),
    ("branchlab sweep new --from search:space", "takes the space of hyperopt or scikit-optimize that search.py has"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    from branchlab.sweep.file import SWEEP_FILE

    parser.add_argument("file", nargs="?", default="", help=f"the sweep file to write; default: {SWEEP_FILE}")
    parser.add_argument("-n", "--name", default="", help="name of the sweep; default: that of the file")
    parser.add_argument(
        "--from",
        dest="module",
        default="",
        metavar="MODULE:NAME",
        help="take the space from a variable of a Python module; this runs the module",
    )


def run(arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Writes the file; one that is there is never touched."""
    from branchlab.cli.project import open_project
    from branchlab.sweep.file import SWEEP_FILE, check_name

    workspace = open_project(terminal).workspace
    path = os.path.join(terminal.cwd, arguments.file) if arguments.file else os.path.join(workspace.root, SWEEP_FILE)
    shown = safe_text(os.path.relpath(path, terminal.cwd))
    if not path.endswith(".toml"):
        raise UsageError(f"{shown} is no name for a sweep file", "its name must end with .toml")
    # A link that leads nowhere is in the way, too: writing would make a file at its end.
    if os.path.lexists(path):
        raise UsageError(f"{shown} is there already", "change it by hand, or name another file")
    if arguments.name:
        check_name(arguments.name)
    text = _proposed(workspace, arguments, terminal)
    _write(path, shown, text)
    try:
        _check(workspace, path, shown, terminal)
    except BranchlabError as error:
        terminal.words(f"branchlab: before it can run: {error.message}" + (f" ({error.hint})" if error.hint else ""))
    terminal.words("next: look at its ranges, then branchlab sweep run" + (f" {shown}" if arguments.file else ""))
    terminal.data(shown)
    return ExitCode.OK


def _proposed(workspace: Workspace, arguments: argparse.Namespace, terminal: Terminal) -> str:
    from branchlab.plainfile import read_file
    from branchlab.running.parameters import read_parameters
    from branchlab.sweep.propose import propose, propose_space

    settings = workspace.settings
    if not arguments.module:
        params = read_parameters(settings.params, lambda name: read_file(workspace.root, name))
        return propose(params, settings, arguments.name)
    from branchlab.sweep.foreign import load_foreign

    module, colon, name = arguments.module.partition(":")
    if not (module and colon and name):
        raise UsageError(f"--from {safe_text(arguments.module)} names no variable", "write it as --from MODULE:NAME")
    # A shell completes paths: `search/space.py:NAME` is `search.space:NAME`.
    foreign = load_foreign(module.removesuffix(".py").replace("/", "."), name, terminal.cwd)
    for note in foreign.notes:
        terminal.words(f"branchlab: {note}")
    return propose_space(foreign.space, settings, arguments.name)


def _write(path: str, shown: str, text: str) -> None:
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        # `lexists` has looked before; x also spares what came into being since.
        with open(path, "x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise EnvironmentProblemError(f"{shown} cannot be written: {error.strerror}", "check folder and disk") from None


def _check(workspace: Workspace, path: str, shown: str, terminal: Terminal) -> None:
    from branchlab.report.sweep_values import called
    from branchlab.sweep.file import cautions, load_plan
    from branchlab.sweep.objectives import objectives

    plan = load_plan(workspace, path)
    names = ", ".join(safe_text(parameter.name) for parameter in plan.space)
    terminal.words(f"wrote {shown}: {called(plan.name)} searches {names}")
    for caution in cautions(plan):
        terminal.words(f"branchlab: {caution}")
    objectives(plan, workspace.settings)
