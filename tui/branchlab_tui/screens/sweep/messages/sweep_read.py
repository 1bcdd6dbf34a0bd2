"""A look at a sweep has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from branchlab_tui.screens.sweep.building import Built
    from branchlab_tui.screens.sweep.reading import Follower, Looked


class SweepRead(Message):
    """Posted by the worker that follows a sweep; the screen drops what it did not ask for any more.

    Attributes:
        follower: who looked.
        looked: what it found.
        built: what the panes show of it; None where there is nothing to show, or nothing new.
    """

    def __init__(self, follower: Follower, looked: Looked, built: Built | None) -> None:
        super().__init__()
        self.follower = follower
        self.looked = looked
        self.built = built
