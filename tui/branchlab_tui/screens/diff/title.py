"""The line above a difference: what is judged against what. Free of Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.style import STALE
from branchlab.report.values import short_id, short_names
from branchlab.report.width import display_width, shorten
from branchlab.text import safe_text

if TYPE_CHECKING:
    from branchlab.compare.difference import Side
    from branchlab_tui.model.library import DifferenceRead

AGAINST = " against "
_LEAST = 10


def pair_title(read: DifferenceRead, width: int) -> str:
    """Returns names and commits of both sides, in at most `width` cells: remarks go first, then commits, then names."""
    a, b = read.difference.a, read.difference.b
    remark = " where it left it" if read.at_merge_base else ""
    for ids, said in ((True, remark), (True, ""), (False, "")):
        text = AGAINST.join(_name(side, side.name, ids=ids) for side in (a, b)) + said
        if display_width(text) <= width:
            return text
    names = [_name(side, name, ids=False) for side, name in zip((a, b), short_names([a.name, b.name]), strict=True)]
    room = max((width - len(AGAINST)) // 2, _LEAST)
    # What the shorter name leaves goes to the longer one.
    spare = max(room - min(map(display_width, names)), 0)
    return AGAINST.join(shorten(name, room + (spare if display_width(name) > room else 0)) for name in names)


def _name(side: Side, name: str, *, ids: bool) -> str:
    name = safe_text(name)
    # A commit without a branch is called by its id already.
    known = side.commit is None or side.commit.startswith(side.name)
    commit = "" if known or not ids else f" {short_id(side.commit)}"
    return f"{name}{commit}{STALE if side.stale else ''}"
