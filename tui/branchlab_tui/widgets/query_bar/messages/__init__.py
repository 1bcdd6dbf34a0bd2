"""What a query bar tells its screen."""

from __future__ import annotations

from branchlab_tui.widgets.query_bar.messages.query_closed import QueryClosed

__all__ = ["QueryClosed"]
