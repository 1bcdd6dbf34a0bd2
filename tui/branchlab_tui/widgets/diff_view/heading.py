"""The line above a patch: where the cursor stands, what was searched, and the counts of all. Free of Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.width import display_width, shorten
from branchlab.text import safe_text

if TYPE_CHECKING:
    from branchlab_tui.widgets.diff_view.line import Piece
    from branchlab_tui.widgets.diff_view.patch import Patch
    from branchlab_tui.widgets.diff_view.rows import Block
    from branchlab_tui.widgets.search_line.search import Search

_LEAST_PATH = 12  # cells of it; with fewer the counts go


def heading_pieces(patch: Patch, here: Block | None, search: Search, width: int) -> list[Piece]:
    """Returns the line, as wide as it may be: the path gives way first, then the counts of all.

    Args:
        patch: what is shown.
        here: where the cursor stands; None in an empty patch.
        search: what was looked for.
        width: cells of the line.
    """
    if here is None:
        return []
    left = [(text, style) for text, style in _place(patch, here, search) if text]
    right = _counts(patch)
    taken = sum(display_width(text) for text, _ in left) + 1
    path = safe_text(patch.files[here.file].path)
    free = width - taken - sum(display_width(text) for text, _ in right) - 1
    if free < min(display_width(path), _LEAST_PATH):
        right, free = [], width - taken
    shown = shorten(path, max(free, 1))
    blanks = max(free - display_width(shown), 0)
    return [(" ", ""), (shown, ""), *left, (" " * blanks, ""), *right]


def _place(patch: Patch, here: Block, search: Search) -> list[Piece]:
    hunks = len(patch.files[here.file].hunks)
    place = f"  hunk {here.hunk + 1}/{hunks}" if here.hunk >= 0 else ""
    return [(place, ""), (_found(search), "hit" if search.lines else "minus")]


def _found(search: Search) -> str:
    if not search.needle:
        return ""
    if not search.lines:
        return f"  /{safe_text(search.needle)} stands nowhere"
    return f"  /{safe_text(search.needle)} {search.at + 1} of {len(search.lines)}"


def _counts(patch: Patch) -> list[Piece]:
    files = len(patch.files)
    more = "+" if patch.left_out else ""
    return [
        (f"{files}{more} file{'s' if files > 1 else ''}  ", ""),
        (f"+{patch.added}{more} ", "plus"),
        (f"−{patch.removed}{more} ", "minus"),  # noqa: RUF001 - as wide as the plus
    ]
