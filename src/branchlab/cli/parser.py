"""Reads the arguments of a command: argparse with mistakes of ours; a subcommand is declared when it is asked for."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING, Any, NoReturn

from branchlab.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Parser(argparse.ArgumentParser):
    """Raises for a mistake where argparse ends the program.

    Attributes:
        declare: declares the arguments just before the first ones are read; None where they are declared already.
    """

    declare: Callable[[argparse.ArgumentParser], None] | None = None

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> tuple[Any, list[str]]:
        """Reads arguments; raises UsageError for those that nobody declared."""
        if self.declare is not None:
            declare, self.declare = self.declare, None
            declare(self)
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        """Raises what argparse found wrong."""
        from branchlab.text import safe_text

        raise UsageError(safe_text(message), f"{self.prog} --help")

    def _get_values(self, action: argparse.Action, arg_strings: list[str]) -> Any:
        """Reads `--option=--` as the value `--`: argparse takes it away and hands on an empty list."""
        if action.option_strings and action.nargs is None and arg_strings == ["--"]:
            return self._get_value(action, "--")
        return super()._get_values(action, arg_strings)


def declare_when_asked(parser: argparse.ArgumentParser, declare: Callable[[argparse.ArgumentParser], None]) -> None:
    """Declares the arguments of a subcommand when it is the one that is asked for.

    At once where something else than our own parser wants to know them, such as the completion of a shell.
    """
    if isinstance(parser, Parser):
        parser.declare = declare
    else:
        declare(parser)


def show_examples(examples: Sequence[tuple[str, str]]) -> str:
    """Returns what stands below the options of a help: each command line with what it does."""
    return "examples:\n" + "\n".join(f"  {line}\n      {what}" for line, what in examples)


def help_format(prog: str) -> argparse.HelpFormatter:
    """Gives the width, which argparse otherwise imports shutil for, each time an argument is declared."""
    return argparse.RawDescriptionHelpFormatter(prog, width=_columns())


def _columns() -> int:
    columns = os.environ.get("COLUMNS", "")
    return max(int(columns), 40) if columns.isdigit() else 80  # each help fits 80, whatever the terminal has
