"""The user wants to go where a row of a page leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from branchlab_tui.widgets.page.page_view import PageView


class LinkOpened(Message):
    """Posted on enter, and on a click at the row the cursor is on."""

    def __init__(self, key: str, page: PageView) -> None:
        super().__init__()
        self.key = key
        self.page = page

    @property
    def control(self) -> PageView:
        """The page, for handlers of one of several."""
        return self.page
