"""A thread read a part of a log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from branchlab_tui.widgets.log_view.log_file import LogFile
    from branchlab_tui.widgets.log_view.search import Search


class LogRead(Message):
    """Posted to the log view by its own threads.

    Attributes:
        log: what was read; a view that shows another log by now takes no notice.
        search: what is found by now, None when nothing was looked for.
        jump: whether to go to what was found.
        top: whether to go to the first line.
    """

    def __init__(self, log: LogFile, search: Search | None = None, *, jump: bool = False, top: bool = False) -> None:
        super().__init__()
        self.log = log
        self.search = search
        self.jump = jump
        self.top = top
