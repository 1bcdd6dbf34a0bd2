"""What colours mean. Colour never carries a meaning alone: a mark or a word says the same."""

from __future__ import annotations

from typing import Literal

Style = Literal["", "better", "worse", "best", "dim", "bold", "warn", "live", "title"]

# Colours by number are those of the terminal's own theme, so that they can be read on its ground.
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

# Each mark also stands in `_NARROW` of report/width: one that does not costs every table the character database.
BEST = "★"
FRONT = "◆"
APART = "≠"
STALE = "*"
MISSING = "·"
BETTER = "▲"
WORSE = "▼"
SAME = "="
VERDICT_MARKS = {"better": BETTER, "worse": WORSE, "same": SAME, "incomparable": APART}
UP = "↑"
DOWN = "↓"

# The one table of them, for the terminal UI as well: once a stopped run had two signs.
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
