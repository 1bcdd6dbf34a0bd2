"""The merge and diff drivers in git's configuration; `.gitattributes` says which files they are for.

Without them, as in a fresh clone, git merges and shows the same files as plain text.
"""

from __future__ import annotations

import os
import shlex
import sys
from typing import TYPE_CHECKING

import branchlab
from branchlab.git.config import read_section, remove_section, write_config
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from branchlab.git.repository import Repository

RECORD = "branchlab"
PARAMETERS = "branchlab-params"
ANCESTORS = "branchlab-ancestors"
OUTPUTS = "branchlab-outputs"
POINTERS = "branchlab-pointers"

_MERGED = "%O %A %B %L %P"  # what git puts there; file names of its own making but for the last, which it quotes
_AS_TEXT = "git merge-file --marker-size=%L -L ours -L base -L theirs %A %O %B"
_OLDEST = "binary"  # of several common ancestors: what they come from in turn, for which no merge is needed
_SECTIONS = (*(f"merge.{name}" for name in (RECORD, PARAMETERS, ANCESTORS, OUTPUTS, POINTERS)), f"diff.{RECORD}")


class DriverState(NamedTuple):
    """Whether git merges and shows records by key. `problem` is empty, or says what is not as it should be."""

    ok: bool
    problem: str = ""


def configure(repository: Repository) -> bool:
    """Tells git about the drivers, for all working trees of this repository; safe to repeat.

    Returns:
        Whether anything was to be done.

    Raises:
        GitError: when the configuration cannot be written.
    """
    there = _read(repository)
    missing = {key: value for key, value in _wanted().items() if there.get(key) != value}
    for key, value in missing.items():
        write_config(repository, key, value)
    return bool(missing)


def unconfigure(repository: Repository) -> bool:
    """Takes the drivers out of git's configuration and says whether there were any; safe to repeat.

    Raises:
        GitError: when the configuration cannot be written.
    """
    there = _read(repository)
    found = [section for section in _SECTIONS if any(key.startswith(f"{section}.") for key in there)]
    for section in found:
        remove_section(repository, section)
    return bool(found)


def read_state(repository: Repository) -> DriverState:
    """Tells whether `configure` would have nothing to do.

    Raises:
        GitError: when the configuration cannot be read.
    """
    there, wanted = _read(repository), _wanted()
    if not there.keys() & wanted.keys():
        return DriverState(ok=False, problem="not in git's configuration")
    if any(there.get(key) != value for key, value in wanted.items()):
        return DriverState(ok=False, problem="those of another branchlab, or of another Python")
    return DriverState(ok=True)


def _read(repository: Repository) -> dict[str, str]:
    return {key: value for section in ("merge", "diff") for key, value in read_section(repository, section).items()}


def _wanted() -> dict[str, str]:
    """Returns what `git config` should say, by key."""
    return {
        f"merge.{RECORD}.name": "a record of branchlab, by key",
        f"merge.{RECORD}.driver": _merge("record"),
        f"merge.{RECORD}.recursive": _OLDEST,
        f"merge.{PARAMETERS}.name": "parameters, by key",
        f"merge.{PARAMETERS}.driver": _merge("params"),
        f"merge.{PARAMETERS}.recursive": ANCESTORS,
        f"merge.{ANCESTORS}.name": "parameters of common ancestors, without conflict markers",
        f"merge.{ANCESTORS}.driver": _merge("ancestors"),
        f"merge.{OUTPUTS}.name": "what a run made, whole",
        f"merge.{OUTPUTS}.driver": _merge("outputs"),
        f"merge.{OUTPUTS}.recursive": _OLDEST,
        f"merge.{POINTERS}.name": "DVC pointers, those of outputs whole",
        f"merge.{POINTERS}.driver": _merge("pointers"),
        f"merge.{POINTERS}.recursive": _OLDEST,
        f"diff.{RECORD}.textconv": _textconv(),
    }


def _merge(kind: str) -> str:
    """Returns a merge driver: our Python, else a `branchlab` on the PATH, else what git does with text.

    Exit codes above 1 mean that nothing was merged. Git replaces `%` marks, so paths have theirs doubled.
    """
    # `--` because a path of the repository may begin with a dash.
    command = f"merge-record {kind} -- {_MERGED}"
    ours = f"{_python().replace('%', '%%')} {command}"
    return (
        't() { "$@"; c=$?; test $c -gt 1 || exit $c; }; '
        f"if {_is_there().replace('%', '%%')}; then t {ours}; fi; "
        f"if command -v branchlab >/dev/null; then t branchlab {command}; fi; "
        # On binary files merge-file exits with 255. Above 128 git takes the driver for crashed and stops the merge
        # (gitattributes(5)); with 1 it is a conflict like any other.
        f"{_AS_TEXT} || exit 1"
    )


def _textconv() -> str:
    """Returns the command that git calls with a file name behind it; it must not fail, or git shows no diff at all."""
    return f'f() {{ {{ {_is_there()} && {_python()} textconv -- "$1"; }} || cat -- "$1"; }}; f'


def _python() -> str:
    # Without -P, -m takes modules from the working directory first: a branchlab.py of the repository would run.
    return f"{shlex.quote(sys.executable)} -P -m branchlab.cli.main"


def _is_there() -> str:
    """Returns a test, without a process, whether this Python and branchlab are still where they were."""
    program = os.path.join(os.path.dirname(os.path.abspath(branchlab.__file__)), "cli", "main.py")
    return f"test -x {shlex.quote(sys.executable)} && test -r {shlex.quote(program)}"
