"""How much each parameter matters was computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from branchlab.sweep.analysis.importance import Importance


class ImportanceRead(Message):
    """Posted by the worker that computes it; `asked` tells what it was asked for."""

    def __init__(self, asked: tuple[object, ...], importance: Importance) -> None:
        super().__init__()
        self.asked = asked
        self.importance = importance
