"""What was done, as the log shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from branchlab_tui.performing.command import Command
    from branchlab_tui.performing.process import Ended


class Entry(NamedTuple):
    """One command that was run; `ended` is None while it goes on."""

    number: int
    command: Command
    at: float
    ended: Ended | None = None

    @property
    def mark(self) -> str:
        """A sign for how it ended."""
        if self.ended is None:
            return "◐"
        if self.ended.cancelled:
            return "◌"
        return "●" if self.ended.code == 0 else "✗"
