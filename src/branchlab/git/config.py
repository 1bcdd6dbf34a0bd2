"""Reads and writes single values of git's configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.git.process import GitError, run_git

if TYPE_CHECKING:
    from branchlab.git.repository import Repository

_NOT_SET = 1  # git's exit code for a missing key; a file that does not parse gives 128


def read_config(repository: Repository, key: str) -> str:
    """Returns the value of a key, empty when it is not set.

    Raises:
        GitError: when the configuration cannot be read.
    """
    try:
        out = run_git(["config", "-z", "--get", key], cwd=repository.top)
    except GitError as error:
        if error.returncode != _NOT_SET:
            raise
        return ""
    return out.decode(errors="surrogateescape").removesuffix("\0")


def write_config(repository: Repository, key: str, value: str) -> None:
    """Sets a key for this repository.

    Raises:
        GitError: when the configuration is locked or cannot be written.
    """
    run_git(["config", "--local", key, value], cwd=repository.top)


def read_section(repository: Repository, section: str, *, everywhere: bool = False) -> dict[str, str]:
    """Returns the keys of this repository that begin with `section` and a dot; the last value where there are several.

    `everywhere` takes those of the user and of the machine, too.

    Raises:
        GitError: when the configuration cannot be read.
    """
    import re

    where = [] if everywhere else ["--local"]
    try:
        out = run_git(["config", *where, "-z", "--get-regexp", f"^{re.escape(section)}\\."], cwd=repository.top)
    except GitError as error:
        if error.returncode != _NOT_SET:
            raise
        return {}
    # With -z a line feed ends the key. A bare key, which git reads as true, has none and is empty here.
    pairs = (entry.partition("\n") for entry in out.decode(errors="surrogateescape").split("\0")[:-1])
    return {key: value for key, _, value in pairs}


def remove_section(repository: Repository, section: str) -> None:
    """Takes a section out of the configuration of this repository.

    Raises:
        GitError: when there is none, or the configuration is locked or cannot be written.
    """
    run_git(["config", "--local", "--remove-section", section], cwd=repository.top)
