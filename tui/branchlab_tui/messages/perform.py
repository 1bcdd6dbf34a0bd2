"""Asks the program to do something to the repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from collections.abc import Mapping


class Perform(Message):
    """Posted by a screen: perform this action on these experiments, asking first where it is dangerous."""

    def __init__(self, action: str, keys: tuple[str, ...] = (), values: Mapping[str, str] | None = None) -> None:
        """Takes the id of an action, row keys, and answers that need not be asked for any more."""
        super().__init__()
        self.action = action
        self.keys = keys
        self.values = dict(values or {})
