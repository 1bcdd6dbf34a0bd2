"""A report in Markdown, as `branchlab ci` writes it for git hosts, as text for a terminal. Free of Textual."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from branchlab.report.width import display_width, pad
from branchlab.text import safe_text

if TYPE_CHECKING:
    from collections.abc import Iterator

_CELLS = re.compile(r"(?<!\\)\|")  # an escaped one is text
_MARKUP = re.compile(r"\\(.)|\*\*|<!-- -->")
_SUMMARY = re.compile(r"<details><summary>(.*)</summary>")
_EMOJI = {"\u2705": "✓", "\u274c": "✗", "\u26a0\ufe0f": "!"}  # pictures of git hosts, as the command line marks them
_RULE = re.compile(r"\| *:?-+:? *\|")


def plain_report(markdown: str) -> str:
    """Returns the text with its tables aligned, folded parts open, and no markup."""
    for picture, mark in _EMOJI.items():
        markdown = markdown.replace(picture, mark)
    lines = [line for line in markdown.split("\n") if line != "</details>"]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(_blocks(lines))).strip("\n") + "\n"


def _blocks(lines: list[str]) -> Iterator[str]:
    table: list[str] = []
    for line in [*lines, ""]:  # the last one ends a table that nothing follows
        if line.startswith("| "):
            table.append(line)
            continue
        yield from _aligned(table)
        table = []
        summary = _SUMMARY.fullmatch(line)
        yield _plain(summary[1] if summary else line.lstrip("# ") if line.startswith("#") else line)


def _aligned(table: list[str]) -> Iterator[str]:
    """Yields the lines of a table, numbers to the right as its rule says."""
    if not table:
        return
    rows = [[_plain(cell.strip()) for cell in _CELLS.split(line)[1:-1]] for line in table if not _RULE.match(line)]
    rule = next((line for line in table if _RULE.match(line)), "")
    right = [cell.strip().endswith(":") and not cell.strip().startswith(":") for cell in rule.split("|")[1:-1]]
    right += [False] * max(len(row) for row in rows)
    widths = [
        max(display_width(row[place]) for row in rows if place < len(row)) for place in range(max(map(len, rows)))
    ]
    for row in rows:
        if any(row):
            cells = [
                " " * (widths[place] - display_width(cell)) + cell if right[place] else pad(cell, widths[place])
                for place, cell in enumerate(row)
            ]
            yield f"  {'  '.join(cells)}".rstrip()


def _plain(text: str) -> str:
    return safe_text(html.unescape(_MARKUP.sub(lambda match: match[1] or "", text)))
