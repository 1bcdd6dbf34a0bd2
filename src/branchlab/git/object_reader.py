"""Asks git for objects one at a time, through one `git cat-file --batch`."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from branchlab.errors import EnvironmentProblemError
from branchlab.git.objects import ask_object
from branchlab.git.process import start_git

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchlab.git.objects import GitObject

_LARGEST = 1 << 26  # what is larger is no record and is not kept in memory


class ObjectReader:
    """A `git cat-file --batch` that is asked one object at a time."""

    def __init__(self, folder: str, env: Mapping[str, str] | None = None) -> None:
        self._process = start_git(["cat-file", "--batch"], cwd=folder, env=env)

    def close(self) -> None:
        """Ends git."""
        self._process.kill()
        for stream in filter(None, (self._process.stdin, self._process.stdout, self._process.stderr)):
            with suppress(OSError):  # a question that git did not live to read
                stream.close()
        self._process.wait()

    def has_ended(self) -> bool:
        """Says whether git is gone, so that nothing is found any more."""
        return self._process.poll() is not None

    def read(self, spec: str) -> GitObject | None:
        """Returns the object a spec (`refs/heads/x^{commit}`, `oid:path`) stands for, None when there is none."""
        try:
            return ask_object(self._process, spec, _LARGEST)
        except (OSError, EnvironmentProblemError):  # git is gone; whoever opens the repository says why
            return None
