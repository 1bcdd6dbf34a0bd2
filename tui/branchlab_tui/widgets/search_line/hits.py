"""Where a text stands in a line, by the rule of every search: small letters find large ones too. Free of Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LONGER = "İ"  # the one letter whose small form is two characters, which would shift all places behind it


def small(text: str) -> str:
    """Returns a text in small letters, each at the place of the large one."""
    return (text.replace(_LONGER, "i") if _LONGER in text else text).lower()


def finds_both(needle: str) -> bool:
    """Tells whether a text stands for small and large letters: it has no large one."""
    return needle == small(needle)


def hits(text: str, needle: str) -> Iterator[tuple[int, int]]:
    """Yields where a text begins and ends in a line, from left to right; an empty one stands nowhere."""
    searched = small(text) if finds_both(needle) else text
    start = searched.find(needle) if needle else -1
    while start >= 0:
        yield start, start + len(needle)
        start = searched.find(needle, start + len(needle))


def next_hit(places: Sequence[int], here: int, steps: int) -> int:
    """Returns the next place behind `here`, or the one before it with negative steps; round at the ends.

    Args:
        places: of what was found, ascending, at least one.
        here: where one is.
        steps: which way.
    """
    beyond = [place for place in places if (place > here if steps > 0 else place < here)]
    return (beyond or places)[0 if steps > 0 else -1]
