"""Named ways to look at the experiments, as branchlab.toml keeps them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.errors import NotFoundError
from branchlab.text import safe_text

if TYPE_CHECKING:
    from branchlab.project import SavedView, Settings


def find_view(settings: Settings, name: str) -> SavedView:
    """Returns a saved view.

    Raises:
        NotFoundError: when there is none of this name; the hint names the nearest, or how to make one.
    """
    if name in settings.views:
        return settings.views[name]
    from difflib import get_close_matches

    near = get_close_matches(name, settings.views, n=1)
    hint = f"did you mean {safe_text(near[0])}?" if near else f"there are: {', '.join(map(safe_text, settings.views))}"
    raise NotFoundError(
        f"there is no view {safe_text(name)}", hint if settings.views else "[views.NAME] in branchlab.toml makes one"
    )
