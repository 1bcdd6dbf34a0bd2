"""Where a text stands in a patch. Free of Textual."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from branchlab_tui.widgets.search_line.hits import finds_both, small
from branchlab_tui.widgets.search_line.search import Search

if TYPE_CHECKING:
    from branchlab_tui.widgets.diff_view.patch import Patch


class Haystack:
    """The lines of a patch, ready to be searched at each key that is typed: 200,000 of them take 20 ms."""

    def __init__(self, patch: Patch) -> None:
        self._lines = patch.lines
        self._homes = [
            (hunk.parts[0].start, hunk.parts[-1].stop, place, number)
            for place, file in enumerate(patch.files)
            for number, hunk in enumerate(file.hunks)
            if hunk.parts
        ]
        self._lowered: list[str] | None = None

    def find(self, needle: str) -> Search:
        """Finds a text in the lines of code, but not in headings; without a capital letter it finds both."""
        if not needle:
            return Search()
        lines = self._lower() if finds_both(needle) else self._lines
        found = [
            line
            for start, stop, *_ in self._homes
            for line, text in enumerate(lines[start:stop], start)
            if needle in text and needle in text[1:]  # the sign is not searched; the first test spares the copy
        ]
        return Search(needle, found)

    def home(self, line: int) -> tuple[int, int]:
        """Returns the places of the file and of the hunk that hold a line."""
        place = bisect_right(self._homes, line, key=lambda home: home[0]) - 1
        return self._homes[place][2:] if place >= 0 else (0, 0)

    def _lower(self) -> list[str]:
        if self._lowered is None:
            self._lowered = [small(line) for line in self._lines]
        return self._lowered
