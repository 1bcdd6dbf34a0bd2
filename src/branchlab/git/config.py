"""Reads and writes single values of git's configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.git.process import GitError, run_git

if TYPE_CHECKING:
    from branchlab.git.repository import Repository

_NOT_SET = 1


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
