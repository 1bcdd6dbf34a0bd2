"""Named ways to look at the table, kept in branchlab.toml so that a team shares them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.errors import NotFoundError
from branchlab.text import safe_text

if TYPE_CHECKING:
    from branchlab.project import Settings
    from branchlab_tui.model.state import TableState


def require_view(settings: Settings, name: str) -> TableState:
    """Returns how the table looks in a saved view.

    Raises:
        NotFoundError: when there is no view of this name; the hint names the others.
    """
    raise NotFoundError(f"there is no view {safe_text(name)}", "[views] in branchlab.toml names them")
