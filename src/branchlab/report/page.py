"""Several tables below each other, each with its words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.style import Style, paint
from branchlab.report.table import Cell, Table, render_table
from branchlab.report.width import wrap
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class Line(NamedTuple):
    """A line of words, wrapped where the terminal is narrower; `raw` is left as it is, so that it can be copied.

    `indent` is that of the lines which wrapping makes.
    """

    text: str
    style: Style = ""
    raw: bool = False
    indent: int = 0


class Facts(NamedTuple):
    """Labels with a text each, which is wrapped and never cut."""

    rows: Sequence[tuple[str, str]]


Block = Table | Line | Facts


def render_page(blocks: Sequence[Block], width: int | None = None, *, colour: bool = False) -> str:
    """Returns the blocks as text of at most `width` columns, tables with a blank line around them."""
    out: list[str] = []
    for place, block in enumerate(blocks):
        if place and is_apart(block, blocks[place - 1]):
            out.append("\n")
        if isinstance(block, Table):
            out.append(render_table(block, width, colour=colour).text)
        else:
            lines = text_lines(block, width)
            out += ["".join(paint(*cell, colour=colour) for cell in line) + "\n" for line in lines]
    return "".join(out)


def is_apart(block: Block, before: Block) -> bool:
    """Tells whether a blank line stands between two blocks: lines of words follow each other closely."""
    return not (isinstance(block, Line) and isinstance(before, Line))


def text_lines(block: Line | Facts, width: int | None) -> list[list[Cell]]:
    """Returns words and facts as lines of styled pieces, wrapped at `width` columns."""
    if isinstance(block, Line):
        lines = wrap(safe_text(block.text), None if block.raw else width, block.indent)
        return [[Cell(line, block.style)] for line in lines]
    # Labels may come from a record, too: names of its environment.
    rows = [(safe_text(label), text) for label, text in block.rows]
    indent = max(len(label) for label, _ in rows) + 2
    found = []
    for label, text in rows:
        first, *rest = wrap(f"{label:<{indent}}{safe_text(text)}", width, indent)
        found += [[Cell(first[: len(label)], "dim"), Cell(first[len(label) :])], *([Cell(line)] for line in rest)]
    return found


def markdown_page(blocks: Sequence[Block]) -> str:
    """Returns the blocks as Markdown: tables, lists and paragraphs."""
    from branchlab.report.formats import escape_markdown, to_markdown

    texts = []
    for block in blocks:
        if isinstance(block, Table):
            texts.append(to_markdown(block))
        elif isinstance(block, Line):
            texts.append(f"{escape_markdown(block.text)}\n")
        else:
            rows = [(escape_markdown(label), escape_markdown(text)) for label, text in block.rows]
            texts.append("".join(f"- {label}: {text}\n" for label, text in rows))
    return "\n".join(texts)
