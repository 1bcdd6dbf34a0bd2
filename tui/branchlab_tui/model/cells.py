"""What stands in a cell: the value as people read it, its difference from the baseline, and marks that judge it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from branchlab.catalog.values import as_number
from branchlab.compare.inputs import rule_of
from branchlab.project import within
from branchlab.report.style import APART, BEST, BETTER, FRONT, MISSING, SAME, STALE, STATUS_MARKS, WORSE
from branchlab.report.values import seconds_since, short_id, show_scalar
from branchlab.text import format_age, format_duration, safe_text
from branchlab.tuples import NamedTuple
from branchlab_tui.widgets.table.column import Cell

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from branchlab.experiment import Experiment, Number
    from branchlab.project import MetricRule, Settings
    from branchlab_tui.model.columns import ColumnInfo
    from branchlab_tui.model.curves import Sparks
    from branchlab_tui.model.formats import NumberFormat
    from branchlab_tui.model.live import Live
    from branchlab_tui.model.state import Delta

BASELINE = "⌂"
_PERCENT = len("+100.0%")
_TENTHS_BELOW = 1000  # percent
_WHOLE_BELOW = 100_000
NOTHING = Cell(MISSING, "dim")


class Light(NamedTuple):
    """What cells are seen by.

    Attributes:
        settings: of the project.
        now: seconds since the epoch.
        delta: what is shown of a metric.
        baseline: what metrics are compared with.
        comparable: says whether an experiment was measured on the baseline's data, as a metric wants it.
        live: how far running runs are, by row key.
        sparks: small curves that were read already.
        marked: names have room for a mark before them.
    """

    settings: Settings
    now: float
    delta: Delta = "value"
    baseline: Experiment | None = None
    comparable: Callable[[Experiment, MetricRule], bool] = lambda _one, _rule: True
    live: Mapping[str, Live] = {}
    sparks: Sparks | None = None
    marked: bool = False


class Judged(NamedTuple):
    """What is known of the row that a cell stands in."""

    key: str
    baseline: bool = False
    front: bool = False
    best: bool = False


def cell_of(one: Experiment, info: ColumnInfo, row: Judged, light: Light) -> Cell:
    """Returns what a cell shows."""
    if info.kind == "metrics":
        return _metric(one, info, row, light)
    if info.kind == "curve":
        spark = light.sparks.text(one, info.key.removeprefix("curve:")) if light.sparks else None
        return Cell(spark or "", "dim")
    table, _, name = info.key.partition(".")
    if info.kind in ("params", "best"):
        return _plain(getattr(one, table).get(name), info)
    maker = _FIELDS.get(info.key)
    return maker(one, row, light) if maker else _plain(getattr(one, info.key, None), info)


def metric_width(info: ColumnInfo, delta: Delta) -> int:
    """Returns how many cells a metric takes with its difference and its marks."""
    number = info.number.width if info.number else 0
    difference = {"value": number, "both": 2 * number + 3, "delta": number + 1, "percent": max(number, _PERCENT)}
    return max(info.width, difference[delta]) + _slot(info, delta)


def _slot(info: ColumnInfo, delta: Delta) -> int:
    """Returns how many cells stand behind a number for marks."""
    return 2 if info.goal and delta == "value" else 3 if info.goal else 2


def _metric(one: Experiment, info: ColumnInfo, row: Judged, light: Light) -> Cell:
    name = info.key.partition(".")[2]
    value = one.metrics.get(name)
    slot = _slot(info, light.delta)
    number = info.number
    if value is None or number is None:
        # As many blanks as others have behind their units, so that the sign stands below these.
        tail = number.decimals + 1 if number and number.decimals else 0
        return Cell(MISSING + " " * (tail + slot), "dim")
    rule = rule_of(light.settings, name)
    apart = not row.baseline and not light.comparable(one, rule)
    before = light.baseline.metrics.get(name) if light.baseline else None
    text = number.text(value)
    if light.delta == "value" or before is None or row.baseline:
        mark = APART if apart else BEST if row.best else ""
        style = "dim" if apart else "best" if row.best else "bold" if row.baseline else ""
        return Cell(text + f" {mark}".ljust(slot), style)
    difference = _difference(value, before, light.delta, number)
    verdict = APART if apart else _verdict(value, before, rule)
    marks = f" {verdict}{BEST if row.best else ''}"
    style = {BETTER: "better", WORSE: "worse"}.get(verdict, "dim")
    shown = f"{text}  {difference.rjust(number.width + 1)}" if light.delta == "both" else difference
    return Cell(shown + marks.ljust(slot), "best" if row.best else style)


def _verdict(value: Number, before: Number, rule: MetricRule) -> str:
    """Returns the mark of a difference; nothing where nobody said which direction is better."""
    if value != value or before != before:  # noqa: PLR0124 - only NaN differs from itself
        return ""
    if within(rule, before, value):
        return SAME
    if rule.goal is None:
        return ""
    return BETTER if (value > before) == (rule.goal == "maximize") else WORSE


def _difference(value: Number, before: Number, delta: Delta, number: NumberFormat) -> str:
    change = 0 if value == before else _as_float(value) - _as_float(before)
    if delta == "percent":
        return _percent(change, _as_float(before))
    text = number._replace(width=number.width + 1).text(change)
    return f"+{text}" if change > 0 else text


def _percent(change: float, before: float) -> str:
    if not before or not math.isfinite(before) or not math.isfinite(change):
        return MISSING
    share = change / abs(before) * 100
    if abs(share) < _TENTHS_BELOW:
        return f"{share:+.1f}%" if share else "0%"
    # Beyond that by its power of ten: the column has room for seven characters.
    return f"{share:+.0f}%" if abs(share) < _WHOLE_BELOW else f"{share:+.0e}%".replace("e+0", "e")


def _as_float(value: Number) -> float:
    number = as_number(value)
    return math.nan if number is None else number


def _plain(value: object, info: ColumnInfo) -> Cell:
    if value is None or value == "":
        tail = info.number.decimals + 1 if info.number and info.number.decimals else 0
        return Cell(MISSING + " " * tail, "dim")
    if info.number and (type(value) is float or type(value) is int):
        return Cell(info.number.text(value))
    return Cell(safe_text(show_scalar(value)))  # type: ignore[arg-type]


def _name(one: Experiment, row: Judged, light: Light) -> Cell:
    mark = BASELINE if row.baseline else FRONT if row.front else " "
    name = safe_text(one.name)
    return Cell(f"{mark} {name}" if light.marked else name, "bold" if row.baseline or row.front else "")


def _status(one: Experiment, row: Judged, light: Light) -> Cell:
    mark, style = STATUS_MARKS[one.status]
    if one.status != "running":
        return Cell(f"{mark} {one.status}{STALE if one.stale else ''}", style)
    live = light.live.get(row.key)
    silence = live.quiet_for(light.now) if live else None
    if silence is not None:
        mark, style = STATUS_MARKS["quiet"]
        return Cell(f"{mark} quiet {format_age(silence)}", style)
    since = seconds_since(one.started, light.now)
    # The run may have started by a clock that is ahead of ours.
    clock = format_duration(max(round(since), 0)) if since is not None else ""
    part = live.fraction if live else None
    return Cell(f"{mark} {'run' if part is None else f'{part:.0%}'} {clock}".rstrip(), style)


def _age(one: Experiment, _row: Judged, light: Light) -> Cell:
    age = seconds_since(one.started, light.now)
    return NOTHING if age is None else Cell(format_age(age), "dim")


def _seconds(one: Experiment, _row: Judged, _light: Light) -> Cell:
    return NOTHING if one.seconds is None else Cell(format_duration(one.seconds), "dim")


def _commit(one: Experiment, _row: Judged, _light: Light) -> Cell:
    return Cell(short_id(one.commit), "dim")


def _note(one: Experiment, _row: Judged, _light: Light) -> Cell:
    return Cell(safe_text(one.problem or one.note), "warn" if one.problem else "dim")


_FIELDS: dict[str, Callable[[Experiment, Judged, Light], Cell]] = {
    "name": _name,
    "status": _status,
    "age": _age,
    "seconds": _seconds,
    "commit": _commit,
    "note": _note,
}
