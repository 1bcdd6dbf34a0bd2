"""`branchlab merge-record`: git's merge driver for records, parameters and DVC pointers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.errors import ExitCode
from branchlab.git.repository import find_repository
from branchlab.plainfile import write_plain
from branchlab_hooks.merging import KINDS, merge_file
from branchlab_hooks.versions import Versions

if TYPE_CHECKING:
    import argparse

    from branchlab.cli.terminal import Terminal

EXAMPLES = (("branchlab merge-record params base.toml ours.toml theirs.toml 7 params.toml", "merges into ours.toml"),)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments, in the order of git's `%O %A %B %L %P`."""
    parser.add_argument("kind", choices=KINDS, help="how to merge: what kind of file it is")
    parser.add_argument("base", metavar="BASE", help="what both come from")
    parser.add_argument("ours", metavar="OURS", help="our version; takes the result")
    parser.add_argument("theirs", metavar="THEIRS", help="their version")
    parser.add_argument("marker_size", metavar="SIZE", type=int, help="length of conflict markers")
    parser.add_argument("path", metavar="PATH", help="the file's name in the repository")


def run(arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Merges one file; the code says whether it holds conflict markers."""
    base, ours, theirs = map(_content, (arguments.base, arguments.ours, arguments.theirs))
    versions = Versions(arguments.path, base, ours, theirs, arguments.marker_size, terminal.cwd)
    merged = merge_file(arguments.kind, versions, find_repository(terminal.cwd))
    write_plain(arguments.ours, merged.text)
    if merged.words:
        terminal.words(f"branchlab: {merged.words}")
    # To git not 0 is a conflict; it takes OURS all the same, with its markers (https://git-scm.com/docs/gitattributes).
    return ExitCode.OK if merged.clean else ExitCode.FAILED


def _content(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()
