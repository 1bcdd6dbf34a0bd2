"""The formats that other programs read: Markdown, CSV and JSON."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from branchlab.text import safe_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from branchlab.experiment import Scalar
    from branchlab.report.table import Table

# What spreadsheets take as the beginning of a formula; the full-width forms count too in some locales.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?|[-+]?inf|nan")
_MARKUP = re.compile(r"[\\`*_{}\[\]<>#|~!$]")  # $ begins mathematics and ~ strikes through
# A host turns these into mentions, links to issues and links; an empty comment breaks them without a trace.
_AUTOLINK = re.compile(r"@(?=\w)|://|(?<=www)\.|(?<=#)(?=\d)", re.IGNORECASE)


def escape_markdown(text: str) -> str:
    """Returns text that shows as itself in a Markdown table on a git host: no markup, links, mentions or HTML."""
    escaped = _MARKUP.sub(lambda match: "\\" + match[0], safe_text(text).replace("&", "&amp;"))
    return _AUTOLINK.sub(lambda match: match[0] + "<!-- -->", escaped)


def escape_html(text: str) -> str:
    """Returns text that shows as itself where HTML stands in a Markdown page: no tag, link or mention."""
    escaped = safe_text(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _AUTOLINK.sub(lambda match: match[0] + "<!-- -->", escaped)


def to_markdown(table: Table) -> str:
    """Returns a pipe table; a heading row becomes a row with its text in bold."""
    columns = table.columns
    lines = [[escape_markdown(column.title) for column in columns]]
    lines.append([":---" if column.align == "left" else "---:" for column in columns])
    for row in table.rows:
        cells = [escape_markdown(cell.text.strip()) for cell in row]
        if len(cells) == 1 and len(columns) > 1:
            cells = [f"**{cells[0]}**", *[""] * (len(columns) - 1)]
        elif any(cell.style == "best" for cell in row):
            bold = [cell.style == "best" and bool(text) for text, cell in zip(cells, row, strict=True)]
            cells = [f"**{text}**" if strong else text for text, strong in zip(cells, bold, strict=True)]
        lines.append(cells)
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def to_csv(header: Sequence[str], rows: Iterable[Sequence[Scalar]]) -> str:
    """Returns comma-separated values that no spreadsheet runs: a text that starts like a formula gets an apostrophe.

    Numbers are written in full; a missing value is an empty cell.
    """
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")  # the default is CRLF
    writer.writerow([_csv_cell(title) for title in header])
    writer.writerows([_csv_cell(value) for value in row] for row in rows)
    return out.getvalue()


def _csv_cell(value: Scalar) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return repr(value)  # the shortest text that reads as the same number
    # Blanks in front keep no spreadsheet from a formula; tabs and line ends, which `lstrip` takes too, count.
    if value.lstrip().startswith(_FORMULA) or value.startswith(_FORMULA):
        return safe_text(value if _NUMBER.fullmatch(value) else f"'{value}")
    return safe_text(value)


def to_json(value: Any) -> str:
    """Returns JSON that every parser reads: indented, ASCII only, and NaN and infinities as words in quotes."""
    import json

    try:
        # Nearly always it goes through; a copy without NaN is only made where json has met one.
        return json.dumps(value, indent=2, allow_nan=False) + "\n"
    except ValueError:
        return json.dumps(_finite(value), indent=2) + "\n"


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not abs(value) < float("inf"):
        return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"  # noqa: PLR0124 - only NaN differs
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    return [_finite(item) for item in value] if isinstance(value, (list, tuple)) else value
