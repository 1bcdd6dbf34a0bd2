"""What a page tells its screen."""

from __future__ import annotations

from branchlab_tui.widgets.page.messages.link_opened import LinkOpened

__all__ = ["LinkOpened"]
