"""`branchlab sweep status`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.errors import UsageError

if TYPE_CHECKING:
    import argparse

    from branchlab.cli.terminal import Terminal
    from branchlab.errors import ExitCode

EXAMPLES = (("branchlab sweep status", "not there yet"),)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""


def run(arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Not there yet."""
    raise UsageError("branchlab sweep status is not there yet")
