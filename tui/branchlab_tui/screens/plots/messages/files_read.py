"""Files of an entry were read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchlab_tui.screens.plots.files import FileKey, Held


class FilesRead(Message):
    """Posted by a worker: what it found, by experiment and path."""

    def __init__(self, found: Mapping[FileKey, Held]) -> None:
        super().__init__()
        self.found = found
