"""What was found in a log, and which of it is shown. Free of Textual."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from branchlab_tui.widgets.log_view.log_file import LogFile

# 2 MiB: between two of them a search can be given up.
_BLOCKS = 16  # read at a time while looking further back


class Search(NamedTuple):
    """A text and the lines that hold it.

    Attributes:
        needle: what is looked for; without a capital letter it finds both.
        lines: numbers of lines, ascending.
        here: the line that is shown, None for none.
        whole: whether the log was looked through to its beginning.
    """

    needle: str = ""
    lines: Sequence[int] = ()
    here: int | None = None
    whole: bool = True

    @property
    def words(self) -> str:
        """What was found, in words."""
        if not self.needle:
            return ""
        if not self.lines:
            return "not found"
        further = "" if self.whole else " so far"
        if self.here is None:
            return f"{len(self.lines)} found{further}"
        return f"{bisect_right(self.lines, self.here)} of {len(self.lines)}{further}"

    def after(self, line: int) -> int | None:
        """Returns the first hit behind a line, else the first of all."""
        place = bisect_right(self.lines, line)
        return self.lines[place % len(self.lines)] if self.lines else None

    def before(self, line: int) -> int | None:
        """Returns the last hit before a line, None when there is none."""
        place = bisect_left(self.lines, line)
        return self.lines[place - 1] if place else None


def begin_search(log: LogFile, needle: str, below: int, is_cancelled: Callable[[], bool]) -> Search:
    """Finds a text in what was read of a log and goes to the hit above line `below` that is nearest to it.

    Where there is none, more of the log is read backwards until there is.
    """
    if not needle:
        return Search()
    found = Search(needle, log.find(needle, log.first, log.end, is_cancelled), None, log.at_start)
    return go_back(log, found, below, is_cancelled)


def go_back(log: LogFile, found: Search, below: int, is_cancelled: Callable[[], bool]) -> Search:
    """Goes to the nearest hit above a line; reads backwards for it, and begins again at the end when there is none."""
    while (hit := found.before(below)) is None and not is_cancelled() and log.at_start is False:
        first = log.first
        if not log.read_back(_BLOCKS):
            break
        older = log.find(found.needle, log.first, first, is_cancelled)
        found = found._replace(lines=[*older, *found.lines])
    if hit is None and found.lines:
        hit = found.lines[-1]
    return found._replace(here=hit, whole=log.at_start)


def go_on(found: Search, above: int) -> Search:
    """Goes to the next hit below a line, else to the first one."""
    return found._replace(here=found.after(above))


def add_new(log: LogFile, found: Search, end: int, is_cancelled: Callable[[], bool]) -> Search:
    """Adds the hits among the lines that came after line `end`, the last one known before, which may have changed."""
    start = max(end - 1, log.first)
    kept = [line for line in found.lines if line < start]
    return found._replace(lines=[*kept, *log.find(found.needle, start, log.end, is_cancelled)], whole=log.at_start)
