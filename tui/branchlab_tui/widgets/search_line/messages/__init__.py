"""What a search line tells its screen."""

from __future__ import annotations

from branchlab_tui.widgets.search_line.messages.search_closed import SearchClosed
from branchlab_tui.widgets.search_line.messages.search_typed import SearchTyped

__all__ = ["SearchClosed", "SearchTyped"]
