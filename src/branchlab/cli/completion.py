"""`branchlab completion`: a script for the shell; names of experiments are asked for while one types."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from branchlab.errors import ExitCode

if TYPE_CHECKING:
    from branchlab.cli.terminal import Terminal

SHELLS = ("bash", "zsh", "tcsh")
EXAMPLES = (
    ("branchlab completion bash > ~/.local/share/bash-completion/completions/branchlab", "for bash"),
    ("branchlab completion zsh > ~/.zfunc/_branchlab", "for zsh, with ~/.zfunc in fpath"),
)
_NAMED = ("EXPERIMENT", "EXPERIMENT|RUN", "RUN", "RUN|QUERY", "EXP", "A", "B", "C")  # arguments that name experiments
_NAMES = {
    "bash": "_branchlab_names",
    "zsh": "_branchlab_names",
}
_PREAMBLE: Any = {
    # The last part of a name where no name begins so.
    "bash": '_branchlab_names() { local all; all=$(branchlab ls --all --names 2>/dev/null); compgen -W "$all" -- "$1"'
    ' || [[ -z $1 ]] || compgen -W "$(sed "s:.*/::" <<< "$all")" -- "$1"; }\n',
    "zsh": '_branchlab_names() { compadd -- ${(f)"$(branchlab ls --all --names 2>/dev/null)"} }\n',
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("shell", choices=SHELLS, help="which shell")


def run(arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Prints the script."""
    import shtab

    terminal.data(shtab.complete(_whole_parser(), shell=arguments.shell, preamble=_PREAMBLE))
    return ExitCode.OK


def _whole_parser() -> argparse.ArgumentParser:
    from branchlab.cli.main import COMMANDS, load_command

    parser = argparse.ArgumentParser(prog="branchlab", add_help=True)
    commands = parser.add_subparsers()
    for name, what in COMMANDS.items():
        sub = commands.add_parser(name, help=what)
        load_command(name).add_arguments(sub)
        for action in sub._actions:  # noqa: SLF001 - shtab reads this attribute of an action
            if action.metavar in _NAMED:
                _complete_names(action)
    return parser


def _complete_names(action: Any) -> None:
    action.complete = _NAMES
