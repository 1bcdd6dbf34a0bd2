"""Where a text stands in a patch. Free of Textual."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab_tui.widgets.diff_view.patch import Patch


class Search(NamedTuple):
    """A text and the lines that hold it.

    Attributes:
        needle: what is looked for; without a capital letter it finds both.
        lines: places in `Patch.lines`, from top to bottom.
        at: which of them is shown; -1 for none.
    """

    needle: str = ""
    lines: Sequence[int] = ()
    at: int = -1

    @property
    def line(self) -> int:
        """The line that is shown; -1 for none."""
        return self.lines[self.at] if 0 <= self.at < len(self.lines) else -1

    def step(self, line: int, steps: int) -> Search:
        """Goes to the next hit behind a line, or the one before it; round at the ends."""
        if not self.lines:
            return self
        place = bisect_right(self.lines, line) if steps > 0 else bisect_left(self.lines, line) - 1
        return self._replace(at=place % len(self.lines))

    def begin(self, line: int) -> Search:
        """Goes to the first hit at a line or behind it."""
        return self.step(line - 1, 1)


def search_patch(patch: Patch, needle: str) -> Search:
    """Finds a text in the lines of code; headings are not looked at."""
    if not needle:
        return Search()
    bodies = [(part.start, part.stop) for file in patch.files for hunk in file.hunks for part in hunk.parts]
    lines = patch.lines
    if needle != needle.lower():
        return Search(needle, [i for start, stop in bodies for i in range(start, stop) if needle in lines[i][1:]])
    return Search(needle, [i for start, stop in bodies for i in range(start, stop) if needle in lines[i][1:].lower()])
