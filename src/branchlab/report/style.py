"""What colours mean. Colour never carries a meaning alone: a mark or a word says the same."""

from __future__ import annotations

from typing import Literal

Style = Literal["", "better", "worse", "best", "dim", "bold", "warn", "live", "title"]

_CODES: dict[Style, str] = {
    "better": "32",
    "worse": "31",
    "best": "1;32",
    "dim": "2",
    "bold": "1",
    "warn": "33",
    "live": "36",
    "title": "1;4",
}

BEST = "★"
FRONT = "◆"
APART = "≠"
STALE = "*"
MISSING = "·"
BETTER = "▲"
WORSE = "▼"
SAME = "="
UP = "↑"
DOWN = "↓"

STATUS_MARKS: dict[str, tuple[str, Style]] = {
    "finished": ("●", "better"),
    "running": ("◐", "live"),
    "quiet": ("◑", "warn"),
    "unrecorded": ("○", "warn"),
    "stopped": ("◌", "warn"),
    "failed": ("✗", "worse"),
    "damaged": ("!", "worse"),
}


def paint(text: str, style: Style, *, colour: bool) -> str:
    """Returns text in a style; plain where there is no colour, no style or nothing but blanks."""
    if not colour or not style or not text.strip():
        return text
    return f"\x1b[{_CODES[style]}m{text}\x1b[0m"
