"""`branchlab sweep`: search over parameters; one module per subcommand in `cli/sweeps/`."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from branchlab.cli.parser import declare_when_asked, show_examples

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from branchlab.cli.terminal import Terminal
    from branchlab.errors import ExitCode

EXAMPLES = (
    ("branchlab sweep new", "proposes a sweep.toml from the parameter files"),
    ("branchlab sweep run", "runs it: each trial is an experiment branch"),
    ("branchlab sweep status", "best so far, budget left, time to the end"),
    ("branchlab sweep COMMAND --help", "the options of one of them"),
)

SUBCOMMANDS = {
    "new": "propose a sweep.toml from the parameter files",
    "run": "run trials until the budget is spent",
    "status": "how far it is: best so far, budget left, time to the end",
    "resume": "go on where a sweep was stopped or killed",
    "stop": "stop one that runs: trials that run may end, or are stopped too",
    "best": "the best trial, or the front of several metrics",
    "show": "every trial of a sweep",
    "importance": "which parameters matter, over a sweep or any experiments",
    "report": "what came out, as Markdown or HTML",
    "keep": "keep the best and archive the rest",
}


class Subcommand(Protocol):
    """What a module of `cli/sweeps/` offers."""

    EXAMPLES: Sequence[tuple[str, str]]

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declares the arguments."""

    def run(self, arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
        """Does the work; raises `BranchlabError` for what the user can act on."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the subcommands."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="|".join(SUBCOMMANDS))
    for name, what in SUBCOMMANDS.items():
        one = actions.add_parser(
            name,
            help=what,
            description=f"{what[0].upper()}{what[1:]}.",
            formatter_class=parser.formatter_class,
            allow_abbrev=False,
        )
        declare_when_asked(one, partial(_declare, name))


def _declare(name: str, parser: argparse.ArgumentParser) -> None:
    command = _load(name)
    parser.epilog = show_examples(command.EXAMPLES)
    command.add_arguments(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Does what was asked for."""
    return _load(arguments.action).run(arguments, terminal)


def _load(name: str) -> Subcommand:
    return cast("Subcommand", import_module(f"branchlab.cli.sweeps.{name}"))
