"""Which keys fit into the line at the bottom; plain text, no widget."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Hint(NamedTuple):
    """A key, what it does in a word, and what a click on it runs."""

    key: str
    label: str
    action: str

    @property
    def width(self) -> int:
        """Cells of the hint with the gap behind it."""
        from rich.cells import cell_len

        return cell_len(self.key) + cell_len(self.label) + 3


def fit(hints: Iterable[Hint], keep: Sequence[Hint], width: int, lines: int) -> list[list[Hint]]:
    """Returns the lines of the footer: the hints in their order, as many as there is place for.

    Args:
        hints: most important first.
        keep: what stands at the end whatever was left out, such as the way to all keys.
        width: cells of a line.
        lines: how many there are.
    """
    kept = sum(hint.width for hint in keep)
    rows: list[list[Hint]] = []
    waiting = list(hints)
    last = False
    while not last:
        last = len(rows) == lines - 1 or sum(hint.width for hint in waiting) + kept < width
        free = width - 1 - (kept if last else 0)
        row: list[Hint] = []
        while waiting and waiting[0].width <= free:
            free -= waiting[0].width
            row.append(waiting.pop(0))
        rows.append(row)
    rows[-1] += keep
    return rows
