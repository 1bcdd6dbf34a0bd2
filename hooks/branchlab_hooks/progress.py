"""Shows on a terminal how far a hook is: one line that moves."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import Self

_CLEAR = "\r\x1b[K"


class Progress:
    """Counts how many of how many are done; silent where nobody watches."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._shown = sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"

    def __enter__(self) -> Self:  # noqa: D105 - the class says it
        return self

    def __exit__(self, *_: object) -> None:  # noqa: D105 - the class says it
        self._write(_CLEAR)

    def __call__(self, done: int, total: int) -> None:
        """Takes the number of things done and of all."""
        self._write(f"{_CLEAR}branchlab: {self._what}: {done}/{total}")

    def _write(self, text: str) -> None:
        if self._shown:
            with suppress(OSError):
                sys.stderr.write(text)
                sys.stderr.flush()
