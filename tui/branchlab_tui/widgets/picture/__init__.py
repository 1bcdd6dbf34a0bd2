"""A picture file as half blocks; knows nothing of experiments."""

from branchlab_tui.widgets.picture.picture import Picture

__all__ = ["Picture"]
