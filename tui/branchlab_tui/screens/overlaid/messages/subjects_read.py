"""What a view shows of its experiments was read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.message import Message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchlab.experiment import Experiment


class SubjectsRead(Message):
    """Posted by the worker that reads.

    Attributes:
        found: what was read, by row key, with the experiment as it was known then.
        last: whether the worker is done.
    """

    def __init__(self, found: Mapping[str, tuple[Experiment, Any]], *, last: bool) -> None:
        super().__init__()
        self.found = found
        self.last = last
