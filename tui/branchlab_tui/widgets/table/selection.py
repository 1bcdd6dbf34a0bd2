"""Which rows of a table are marked. Free of Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Marks:
    """Marked keys, which outlive a filter that hides their rows, and a range that is being marked.

    Attributes:
        keys: what is marked, without the range.
        anchor: key of the row where the range began; None while there is no range.
    """

    def __init__(self) -> None:
        self.keys: set[str] = set()
        self.anchor: str | None = None

    def toggle(self, key: str) -> None:
        """Marks a row, or takes its mark away."""
        self.keys ^= {key}

    def toggle_all(self, keys: Iterable[str]) -> None:
        """Marks all of the rows; when all are marked, takes their marks away."""
        shown = set(keys)
        self.keys = self.keys - shown if shown <= self.keys else self.keys | shown

    def in_order(self, place: Callable[[str], int | None]) -> tuple[str, ...]:
        """Returns what is marked in the order of the rows, and then what no row shows, by name."""
        shown = {at: key for key in self.keys if (at := place(key)) is not None}
        hidden = sorted(self.keys.difference(shown.values())) if len(shown) < len(self.keys) else []
        return (*(shown[at] for at in sorted(shown)), *hidden)
