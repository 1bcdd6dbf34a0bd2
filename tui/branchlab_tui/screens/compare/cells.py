"""What stands in the cells of a row of a comparison. Pure."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from branchlab.report.comparison import show_resource
from branchlab.report.difference import signed
from branchlab.report.style import APART, BEST, MISSING, SAME, VERDICT_MARKS
from branchlab.report.values import short_id, show_scalar
from branchlab.text import format_bytes, format_number, safe_text
from branchlab_tui.model.formats import NumberFormat
from branchlab_tui.widgets.table.column import Cell

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import TypeGuard

    from branchlab.compare.comparison import Row
    from branchlab.compare.difference import CodeFile, MetricChange, Side
    from branchlab.experiment import Number, Scalar
    from branchlab_tui.model.state import Delta

NOTHING = Cell(MISSING, "dim")
_UNBOUND = 1 << 10  # cells
_MOST_PERCENT = 1000  # from which a decimal says nothing
_LONG_PERCENT = 100_000


def metric_cells(row: Row, judged: Sequence[Mapping[str, MetricChange]], against: int, delta: Delta) -> list[Cell]:
    """Returns the values of a metric with their marks, their differences from the reference, or both."""
    style = _row_format(row.values, filled=True)
    texts = [style.text(value) if _is_number(value) else None for value in row.values]
    if delta == "value":
        return [_plain(text, row, place) for place, text in enumerate(texts)]
    changes = [None if place == against else changes.get(row.name) for place, changes in enumerate(judged)]
    told = [_percent(change) if delta in ("both", "percent") else _signed(change) for change in changes]
    room = max(map(len, told), default=0)
    return [
        _plain(text, row, place)
        if change is None or text is None
        else _judged(text, difference.rjust(room), change, delta, best=place in row.best)
        for place, (text, difference, change) in enumerate(zip(texts, told, changes, strict=True))
    ]


def _plain(text: str | None, row: Row, place: int) -> Cell:
    if text is None:
        return Cell(f"{MISSING}  ", "dim")
    if place in row.best:
        return Cell(f"{text} {BEST}", "best")
    # Two cells behind each value, marked or not: columns stand at the right, and points below each other.
    return Cell(f"{text} {APART}", "dim") if place in row.apart else Cell(f"{text}  ")


def _judged(text: str, difference: str, change: MetricChange, delta: Delta, *, best: bool) -> Cell:
    style = change.verdict if change.verdict in ("better", "worse") else "dim"
    # What merely has no goal has no reason either, and would fill the table with signs.
    mark = VERDICT_MARKS[change.verdict] if change.verdict != "incomparable" or change.reason else " "
    shown = f"{text}  {difference}" if delta == "both" else difference.lstrip()
    return Cell(f"{shown} {mark}{BEST if best else ' '}", "best" if best else style)


def _signed(change: MetricChange | None) -> str:
    if change is None or change.delta is None:
        return MISSING
    return "0" if not change.delta else signed(change.delta)


def _percent(change: MetricChange | None) -> str:
    if change is None or change.delta is None or not change.b or not isfinite(change.b) or not isfinite(change.delta):
        return MISSING
    # By the size of the reference: with a loss below zero more would else be called less.
    share = change.delta / abs(change.b) * 100
    if abs(share) < _MOST_PERCENT:
        return f"{share:+.1f}%"
    return f"{share:+.0f}%" if abs(share) < _LONG_PERCENT else f"{share:+.0e}%"


def value_cells(row: Row, sides: Sequence[Side], against: int) -> list[Cell]:
    """Returns parameters, data, environment or resources; what is as in the reference steps back."""
    if row.kind == "data":
        return _data_cells(row, sides, against)
    texts = _resources(row) if row.kind == "resources" else _values(row)
    # By type as well: `1 == True == 1.0`, and these are different settings.
    same = [value == row.values[against] and type(value) is type(row.values[against]) for value in row.values]
    return [
        NOTHING if value is None else Cell(text, "dim" if equal and place != against and row.differs else "")
        for place, (text, value, equal) in enumerate(zip(texts, row.values, same, strict=True))
    ]


def _values(row: Row) -> list[str]:
    style = _row_format(row.values, filled=False)
    return [style.text(value) if _is_number(value) else safe_text(show_scalar(value)) for value in row.values]


def _resources(row: Row) -> list[str]:
    return [show_resource(row.name, value) if isinstance(value, (int, float)) else "" for value in row.values]


def _data_cells(row: Row, sides: Sequence[Side], against: int) -> list[Cell]:
    """Returns size and digest of a file; only a mark where it is that of the reference."""
    cells = []
    for place, (value, side) in enumerate(zip(row.values, sides, strict=True)):
        if value is None:
            cells.append(NOTHING)
        elif place != against and value == row.values[against]:
            cells.append(Cell(SAME, "dim"))
        else:
            entry = side.record.data.get(row.name)
            size = f"{format_bytes(entry.bytes)} " if entry and entry.bytes is not None else ""
            cells.append(Cell(f"{size}{short_id(str(value))}"))
    return cells


def code_cells(code: Sequence[Sequence[CodeFile] | None], sides: Sequence[Side], against: int) -> list[Cell]:
    """Returns how much code differs from that of the reference, whose commit is told."""
    cells = []
    for place, (files, side) in enumerate(zip(code, sides, strict=True)):
        if place == against:
            cells.append(Cell(short_id(side.commit), "dim"))
        elif files is None:
            cells.append(NOTHING)
        elif not files:
            cells.append(Cell(SAME, "dim"))
        else:
            added, removed = sum(file.added or 0 for file in files), sum(file.removed or 0 for file in files)
            cells.append(Cell(f"+{added} −{removed}"))  # noqa: RUF001 - as wide as the plus
    return cells


def _row_format(values: Sequence[Scalar], *, filled: bool) -> NumberFormat:
    """Returns how the numbers of one row are written, so that each shows as many digits as any other."""
    numbers = [value for value in values if _is_number(value)]
    # A number with an exponent has digits without a meaning for the others.
    texts = [text for value in numbers if "e" not in (text := format_number(value))]
    return NumberFormat(max((len(text.partition(".")[2]) for text in texts), default=0), filled, _UNBOUND)


def _is_number(value: Scalar) -> TypeGuard[Number]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
