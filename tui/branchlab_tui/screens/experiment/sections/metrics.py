"""The metrics with their best, their verdicts, splits and slices."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from branchlab.compare.inputs import importance, rule_of
from branchlab.record.model import Best
from branchlab.report.difference import percent, signed
from branchlab.report.experiment import fold_summaries
from branchlab.report.page import Line
from branchlab.report.style import BEST, VERDICT_MARKS
from branchlab.report.table import Cell, Column, Table, drop_empty
from branchlab.report.values import metric_title, show_scalar, style_of_verdict
from branchlab.text import format_number, sparkline
from branchlab_tui.screens.experiment.sections.gates import gate_parts
from branchlab_tui.widgets.page.content import Heading

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab.compare.difference import MetricChange
    from branchlab.experiment import Number
    from branchlab.project import Settings
    from branchlab.reading.exhibit import Exhibit
    from branchlab_tui.screens.experiment.shown import Shown
    from branchlab_tui.widgets.page.content import Part

_LEAST = 12
_SPARK = 12
_SPARK_POINTS = 2000  # are enough for so few cells


def metric_parts(shown: Shown) -> list[Part]:
    """Returns all that was measured."""
    exhibit = shown.exhibit
    if exhibit is None:
        return []
    record = exhibit.record
    parts: list[Part] = []
    table = metrics_table(shown, exhibit)
    against = f"against {shown.against}" if shown.difference else ""
    parts += [Heading("metrics", against), table] if table else [Line("no metric was logged", "dim")]
    verdicts = _verdicts(shown)
    if record.splits:
        splits = {**record.splits, **fold_summaries(record.splits)}
        parts += [Heading("splits"), _measured("split", splits, shown.settings, verdicts)]
    for key, slices in _by_key(record.slices).items():
        parts += [Heading(f"slices by {key}"), _measured(key, slices, shown.settings, verdicts, f"slices.{key}=")]
    return [*parts, *gate_parts(shown)]


def metrics_table(shown: Shown, exhibit: Exhibit) -> Table | None:
    """Returns a row for each metric: its value and best, its curve, and what it was on the baseline."""
    record, settings = exhibit.record, shown.settings
    changes = _changes(shown)
    names = sorted({*record.metrics, *exhibit.curves, *changes}, key=lambda name: (importance(settings, name), name))
    if not names:
        return None
    base = shown.difference.difference.b.name.rpartition("/")[2] if shown.difference else ""
    columns = [
        Column("metric", least=_LEAST),
        Column("value", "decimal"),
        Column("best", "decimal", drop=3),
        Column("curve", drop=5),
        Column(base, "decimal", drop=4),
        Column("Δ", "decimal", drop=2),
        Column("Δ %", "decimal", drop=6),
        Column("", drop=1, least=2, keep="start"),
    ]
    return drop_empty(Table(columns, [_row(name, shown, exhibit, changes.get(name)) for name in names]))


def _row(name: str, shown: Shown, exhibit: Exhibit, change: MetricChange | None) -> list[Cell]:
    record, rule = exhibit.record, rule_of(shown.settings, name)
    curve = exhibit.curves.get(name, ())
    best = record.best.get(name) or _best(name, shown, rule.goal)
    value = show_scalar(record.metrics.get(name))
    told = f"{format_number(best.value)} at {best.step}" if best else ""
    points = shown.curves.series.get(name) if shown.curves else None
    # Only of a live run: the last step of one that ended is no news.
    is_now = shown.live and best is not None and points is not None and best.step == points.steps[-1]
    style = style_of_verdict(change.verdict) if change else ""
    judged = change is not None and change.verdict in ("better", "worse")
    return [
        Cell(metric_title(name, rule.goal, rule.unit)),
        Cell(value, "bold" if name in record.metrics else "dim"),
        Cell(f"{told} {BEST}" if is_now else told, "best" if is_now else ""),
        Cell(sparkline(curve[:: len(curve) // _SPARK_POINTS + 1], _SPARK) if len(curve) > 1 else "", "live"),
        Cell(show_scalar(change.b) if change and change.b is not None else ""),
        Cell(signed(change.delta) if change and change.delta else "", style if judged else "dim"),
        Cell(percent(change) if change else "", style if judged else "dim"),
        Cell(_told(change), style),
    ]


def _told(change: MetricChange | None) -> str:
    """Returns the verdict's mark, and why there is none; nothing where the baseline never measured it."""
    return "" if change is None or change.b is None else f"{VERDICT_MARKS[change.verdict]} {change.reason}".rstrip()


def _best(name: str, shown: Shown, goal: str | None) -> Best | None:
    """Returns the best value of a run that has no record yet."""
    points = shown.curves.series.get(name) if shown.curves else None
    if points is None or not goal:
        return None
    # NaN would win or lose by its place: each comparison with it is false.
    known = [(value, step) for value, step in zip(points.values, points.steps, strict=True) if not math.isnan(value)]
    if len(known) < 2:  # noqa: PLR2004 - one value is no best of anything
        return None
    value, step = (max if goal == "maximize" else min)(known, key=lambda pair: pair[0])
    return Best(value, int(step))


def _changes(shown: Shown) -> dict[str, MetricChange]:
    found = shown.difference.difference.metrics if shown.difference else ()
    return {change.name: change for change in found if change.name == change.metric}


def _verdicts(shown: Shown) -> dict[str, str]:
    found = shown.difference.difference.metrics if shown.difference else ()
    return {change.name: change.verdict for change in found if change.verdict in ("better", "worse")}


def _by_key(slices: Mapping[str, Mapping[str, Number]]) -> dict[str, dict[str, Mapping[str, Number]]]:
    """Returns slices by what they are slices of: `region=eu` stands under `region` as `eu`."""
    found: dict[str, dict[str, Mapping[str, Number]]] = {}
    for name, values in slices.items():
        key, _, value = name.partition("=")
        found.setdefault(key, {})[value or name] = values
    return found


def _measured(
    title: str,
    parts: Mapping[str, Mapping[str, Number]],
    settings: Settings,
    verdicts: Mapping[str, str],
    prefix: str = "",
) -> Table:
    names = sorted({name for values in parts.values() for name in values if name != "rows"})
    # The number of rows comes first: it says how much the metrics of a slice are worth.
    if any("rows" in values for values in parts.values()):
        names.insert(0, "rows")
    titles = [metric_title(name, rule_of(settings, name).goal, rule_of(settings, name).unit) for name in names]
    columns = [Column(title, least=_LEAST)]
    for heading in titles:
        columns += [Column(heading, "decimal", drop=1), Column("", drop=1)]
    rows = [_measured_row(part, values, names, verdicts, f"{prefix}{part}") for part, values in parts.items()]
    return drop_empty(Table(columns, rows))


def _measured_row(
    part: str, values: Mapping[str, Number], names: Sequence[str], verdicts: Mapping[str, str], full: str
) -> list[Cell]:
    row = [Cell(part)]
    for name in names:
        verdict = verdicts.get(f"{full}.{name}", "")
        style = style_of_verdict(verdict) if verdict else ""
        row += [Cell(show_scalar(values.get(name)), style or ("" if name in values else "dim"))]
        row += [Cell(VERDICT_MARKS[verdict] if verdict else "", style)]
    return row
