"""Several tables below each other, each with its words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.style import Style, paint
from branchlab.report.table import Table, render_table
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
        if place and not (isinstance(block, Line) and isinstance(blocks[place - 1], Line)):
            out.append("\n")
        if isinstance(block, Table):
            out.append(render_table(block, width, colour=colour).text)
        elif isinstance(block, Line):
            lines = wrap(safe_text(block.text), None if block.raw else width, block.indent)
            out += [f"{paint(line, block.style, colour=colour)}\n" for line in lines]
        else:
            out += _facts(block, width, colour=colour)
    return "".join(out)


def _facts(facts: Facts, width: int | None, *, colour: bool) -> list[str]:
    indent = max(len(label) for label, _ in facts.rows) + 2
    lines = []
    for label, text in facts.rows:
        first, *rest = wrap(f"{label:<{indent}}{safe_text(text)}", width, indent)
        lines += [paint(first[: len(label)], "dim", colour=colour) + first[len(label) :], *rest]
    return [f"{line}\n" for line in lines]


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
            texts.append("".join(f"- {label}: {escape_markdown(text)}\n" for label, text in block.rows))
    return "\n".join(texts)
