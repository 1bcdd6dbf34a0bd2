"""`log`: how metrics moved over the history of a branch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from branchlab.compare.inputs import importance, rule_of
from branchlab.report.page import Block, Line
from branchlab.report.style import BETTER, SAME, WORSE, Style
from branchlab.report.table import Cell, Column, Table
from branchlab.report.values import is_of_split, metric_title, short_id, show_scalar
from branchlab.text import format_age, sparkline
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab.experiment import Number, Scalar
    from branchlab.project import Goal, Settings

_DECLARED, _OTHER = 20, 45  # which columns go first where space is short
_SPARK = 24
_LEAST_SUBJECT = 12
_LEAST_NAME = 16


class Point(NamedTuple):
    """One commit that changed the record; `time` in seconds since the epoch, `problem` for a damaged record."""

    commit: str
    time: int
    author: str
    subject: str
    metrics: Mapping[str, Number]
    problem: str = ""


def trend_names(points: Sequence[Point], settings: Settings) -> list[str]:
    """Returns the metrics that were measured at any point, declared ones first; splits only where they are declared."""
    known = {name for point in points for name in point.metrics}
    names = [name for name in known if name in settings.metrics or not is_of_split(name, known)]
    return sorted(names, key=lambda name: (importance(settings, name), name))


def trend_page(points: Sequence[Point], names: Sequence[str], settings: Settings, now: float) -> list[Block]:
    """Returns one line per metric with its curve, then one row per commit; `points` are newest first."""
    overview = Table(
        [
            Column("metric", least=_LEAST_NAME),
            Column("oldest", "decimal", drop=2),
            Column("newest", "decimal"),
            Column("trend", drop=1),
        ],
        [_overview_row(name, points, settings) for name in names],
    )
    if not names and not any(point.problem for point in points):
        return [Line("no metric was recorded", "dim")]
    return [*([overview] if names else []), _history(points, names, settings, now)]


def trend_object(points: Sequence[Point], names: Sequence[str]) -> list[dict[str, Any]]:
    """Returns the history as JSON objects, newest first."""
    return [
        {
            "commit": point.commit,
            "time": _iso(point.time),
            "author": point.author,
            "subject": point.subject,
            "metrics": {name: point.metrics[name] for name in names if name in point.metrics},
            "problem": point.problem,
        }
        for point in points
    ]


def trend_rows(points: Sequence[Point], names: Sequence[str]) -> tuple[list[str], list[list[Scalar]]]:
    """Returns header and rows for CSV, newest first."""
    header = ["commit", "time", "author", "subject", *names]
    rows: list[list[Scalar]] = [
        [point.commit, _iso(point.time), point.author, point.subject, *(point.metrics.get(name) for name in names)]
        for point in points
    ]
    return header, rows


def _iso(time: int) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _overview_row(name: str, points: Sequence[Point], settings: Settings) -> list[Cell]:
    rule = rule_of(settings, name)
    values = [point.metrics[name] for point in reversed(points) if name in point.metrics]
    return [
        Cell(metric_title(name, rule.goal, rule.unit)),
        Cell(show_scalar(values[0])),
        Cell(show_scalar(values[-1]), "bold"),
        Cell(sparkline(values, _SPARK) if len(values) > 1 else "", "live"),
    ]


def _history(points: Sequence[Point], names: Sequence[str], settings: Settings, now: float) -> Table:
    goals = [rule_of(settings, name).goal for name in names]
    drops = [_DECLARED if name in settings.metrics else _OTHER for name in names]
    # However narrow the terminal, one metric is shown: the most important.
    drops[:1] = [0] if drops else []
    columns = [
        Column("commit"),
        Column("age", "right", drop=30),
        *(
            Column(metric_title(name, goal), "decimal", drop)
            for name, goal, drop in zip(names, goals, drops, strict=True)
        ),
        Column("subject", drop=40, least=_LEAST_SUBJECT, keep="start"),
    ]
    rows = []
    for place, point in enumerate(points):
        # The newest stands first, so the commit before is the next one.
        before = points[place + 1].metrics if place + 1 < len(points) else {}
        rows.append(
            [
                Cell(short_id(point.commit), "warn"),
                Cell(format_age(now - point.time), "dim"),
                *(_step(point.metrics.get(n), before.get(n), g) for n, g in zip(names, goals, strict=True)),
                Cell(point.problem or point.subject, "worse" if point.problem else "dim"),
            ]
        )
    return Table(columns, rows)


def _step(value: Number | None, before: Number | None, goal: Goal | None) -> Cell:
    """Returns a value with a mark for how it moved since the commit before; no mark where that cannot be said."""
    text = show_scalar(value)
    if value is None or before is None or goal is None or value != value or before != before:  # noqa: PLR0124 - NaN
        return Cell(text, "dim" if value is None else "")
    if value == before:
        return Cell(f"{text} {SAME}", "dim")
    better = (value > before) == (goal == "maximize")
    style: Style = "better" if better else "worse"
    return Cell(f"{text} {BETTER if better else WORSE}", style)
