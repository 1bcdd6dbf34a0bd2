"""The one table renderer: aligned, shortened and dropped so that no line is ever wider than the terminal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from branchlab.report.style import Style, paint
from branchlab.report.width import Keep, display_width, pad, shorten
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

GAP = 2
_MOST = 24  # columns that a title may add to a table on a terminal
_LEAST = 12  # columns that a shortened title keeps: "latency ms ↓" says more than one metric more
_WHOLE = re.compile(r"[-+]?\d+")


class Cell(NamedTuple):
    """A text as it is shown, and what it means."""

    text: str
    style: Style = ""


class Column(NamedTuple):
    """How a column is laid out.

    Attributes:
        title: its heading.
        align: `decimal` puts the decimal points of numbers below each other.
        drop: 0 for a column that always stays; the highest goes first where space is short.
        least: a text may be shortened to this many columns; 0 when it may not.
        keep: what stays of a shortened text.
    """

    title: str
    align: Literal["left", "right", "decimal"] = "left"
    drop: int = 0
    least: int = 0
    keep: Keep = "ends"


class Table(NamedTuple):
    """Columns and rows; a row of one cell is a heading above the rows that follow."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]


class Rendered(NamedTuple):
    """Lines ending in a line feed, and the titles of the columns that found no room."""

    text: str
    dropped: tuple[str, ...]


def render_table(table: Table, width: int | None = None, *, colour: bool = False) -> Rendered:
    """Returns a table as text of at most `width` columns; `None` shows everything."""
    table = _harmless(table)
    layout = _lay_out(table, width)
    lines = ["".join(paint(*cell, colour=colour) for cell in line) for line in _lines(table, layout)]
    dropped = tuple(column.title for i, column in enumerate(table.columns) if i not in layout.widths)
    return Rendered("".join(f"{line}\n" for line in lines), dropped)


def table_lines(table: Table, width: int) -> list[list[Cell]]:
    """Returns a table as lines of styled pieces, for what does not draw with escape sequences; the heading first."""
    table = _harmless(table)
    return _lines(table, _lay_out(table, width))


def has_heading(table: Table) -> bool:
    """Tells whether a table begins with a line of titles."""
    return any(column.title for column in table.columns)


def _lines(table: Table, layout: _Layout) -> list[list[Cell]]:
    heading = [_heading(table, layout)] if has_heading(table) else []
    return [*heading, *(_line(table, row, layout) for row in table.rows)]


def drop_empty(table: Table) -> Table:
    """Returns a table without the columns that hold no text in any row."""
    used = [i for i in range(len(table.columns)) if any(row[i].text for row in table.rows if len(row) > 1)]
    return _pick(table, used) if used else table


def split_table(table: Table, width: int | None) -> list[Table]:
    """Splits a table that is too wide into several below each other; the first column is repeated in each."""
    if width is None or len(table.columns) <= 1:
        return [table]
    # Measured as it will be shown: escapes of what is not harmless take columns, too.
    shown = _harmless(table)
    measures = [_measure(shown, index, narrow=True) for index in range(len(table.columns))]
    groups: list[list[int]] = [[]]
    room = width - measures[0].least
    for index in range(1, len(measures)):
        room -= measures[index].least + GAP
        if room < 0 and groups[-1]:
            groups.append([])
            room = width - measures[0].least - measures[index].least - GAP
        groups[-1].append(index)
    return [_pick(table, [0, *group]) for group in groups]


class _Measure(NamedTuple):
    """The widths of a column: as it would like to be, as narrow as it can get, and from the decimal point on."""

    natural: int
    least: int
    tail: int


class _Layout(NamedTuple):
    """The width of each column that is shown, by its position, and of the whole."""

    widths: Mapping[int, int]
    measures: Sequence[_Measure]
    width: int | None


def _lay_out(table: Table, width: int | None) -> _Layout:
    measures = [_measure(table, index, narrow=width is not None) for index in range(len(table.columns))]
    kept = range(len(measures)) if width is None else _kept(table.columns, measures, width)
    widths = {i: measures[i].natural for i in kept}
    if width is not None:
        _squeeze(widths, {i: measures[i].least for i in widths}, width)
    return _Layout(widths, measures, width)


def _pick(table: Table, indices: list[int]) -> Table:
    rows = [row if len(row) == 1 else [row[i] for i in indices] for row in table.rows]
    return Table([table.columns[i] for i in indices], rows)


