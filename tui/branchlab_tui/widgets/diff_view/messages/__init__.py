"""What a patch view tells the screen it stands on; one message a file."""

from __future__ import annotations

from branchlab_tui.widgets.diff_view.messages.place_changed import PlaceChanged

__all__ = ["PlaceChanged"]
