"""What a program wrote to its terminal, as lines that can be shown anywhere: what a person would have seen last."""

from __future__ import annotations

import re

from branchlab.text import safe_text

LONGEST = 1 << 13  # characters of a line that are shown
_TAB = 8
# ECMA-48: strings such as window titles and links, which a line end ends as well; CSI; two and three byte sequences.
_SEQUENCE = re.compile(
    r"\x1b(?:[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\|(?=[\x1b\n])|$)|\[[0-?]*[ -/]*[@-~]?|[ -/]+[0-~]|[0-Z\\`-~])"
)


def shown_lines(data: bytes) -> list[str]:
    """Returns the lines of a piece of output, harmless and without control sequences.

    Of a line that was written over, as by a progress bar, what stood last; tabs are blanks; the end of a line of more
    than 8,192 characters gives way to a note. The line end behind the last line makes no empty one.
    """
    text = data.decode("utf-8", "surrogateescape")
    if "\x1b" in text:
        text = _SEQUENCE.sub("", text)
    lines = text.replace("\r\n", "\n").split("\n")
    if not lines[-1]:
        lines.pop()
    return [shown_line(line) for line in lines]


def shown_line(line: str) -> str:
    """Returns one line without control sequences as `shown_lines` does."""
    if line.isascii() and line.isprintable() and len(line) <= LONGEST:
        return line
    if "\r" in line:
        line = _last_written(line)
    if "\b" in line:
        line = _without_backspaces(line)
    if len(line) > LONGEST:
        line = f"{line[:LONGEST]} … and {len(line) - LONGEST} more characters"
    return safe_text(line.expandtabs(_TAB))


def _last_written(line: str) -> str:
    """Returns what stood last: `10%`, carriage return, `20%` gives `20%`, also when nothing was written after it."""
    return next((part for part in reversed(line.split("\r")) if part.strip()), "")


def _without_backspaces(line: str) -> str:
    kept: list[str] = []
    for character in line:
        if character != "\b":
            kept.append(character)
        elif kept:
            kept.pop()
    return "".join(kept)
