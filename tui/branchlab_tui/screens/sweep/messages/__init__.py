"""What the workers of a sweep tell its screen."""

from __future__ import annotations

from branchlab_tui.screens.sweep.messages.importance_read import ImportanceRead
from branchlab_tui.screens.sweep.messages.sweep_read import SweepRead

__all__ = ["ImportanceRead", "SweepRead"]
