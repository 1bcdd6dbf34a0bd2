"""Puts rows into groups: by type, sweep, author, status or any column."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from branchlab.report.style import BEST, MISSING
from branchlab.report.values import show_scalar
from branchlab.text import format_number, safe_text
from branchlab.tuples import NamedTuple
from branchlab_tui.model.columns import column_values, full_key

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from branchlab_tui.model.judging import Judge
    from branchlab_tui.model.sheet import Sheet

_PREFIX = "group:"  # no branch has a colon in its name: git-check-ref-format(1)


class Group(NamedTuple):
    """The rows that have something in common.

    Attributes:
        name: what they share, as it is remembered when the group is closed; empty for those that lack it.
        rows: in their order.
        folded: only the heading is shown.
        text: the heading.
    """

    name: str
    rows: Sequence[int]
    folded: bool = False
    text: str = ""


def group_key(name: str) -> str:
    """Returns the row key of a group's heading."""
    return _PREFIX + name


def group_name(key: str) -> str | None:
    """Returns the name of the group whose heading has this row key; None for a row that is no heading."""
    return key.removeprefix(_PREFIX) if key.startswith(_PREFIX) else None


def grouped(sheet: Sheet, by: str, rows: Sequence[int], folded: Collection[str], judge: Judge) -> list[Group]:
    """Returns the groups in the order of their first rows.

    Args:
        sheet: the columns of all rows.
        by: what rows share.
        rows: those that are shown, in their order.
        folded: names of the groups that show their heading alone.
        judge: says whose values count for the best and the median.
    """
    # First of all these two: a parameter may be called type.
    names = _names(sheet, by if by in ("type", "sweep") else full_key(sheet, by))
    found: dict[str, list[int]] = {}
    for row in rows:
        found.setdefault(names[row], []).append(row)
    # While rows are still text, a summary of them all would decode them all.
    metric = _metric(sheet) if sheet.decoded else ""
    values = judge.values(metric) if metric else []
    groups = []
    for name, members in found.items():
        text = _heading(by, name, len(members), closed=name in folded)
        if metric:
            text += _summary(sheet, metric, [values[row] for row in members])
        groups.append(Group(name, members, name in folded, text))
    return groups


def _names(sheet: Sheet, by: str) -> list[str]:
    if by == "type":
        from branchlab.naming import compile_rule

        rule = compile_rule(sheet.settings.naming)
        return sheet.column(
            ("group", by), lambda ones: [(rule.fields(one.name) or {}).get("type") or "" for one in ones]
        )
    if by == "sweep":
        from branchlab_tui.model.sweeps import sweep_of

        return sheet.column(("group", by), lambda ones: [sweep_of(one) for one in ones])
    values = column_values(sheet, by)
    return ["" if value is None else show_scalar(value) if value != "" else "" for value in values]


def _metric(sheet: Sheet) -> str:
    """Returns the metric that headings tell about: the first that is optimised, else the first with a goal."""
    rules = sheet.settings.metrics
    optimised = [name for name, rule in rules.items() if rule.strategy == "optimize"]
    return next(iter([*optimised, *(name for name, rule in rules.items() if rule.goal)]), "")


def _median(values: Sequence[float]) -> float:
    """Returns the middle value, or the mean of the two; `statistics` takes longer to load than all rows to sort."""
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _heading(by: str, name: str, count: int, *, closed: bool) -> str:
    shown = safe_text(name) or f"no {safe_text(by.rpartition('.')[2])}"
    return f"{'▸' if closed else '▾'} {shown}  {count}"


def _summary(sheet: Sheet, metric: str, values: Sequence[float]) -> str:
    """Returns the best and the median of those values that may be compared."""
    known = [value for value in values if not math.isnan(value)]
    if not known:
        return f"  {safe_text(metric)} {MISSING}"
    best = (max if sheet.settings.metrics[metric].goal == "maximize" else min)(known)
    return f"  {safe_text(metric)} {BEST} {format_number(best)} median {format_number(_median(known))}"
