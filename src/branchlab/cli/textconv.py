"""`branchlab textconv`: what git shows in the diff of a record; `hooks install` tells git to call it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.errors import ExitCode, NotFoundError
from branchlab.text import safe_text
from branchlab_hooks.textconv import flat_text

if TYPE_CHECKING:
    import argparse

    from branchlab.cli.terminal import Terminal

EXAMPLES = (("branchlab textconv metrics.toml", "one line per value, each with its whole key"),)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("file", metavar="FILE", help="a record")


def run(arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Prints the record; a damaged one as it stands."""
    try:
        with open(arguments.file, "rb") as file:
            text = file.read()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        raise NotFoundError(f"{safe_text(arguments.file)} is no file", "name a metrics.toml") from None
    terminal.raw(flat_text(text))
    return ExitCode.OK
