"""How many columns of a terminal a text takes, and how it is cut to fit."""

from __future__ import annotations

from typing import Literal

ELLIPSIS = "…"

_ROOM = 8  # columns that an indented line has at least

# Our own marks, so that most tables need no character database, which takes as long to load as a table to draw.
_NARROW = frozenset("…·Δ↑↓≠≤▲▼★◆●◐◑◔○◌✗▓░▁▂▃▄▅▆▇█")

Keep = Literal["ends", "start"]


def display_width(text: str) -> int:
    """Returns the number of terminal columns of harmless text; wide characters count two, combining ones none.

    Widths are those of Unicode's East Asian Width; ambiguous characters count one, as in nearly every terminal.
    """
    if text.isascii():
        return len(text)
    return sum(map(_columns, text))


def _columns(character: str) -> int:
    if character < "\u0300" or character in _NARROW:
        return 1
    import unicodedata

    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def shorten(text: str, width: int, keep: Keep = "ends") -> str:
    """Returns text of at most `width` columns: the middle of a name gives way, or the end of a sentence."""
    if display_width(text) <= width:
        return text
    if width <= 1:
        return ELLIPSIS[:width]
    if keep == "start":
        return _head(text, width - 1) + ELLIPSIS
    # The end of a branch name tells it from its neighbours, so it gets the larger half.
    head = (width - 1) * 2 // 5
    return _head(text, head) + ELLIPSIS + _tail(text, width - 1 - head)


def _head(text: str, width: int) -> str:
    taken = 0
    for position, character in enumerate(text):
        taken += _columns(character)
        if taken > width:
            return text[:position]
    return text


def _tail(text: str, width: int) -> str:
    taken = 0
    for position in range(len(text) - 1, -1, -1):
        taken += _columns(text[position])
        if taken > width:
            return _without_loose_marks(text[position + 1 :])
    return text


def _without_loose_marks(text: str) -> str:
    """Drops combining marks whose base character was cut off."""
    position = 0
    while position < len(text) and _columns(text[position]) == 0:
        position += 1
    return text[position:]


def wrap(text: str, width: int | None, indent: int = 0) -> list[str]:
    """Returns text as lines of at most `width` columns, broken between words where that is possible.

    All lines but the first are indented.
    """
    if width is None or display_width(text) <= width:
        return [text]
    blanks = " " * min(indent, max(width - _ROOM, 0))
    words = text.lstrip(" ")
    lines, line = [], " " * min(len(text) - len(words), max(width - _ROOM, 0))
    for word in words.split(" "):
        rest = word
        longer = f"{line} {word}" if line.strip() else line + word
        if display_width(longer) <= width:
            line = longer
            continue
        if line.strip():
            lines.append(line)
            line = blanks
        while display_width(line + rest) > width and rest:
            head = _head(rest, max(width - display_width(line), 1)) or rest[0]
            lines.append(line + head)
            line, rest = blanks, rest[len(head) :]
        line += rest
    return [*lines, line] if line.strip() else lines


def join_wrapped(parts: list[str], width: int | None, between: str = " · ") -> list[str]:
    """Returns short texts as lines of at most `width` columns, broken between the texts where that is possible."""
    lines: list[str] = []
    for part in parts:
        longer = f"{lines[-1]}{between}{part}" if lines else part
        if lines and (width is None or display_width(longer) <= width):
            lines[-1] = longer
        else:
            lines.extend(wrap(part, width))
    return lines


def pad(text: str, width: int, *, right: bool = False) -> str:
    """Returns text filled up with blanks to `width` columns, on the left side for `right`."""
    blanks = " " * (width - display_width(text))
    return blanks + text if right else text + blanks
