"""A command line: what runs, and how it is shown and copied."""

from __future__ import annotations

import shlex
import sys

from branchlab.text import safe_text
from branchlab.tuples import NamedTuple


class Command(NamedTuple):
    """A program with its arguments; `branchlab` is run by the Python that runs us, whatever stands on the PATH."""

    arguments: tuple[str, ...]
    program: str = "branchlab"

    @property
    def argv(self) -> list[str]:
        """The argument list to start."""
        # -P: `-m` puts the working directory first, so a dvc/ or json.py of the project would run in place of ours.
        own = [sys.executable, "-P", "-m", "branchlab.cli.main"] if self.program == "branchlab" else [self.program]
        return [*own, *self.arguments]

    @property
    def line(self) -> str:
        """What a person would type; a name that could steer the terminal is shown escaped."""
        return safe_text(shlex.join([self.program, *self.arguments]))


def branchlab(*arguments: str) -> Command:
    """Returns a command line of branchlab."""
    return Command(arguments)
