"""The options that `run` and `reproduce` share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.text import safe_text

if TYPE_CHECKING:
    import argparse


def add_run_options(parser: argparse.ArgumentParser) -> None:
    """Declares what is set for the runs that a command starts, and how much of them is shown."""
    parser.add_argument(
        "-S",
        "--set",
        dest="overrides",
        action="append",
        default=[],
        metavar="[FILE:]KEY=VALUE",
        help="set a parameter; a comma list makes a grid, +KEY=VALUE adds a new key",
    )
    parser.add_argument("--note", "--why", dest="note", default="", help="the hypothesis, or a remark")
    parser.add_argument("-j", "--jobs", type=positive, default=1, help="runs at a time in a grid")
    parser.add_argument("-q", "--quiet", action="store_true", help="do not show the command's output")


def positive(text: str) -> int:
    """Returns a number above 0 from an argument."""
    if not text.isdigit() or not int(text):
        import argparse

        raise argparse.ArgumentTypeError(f"{safe_text(text)} is not a number above 0")
    return int(text)
