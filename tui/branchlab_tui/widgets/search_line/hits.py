"""Where a text stands in a line, by the rule of every search: small letters find large ones too. Free of Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def hits(text: str, needle: str) -> Iterator[tuple[int, int]]:
    """Yields where a text begins and ends in a line, from left to right; an empty one stands nowhere."""
    folded = text.lower() if needle == needle.lower() else text
    if len(folded) != len(text):
        folded = text  # a letter whose small form is longer, as İ, would shift all places behind it
    start = folded.find(needle) if needle else -1
    while start >= 0:
        yield start, start + len(needle)
        start = folded.find(needle, start + len(needle))
