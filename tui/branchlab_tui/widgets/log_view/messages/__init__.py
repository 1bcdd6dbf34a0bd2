"""What a log view tells its screen."""

from __future__ import annotations

from branchlab_tui.widgets.log_view.messages.hits_counted import HitsCounted
from branchlab_tui.widgets.log_view.messages.log_read import LogRead

__all__ = ["HitsCounted", "LogRead"]
