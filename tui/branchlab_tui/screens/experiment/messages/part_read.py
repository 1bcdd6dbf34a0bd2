"""A thread read a part of an experiment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.message import Message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchlab.experiment import Experiment


class PartRead(Message):
    """Brings some fields of `Shown` for the experiment that was asked for; another one is shown by now, perhaps."""

    def __init__(self, one: Experiment, found: Mapping[str, Any]) -> None:
        super().__init__()
        # The row, not its key: whoever takes it sees whether the experiment has another commit by now.
        self.one = one
        self.found = found
