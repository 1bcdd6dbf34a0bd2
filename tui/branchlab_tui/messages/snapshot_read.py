"""Brings a new look at the repository from the thread that read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from branchlab_tui.model.snapshot import Snapshot


class SnapshotRead(Message):
    """Posted by the reading thread; only the newest one counts."""

    def __init__(self, snapshot: Snapshot) -> None:
        """Takes the snapshot."""
        super().__init__()
        self.snapshot = snapshot

    def can_replace(self, message: Message) -> bool:
        """Lets a newer snapshot take the place of one that still waits."""
        return isinstance(message, SnapshotRead)
