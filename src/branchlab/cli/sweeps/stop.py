"""`branchlab sweep stop`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.errors import UsageError

if TYPE_CHECKING:
    import argparse

    from branchlab.cli.terminal import Terminal
    from branchlab.errors import ExitCode

EXAMPLES = (("branchlab sweep stop", "not there yet"),)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""


def run(arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Not there yet."""
    raise UsageError("branchlab sweep stop is not there yet")