def _harmless(table: Table) -> Table:
    rows = [[Cell(safe_text(cell.text), cell.style) for cell in row] for row in table.rows]
    return Table([column._replace(title=safe_text(column.title)) for column in table.columns], rows)


def _measure(table: Table, index: int, *, narrow: bool) -> _Measure:
    column = table.columns[index]
    texts = [row[index].text for row in table.rows if len(row) > 1 or len(table.columns) == 1]
    tail, content = 0, max(map(display_width, texts), default=0)
    if column.align == "decimal":
        splits = [_split_number(text) for text in texts if _WHOLE.match(text)]
        tail = max((display_width(tail) for _, tail in splits), default=0)
        content = max(content, tail + max((len(head) for head, _ in splits), default=0))
    title = min(display_width(column.title), max(_MOST, content)) if narrow else display_width(column.title)
    least = min(content, column.least) if column.least else content
    return _Measure(max(content, title), max(least, min(title, _LEAST)), tail)


def _split_number(text: str) -> tuple[str, str]:
    end = match.end() if (match := _WHOLE.match(text)) else 0
    return text[:end], text[end:]


def _kept(columns: Sequence[Column], measures: Sequence[_Measure], width: int) -> list[int]:
    kept = list(range(len(columns)))
    while sum(measures[i].least + GAP for i in kept) - GAP > width:
        candidates = [i for i in kept if columns[i].drop]
        if not candidates:
            break
        # Of equal ones the rightmost goes: the further to the left, the more important.
        kept.remove(max(candidates, key=lambda i: (columns[i].drop, i)))
    for i in sorted(set(range(len(columns))) - set(kept), key=lambda i: (columns[i].drop, i)):
        # a wide column went, and a narrow one that had to go before it may fit in its place
        if sum(measures[j].least + GAP for j in [*kept, i]) - GAP <= width:
            kept = sorted([*kept, i])
    # Even one column each does not fit: a terminal this narrow loses columns that should always stay.
    while len(kept) > 1 and len(kept) + GAP * (len(kept) - 1) > width:
        kept.pop()
    return kept


def _squeeze(widths: dict[int, int], least: dict[int, int], width: int) -> None:
    """Takes from the widest columns first; where even the least is too much, from all of them."""
    room = width - GAP * (len(widths) - 1)
    # No line is ever wider than the terminal, even where that leaves nothing of a column.
    for floor in (least, dict.fromkeys(widths, 1), dict.fromkeys(widths, 0)):
        while sum(widths.values()) > room:
            candidates = [i for i in widths if widths[i] > floor[i]]
            if not candidates:
                break
            widths[max(candidates, key=lambda i: widths[i])] -= 1


def _heading(table: Table, layout: _Layout) -> list[Cell]:
    parts = []
    for i, width in layout.widths.items():
        column = table.columns[i]
        parts.append(Cell(pad(shorten(column.title, width), width, right=column.align != "left"), "bold"))
    return _join(parts)


def _line(table: Table, row: Sequence[Cell], layout: _Layout) -> list[Cell]:
    if len(row) == 1 and len(table.columns) > 1:
        text = row[0].text if layout.width is None else shorten(row[0].text, layout.width, "start")
        return [Cell(text, row[0].style)]
    parts = []
    for i, width in layout.widths.items():
        column, cell = table.columns[i], row[i]
        text = shorten(_aligned(cell.text, column, layout.measures[i], width), width, column.keep)
        parts.append(Cell(pad(text, width, right=column.align != "left"), cell.style))
    return _join(parts)


def _aligned(text: str, column: Column, measure: _Measure, width: int) -> str:
    """Fills a number with blanks behind, so that aligning it right puts its decimal point below the others."""
    tail = _split_number(text)[1]
    if column.align != "decimal" or tail == text or width < measure.least:
        return text
    return text + " " * (measure.tail - display_width(tail))


def _join(parts: Sequence[Cell]) -> list[Cell]:
    """Puts the gap between padded texts; blanks have no style, and none stand at the end."""
    while parts and not parts[-1].text.strip():
        parts = parts[:-1]
    joined: list[Cell] = []
    for position, (padded, style) in enumerate(parts):
        text = padded.rstrip() if position == len(parts) - 1 else padded
        body = text.strip()
        at = text.find(body)
        before = " " * GAP * bool(position) + text[:at]
        joined += [Cell(before), Cell(body, style), Cell(text[at + len(body) :])]
    return [cell for cell in joined if cell.text]
