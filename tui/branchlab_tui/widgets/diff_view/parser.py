"""Reads a patch as git prints it. Free of Textual.

Only headings are looked at closely. Of the other lines no more is read than their first sign: 100,000 of them take
less than a tenth of a second.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from branchlab_tui.widgets.diff_view.patch import FilePatch, Hunk, Part, Patch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_LINES = 200_000
MOST_CHARACTERS = 50_000_000
PART = 500  # lines that are laid out at once, and some more until a change in them ends

_FILE = "diff --git "
# 18 digits: `int` raises ValueError for thousands of them, and a patch may come from anyone.
_HUNK = re.compile(r"@@ -(\d{1,18})(?:,\d+)? \+(\d{1,18})(?:,\d+)? @@")
_SIGNS = {"+": "+", "-": "-", "\\": "\\"}  # all else is context: an empty line too (diff.suppressBlankEmpty of git)
_BLOCK = re.compile(r"([-\\]*)([+\\]*)( *)")
_REPLACEMENT = re.compile(r"-[-\\]*\+[+\\]*")
# core.quotePath of git: what is not ASCII stands as octal bytes, three digits each.
_ESCAPE = re.compile(r"\\([0-7]{3}|.)")
_NAMED = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_STATUS = {"new": "A", "deleted": "D"}


def parse_patch(text: str, *, most_lines: int = MOST_LINES) -> Patch:
    """Returns what git printed, up to so many lines; whatever stands before the first file is left out.

    Args:
        text: of `git diff-tree -p` without renames.
        most_lines: where to stop reading.
    """
    lines, left_out = _split(text, most_lines)
    # No line of code can pass for a heading: its sign stands before it.
    heads = [place for place, line in enumerate(lines) if line.startswith((_FILE, "@@ "))]
    heads.append(len(lines))
    starts = [place for place, head in enumerate(heads[:-1]) if lines[head].startswith(_FILE)]
    files = [_file(lines, heads[start : stop + 1]) for start, stop in pairwise([*starts, len(heads) - 1])]
    return Patch(tuple(files), lines, left_out)


def _split(text: str, most_lines: int) -> tuple[list[str], int]:
    """Returns the lines that are read, and how many are not."""
    short = text[:MOST_CHARACTERS]
    lines = short.split("\n", most_lines)
    # Behind a last line end stands an empty text, which is no line.
    rest = lines.pop() if len(lines) > most_lines or short.endswith("\n") else ""
    unread = rest.count("\n") + bool(rest and not rest.endswith("\n"))
    return lines, unread + text.count("\n", len(short))


def _file(lines: Sequence[str], heads: Sequence[int]) -> FilePatch:
    """Returns a file; `heads` are the places of its own heading, of its hunks, and of what follows it."""
    header = lines[heads[0] + 1 : heads[1]]
    hunks = tuple(_hunk(lines, start, stop) for start, stop in pairwise(heads[1:]))
    status = next((_STATUS[word] for line in header if (word := line.partition(" file mode ")[0]) in _STATUS), "M")
    binary = any(line.startswith(("Binary files ", "GIT binary patch")) for line in header)
    return FilePatch(
        path=_path(lines[heads[0]]),
        status=status,
        hunks=hunks,
        notes=tuple(_notes(header, binary=binary)),
        added=sum(hunk.added for hunk in hunks),
        removed=sum(hunk.removed for hunk in hunks),
        binary=binary,
        start=heads[0],
        stop=heads[-1],
    )


def _path(heading: str) -> str:
    """Returns the path of `diff --git a/x b/x`: without renames both halves are equal, blanks in the path or not."""
    rest = heading.removeprefix(_FILE)
    half = rest[(len(rest) + 1) // 2 :]
    return (unquote(half) if half.startswith('"') else half).removeprefix("b/")


def unquote(quoted: str) -> str:
    r"""Returns a path that git put in quotes, as `"b/\303\244.py"`."""
    plain = _ESCAPE.sub(lambda match: _named(match[1]), quoted[1:-1])
    return plain.encode("latin-1", "replace").decode(errors="surrogateescape") if _is_bytes(plain) else plain


def _named(escape: str) -> str:
    return chr(int(escape, 8) & 0xFF) if escape.isdigit() else _NAMED.get(escape, escape)


def _is_bytes(text: str) -> bool:
    return all(character < "\u0100" for character in text)


def _notes(header: Sequence[str], *, binary: bool) -> Iterator[str]:
    modes = {
        line.split(" ")[0]: line.rpartition(" ")[2] for line in header if line.startswith(("old mode", "new mode"))
    }
    if len(modes) > 1:
        yield f"mode {modes['old']} → {modes['new']}"
    if binary:
        yield "a binary file: its lines cannot be shown"


def _hunk(lines: Sequence[str], start: int, stop: int) -> Hunk:
    heading = lines[start]
    numbers = _HUNK.match(heading)
    old, new = (int(numbers[1]), int(numbers[2])) if numbers else (1, 1)
    signs = "".join([_SIGNS.get(line[:1], " ") for line in lines[start + 1 : stop]])
    parts = tuple(_parts(signs, start + 1, old, new))
    return Hunk(heading, parts, signs.count("+"), signs.count("-"))


def _parts(signs: str, start: int, old: int, new: int) -> Iterator[Part]:
    """Yields the parts of a hunk whose lines begin with these signs; `start` is the place of the first one."""
    first = 0
    while first < len(signs):
        end = _end_of_part(signs, first)
        part = signs[first:end]
        rows, added, removed = len(part) - part.count("\\"), part.count("+"), part.count("-")
        yield Part(start + first, start + end, old, new, rows, _pairs(part))
        old, new, first = old + rows - added, new + rows - removed, end


def _end_of_part(signs: str, first: int) -> int:
    """Returns where a part ends: never between removed lines and those that replaced them.

    Where they are more than a part, they are a part by themselves, however many: `halves` makes their rows one by one.
    """
    block = _end_of_block(signs, first)
    if block - first > PART:
        return block
    end = first + PART
    if end >= len(signs):
        return len(signs)
    run = len(signs[first:end].rstrip("+\\").rstrip("-\\")) + first
    block = _end_of_block(signs, run)
    if block > end:
        end = run if block - run > PART else block
    while signs[end : end + 1] == "\\":
        end += 1  # belongs to the line before it
    return end


def _end_of_block(signs: str, start: int) -> int:
    """Returns where removed lines and those that replaced them end; where they begin, if one of both is missing."""
    found = _REPLACEMENT.match(signs, start)
    return found.end() if found else start


def _pairs(signs: str) -> int:
    """Returns how many rows lines take beside each other: a removed line stands before the one that replaced it."""
    blocks = _BLOCK.finditer(signs)
    return sum(max(block[1].count("-"), block[2].count("+")) + len(block[3]) for block in blocks)
