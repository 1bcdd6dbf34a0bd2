"""Which experiments moved without their data: the next `push` or `pull` makes up for it.

A file per direction in the state folder, one branch a line. Losing it loses nothing: `push NAME` looks for itself.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal

from branchlab.errors import EnvironmentProblemError
from branchlab.plainfile import read_plain, write_plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from branchlab.git.repository import Repository

Direction = Literal["push", "pull"]


def read_owed(repository: Repository, direction: Direction) -> set[str]:
    """Returns the full names of the branches whose data has not followed them."""
    try:
        text = read_plain(_path(repository, direction)) or b""
    except EnvironmentProblemError:
        return set()
    return set(filter(None, text.decode(errors="surrogateescape").split("\n")))


def write_owed(repository: Repository, direction: Direction, branches: Iterable[str]) -> None:
    """Replaces the list.

    Raises:
        OSError: when it cannot be written; the old list is untouched.
    """
    if set(branches) == read_owed(repository, direction):
        return
    os.makedirs(repository.state_dir, exist_ok=True)
    text = "".join(f"{branch}\n" for branch in sorted(branches))
    write_plain(_path(repository, direction), text.encode(errors="surrogateescape"))


def _path(repository: Repository, direction: Direction) -> str:
    return os.path.join(repository.state_dir, f"data-to-{direction}")
