"""The output formats that every command with a table has."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def add_format_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares `--json`, `--csv` and `--md`, of which one may be given; the result is `arguments.format`."""
    group = parser.add_mutually_exclusive_group()
    for name, what in (
        ("json", "print JSON"),
        ("csv", "print comma-separated values at full precision, safe for spreadsheets"),
        ("md", "print a Markdown table"),
    ):
        group.add_argument(f"--{name}", dest="format", action="store_const", const=name, help=what)
