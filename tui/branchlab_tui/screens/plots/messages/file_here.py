"""A file lies where other programs can open it."""

from __future__ import annotations

from typing import Literal

from textual.message import Message

How = Literal["open", "edit"]


class FileHere(Message):
    """Posted by a worker.

    Attributes:
        path: of the file; empty when its bytes are not on this machine.
        problem: why there is no path; empty when there is one.
        how: what the user wanted.
    """

    def __init__(self, path: str, problem: str, how: How) -> None:
        super().__init__()
        self.path = path
        self.problem = problem
        self.how = how
