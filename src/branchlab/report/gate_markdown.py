"""The report on a pull request as Markdown: for the summary of a job, and for a comment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.formats import escape_html, escape_markdown, to_markdown
from branchlab.report.gate_sections import cut, sections
from branchlab.report.gate_words import compared_words, counted_words, note_words, notices, verdict_words
from branchlab.report.width import shorten

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.ci.judging import Outcome
    from branchlab.report.gate_sections import Section

COMMENT = 65_000  # UTF-16 units; GitHub takes 65,536 in a comment, and whoever posts it may add a line
SUMMARY = (1 << 20) - 4096  # bytes that GitHub takes in the summary of a step

_MARKS = {"pass": "✅", "fail": "❌", "unknown": "⚠️"}
_ROWS = (None, 500, 200, 100, 50, 25, 12, 6, 3, 1, 0)
_LONGEST = 300  # columns of a line of words


def markdown_report(outcome: Outcome, limit: int = COMMENT) -> str:
    """Returns the report in at most `limit` UTF-16 units or bytes of UTF-8, whichever are more.

    Where it would be longer, tables show fewer rows, and a notice says so.
    """
    text, parts = "", sections(outcome.judged) if outcome.judged else []
    for most in _ROWS:
        text = _page(outcome, [cut(part, most) for part in parts])
        if len(text.encode()) <= limit:
            return text
    return text[: max(limit, 0) // 4].rpartition("\n")[0] + "\n"  # a character is at most four bytes


def _page(outcome: Outcome, parts: Sequence[Section]) -> str:
    left_out = sum(part.left_out for part in parts)
    warnings = [*notices(outcome), *([_cut(left_out)] if left_out else [])]
    counted = counted_words(outcome.judged) if outcome.judged else ""
    note = note_words(outcome.judged)
    paragraphs = [
        f"## {_MARKS[outcome.verdict]} branchlab: {_words(verdict_words(outcome))}",
        " · ".join(map(_words, filter(None, [compared_words(outcome), counted]))),
        f"Note: {_words(note)}" if note else "",
        "\n".join(f"> ⚠️ {_words(text)}\n>" for text in warnings).removesuffix("\n>"),
        *map(_section, parts),
    ]
    return "\n\n".join(filter(None, paragraphs)) + "\n"


def _cut(rows: int) -> str:
    return f"Cut to the size that fits here: {rows} rows are left out, and branchlab ci --json has them."


def _words(text: str) -> str:
    return escape_markdown(shorten(text, _LONGEST, "start"))


def _section(section: Section) -> str:
    table = to_markdown(section.table).rstrip("\n")
    more = f"\n\n… and {section.left_out} more" if section.left_out else ""
    if section.folded:
        rows = len(section.table.rows) + section.left_out
        count = f" ({rows})" if section.table.columns[0].title else ""
        # Markdown is not read in the line of a tag: a backslash would show there, and hold no HTML back.
        title = escape_html(section.title)
        return f"<details><summary>{title}{count}</summary>\n\n{table}{more}\n\n</details>"
    return f"### {escape_markdown(section.title)}\n\n{table}{more}"
