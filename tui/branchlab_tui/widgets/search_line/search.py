"""What a search has found: a text, the lines that hold it, and which of them is shown. Free of Textual."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class Search(NamedTuple):
    """A text and the lines that hold it.

    Attributes:
        needle: what is looked for; without a capital letter it finds both.
        lines: their places, from top to bottom.
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
        return self._replace(at=place % len(self.lines))  # -1, before the first, is the last

    def begin(self, line: int) -> Search:
        """Goes to the first hit at a line or behind it."""
        return self.step(line - 1, 1)
