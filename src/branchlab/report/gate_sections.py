"""The parts of the report on a pull request, as tables: what a terminal and a Markdown page both show."""

from __future__ import annotations

import math
import re
import shlex
from typing import TYPE_CHECKING

from branchlab.compare.difference import NO_GOAL, ONLY_A, ONLY_B
from branchlab.compare.inputs import rule_of
from branchlab.compare.limits import age_figure, age_limit
from branchlab.report.difference import code_table, data_table, packages, params_table, percent, signed
from branchlab.report.gate_curves import curve_pair
from branchlab.report.style import APART, BEST, BETTER, SAME, WORSE, Style
from branchlab.report.table import Cell, Column, Table, drop_empty
from branchlab.report.values import metric_title, short_id, short_names, show_scalar, style_of_verdict
from branchlab.report.width import shorten
from branchlab.text import format_age, format_duration, format_number, sparkline
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from branchlab.ci.judging import Judged
    from branchlab.compare.difference import MetricChange
    from branchlab.compare.gates import Evidence, GateResult
    from branchlab.experiment import Number

FAILED = "Gates that failed"
UNSEEN = "Gates that could not be judged"

_FOLD = re.compile(r"(?:fold|seed)-[^.]*\.")
_LEAST, _LEAST_REMARK = 16, 40
_LONGEST = 300  # columns of a cell, where somebody made up a name of 60,000 letters
_SPARK = 24
_SO_FAR: tuple[Style, ...] = ("", "bold", "warn", "", "live")  # of the columns of "so far"


class Section(NamedTuple):
    """One part of the report.

    Attributes:
        title: its heading.
        table: what it shows.
        left_out: rows that the table does not show.
        folded: a reader has to ask for it.
    """

    title: str
    table: Table
    left_out: int = 0
    folded: bool = False


def sections(judged: Judged) -> list[Section]:
    """Returns the parts that have something to show, the most important first."""
    names = side_names(judged)
    changes = judged.difference.metrics
    by_verdict = {verdict: [c for c in changes if c.verdict == verdict] for verdict in ("better", "worse")}
    unseen = judged.unseen
    # What could not be judged has not passed either, and stands in a part of its own.
    failed = [gate for gate in judged.gates if not gate.passed and gate not in unseen]
    difference = judged.difference
    swapped: dict[str, Table | None] = {
        "Changed gates": _changed(params_table("gate", judged.rules, names), judged.rules),
        "Parameters": _changed(params_table("parameter", difference.params, names), difference.params),
        "Data": _changed(data_table(difference.data, names), difference.data),
        "Environment": _changed(
            params_table("environment", packages(difference.environment), names), difference.environment
        ),
    }
    found = [
        ("Changed gates", swapped["Changed gates"], False),
        (FAILED, _gates(failed, judged), False),
        (UNSEEN, _gates(unseen, judged), False),
        ("Worse", _metrics(filter(_is_plain, by_verdict["worse"]), judged), False),
        ("Slices that got worse", _slices(by_verdict["worse"], judged), False),
        ("Not comparable", _metrics(filter(_is_apart, changes), judged), False),
        ("Better", _metrics(filter(_is_plain, by_verdict["better"]), judged), False),
        ("Parameters", swapped["Parameters"], False),
        ("Data", swapped["Data"], False),
        ("Gates that hold", _gates([gate for gate in judged.gates if gate.passed], judged), True),
        ("Slices that got better", _slices(by_verdict["better"], judged), True),
        ("Other metrics", _metrics(filter(_is_other, changes), judged), True),
        ("How sure the figures are", _evidence(judged), True),
        ("Curves", _curves(judged), True),
        (f"{judged.revisions.baseline.name} so far", _so_far(judged), True),
        ("Age of data", _ages(judged), True),
        ("Run", _run(judged), True),
        ("Code", code_table(difference.code) if difference.code else None, True),
        ("Environment", swapped["Environment"], True),
    ]
    return [Section(title, table, folded=folded) for title, table, folded in found if table and table.rows]


def cut(section: Section, most: int | None) -> Section:
    """Returns a part with at most `most` rows, and no cell longer than a reader can take."""
    table = section.table
    rows = table.rows if most is None else table.rows[:most]
    short = [[Cell(shorten(cell.text, _LONGEST, "start"), cell.style) for cell in row] for row in rows]
    columns = [column._replace(title=shorten(column.title, _LONGEST, "start")) for column in table.columns]
    return section._replace(table=Table(columns, short), left_out=len(table.rows) - len(rows))


def side_names(judged: Judged) -> list[str]:
    """Returns short names of head and base."""
    base = judged.revisions.base
    return short_names([judged.revisions.head.name, base.name if base else "nothing"])


def _changed(table: Table, changes: Sequence[object]) -> Table | None:
    """Puts B before A: a reviewer reads from what was to what is."""
    if not changes:
        return None
    order = (0, 2, 1, *range(3, len(table.columns)))
    return Table([table.columns[i] for i in order], [[row[i] for i in order] for row in table.rows])


def _is_split(change: MetricChange) -> bool:
    return change.name != change.metric


def _is_slice(change: MetricChange) -> bool:
    return _is_split(change) and change.name.startswith("slices.")


def _is_plain(change: MetricChange) -> bool:
    """Says whether it is a metric, or that of a split that is no fold: folds are summed up by their metric."""
    return not _is_slice(change) and not (_is_split(change) and _FOLD.match(change.name))


def _is_apart(change: MetricChange) -> bool:
    return _is_plain(change) and change.verdict == "incomparable" and change.goal is not None


def _is_other(change: MetricChange) -> bool:
    return _is_plain(change) and (change.goal is None or change.verdict == "same")


def _metrics(changes: Iterable[MetricChange], judged: Judged, title: str = "metric") -> Table:
    head, base = side_names(judged)
    columns = [
        Column(title, least=_LEAST),
        Column("rows", "right", drop=2),
        Column(base, "decimal"),
        Column(head, "decimal"),
        Column("Δ", "decimal"),
        Column("Δ %", "decimal", drop=1),
        Column("", least=_LEAST_REMARK, keep="start"),
        Column("curve", drop=3),
    ]
    return _without_empty(columns, [_metric_row(change, judged) for change in changes])


def _slices(changes: Iterable[MetricChange], judged: Judged) -> Table:
    """Returns values of slices, those that moved most first."""
    found = sorted(filter(_is_slice, changes), key=_moved, reverse=True)
    return _metrics(found, judged, "slice")


def _moved(change: MetricChange) -> float:
    """Returns how far a value moved, as a share of what it was."""
    # What was 0 moved by no share of itself; by what it moved then counts.
    return abs(change.delta or 0) / (abs(change.b or 0) or 1)


def _rows(change: MetricChange, judged: Judged) -> str:
    part = change.name.removeprefix("slices.").removesuffix(f".{change.metric}")
    rows = judged.head.side.record.slices.get(part, {}).get("rows") if _is_slice(change) else None
    return "" if rows is None else format_number(rows)


def _without_empty(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> Table:
    return drop_empty(Table(columns, rows)) if rows else Table(columns, rows)


def _metric_row(change: MetricChange, judged: Judged) -> list[Cell]:
    style = style_of_verdict(change.verdict)
    columns = judged.head.curves.columns
    curve = curve_pair(judged.base.curves.columns.get(change.name, ()), columns.get(change.name, ()))[1]
    best = judged.best.get(change.name)
    # The best of the baseline's past: to be better than the base alone is no record.
    record = change.verdict == "better" and best and change.a is not None and _beats(change, best.value)
    return [
        Cell(metric_title(change.name.removeprefix("slices."), change.goal, change.unit)),
        Cell(_rows(change, judged), "dim"),
        Cell(show_scalar(change.b), "" if change.b is not None else "dim"),
        Cell(show_scalar(change.a), "" if change.a is not None else "dim"),
        Cell(signed(change.delta) if change.delta and not math.isnan(change.delta) else "", style),
        Cell(percent(change), style),
        Cell(f"{BEST} best ever" if record else _remark(change), "best" if record else style),
        Cell(curve, "live"),
    ]


def _beats(change: MetricChange, best: float) -> bool:
    return change.a is not None and (change.a > best if change.goal == "maximize" else change.a < best)


def _remark(change: MetricChange) -> str:
    words = {ONLY_A: "new", ONLY_B: "missing here", NO_GOAL: ""}
    if change.verdict == "incomparable":
        reason = words.get(change.reason, change.reason)
        return f"{APART} {reason}" if change.goal and reason else reason
    return {"better": BETTER, "worse": WORSE, "same": SAME}[change.verdict]


def _gates(gates: Sequence[GateResult], judged: Judged) -> Table:
    head, base = side_names(judged)
    columns = [
        Column("gate", least=_LEAST),
        Column(base, "decimal"),
        Column(head, "decimal"),
        Column("reason", least=_LEAST, keep="start"),
        Column("agreed because", least=_LEAST, keep="start", drop=1),
    ]
    rows = [
        [
            Cell(gate_title(gate), "" if gate.passed else "worse"),
            Cell(gate_value(gate, gate.baseline)),
            Cell(gate_value(gate, gate.value)),
            Cell(gate.reason),
            Cell(rule_of(judged.settings, gate.metric).why, "dim"),
        ]
        for gate in gates
    ]
    return _without_empty(columns, rows)


def gate_title(gate: GateResult) -> str:
    """Returns a gate in words, with the slice it looks at."""
    return gate.rule if not gate.slice or gate.slice in gate.rule else f"{gate.slice}: {gate.rule}"


def gate_value(gate: GateResult, value: Number | None) -> str:
    """Returns a value that is held against a limit: six digits, as 0.89996 must not look like 0.9."""
    if value is None:
        return ""
    if gate.kind == "age":
        # Ages are allowed in a unit, `30d`, and shown in the same.
        return f"{age_figure(value, age_limit(gate.allowed)[0])} {gate.allowed[-1:]}"
    rounded, longer = format_number(value), f"{value:.6g}"
    return longer if isinstance(value, float) and len(longer) > len(rounded) and "e" not in longer else rounded


def _evidence(judged: Judged) -> Table:
    head, base = side_names(judged)
    columns = [
        Column("gate", least=_LEAST),
        Column("of"),
        Column(f"{base} ± sd"),
        Column(f"{head} ± sd"),
        Column("Δ", "decimal"),
        Column("lies between"),
        Column("p", "decimal"),
        Column("test", drop=1),
    ]
    return _without_empty(columns, [_evidence_row(gate, gate.evidence) for gate in judged.gates if gate.evidence])


def _evidence_row(gate: GateResult, evidence: Evidence) -> list[Cell]:
    low, high, sure = map(format_number, (evidence.low, evidence.high, 100 * evidence.confidence))
    base = f"{format_number(evidence.mean_b)} ± {format_number(evidence.sd_b)}"
    texts = (
        gate_title(gate),
        f"{evidence.n} {evidence.unit}s",
        "" if gate.kind == "threshold" else base,  # there B is the bound
        f"{format_number(evidence.mean_a)} ± {format_number(evidence.sd_a)}",
        signed(evidence.difference),
        f"{low} and {high} ({sure}%)" if evidence.p is not None else "",
        "" if evidence.p is None else format_number(evidence.p),
        evidence.test,
    )
    return list(map(Cell, texts))


def _curves(judged: Judged) -> Table:
    names = side_names(judged)
    head, base = judged.head.curves.columns, judged.base.curves.columns
    rows = []
    for name in dict.fromkeys([*head, *base]):
        before, after = curve_pair(base.get(name, ()), head.get(name, ()), _SPARK)
        if before or after:
            goal = rule_of(judged.settings, name).goal
            rows.append([Cell(metric_title(name, goal)), Cell(before, "dim"), Cell(after, "live")])
    columns = [Column("metric", least=_LEAST), Column(names[1]), Column(names[0])]
    return _without_empty(columns, rows)


def _so_far(judged: Judged) -> Table:
    columns = [
        Column("metric", least=_LEAST),
        Column("best ever", "decimal"),
        Column("at"),
        Column("newest", "decimal"),
        Column("trend"),
    ]
    rows = []
    for name, best in judged.best.items():
        values = judged.trend.get(name, ())
        newest = show_scalar(values[-1]) if values else ""
        trend = sparkline(values, _SPARK) if len(values) > 1 else ""
        goal = rule_of(judged.settings, name).goal
        cells = (metric_title(name, goal), show_scalar(best.value), short_id(best.commit), newest, trend)
        rows.append([Cell(text, style) for text, style in zip(cells, _SO_FAR, strict=True)])
    return _without_empty(columns, rows)


def _ages(judged: Judged) -> Table:
    columns = [Column("data", least=_LEAST), Column("age", "right"), Column("since")]
    rows = [
        [
            Cell(path),
            # Where a shallow clone is cut off, the data is at least as old as its last commit.
            Cell("unknown" if aged.age.seconds is None else f"{'≥ ' * aged.cut}{format_age(aged.age.seconds)}"),
            Cell(short_id(aged.age.commit)),
        ]
        for path, aged in judged.ages.items()
    ]
    return Table(columns, rows)


def _run(judged: Judged) -> Table:
    run = judged.head.side.record.run
    facts = {
        "run": run.id,
        "command": shlex.join(run.command),
        "started": run.started,
        "took": format_duration(run.seconds),
        "seed": "" if run.seed is None else str(run.seed),
        # A run by hand that git commit recorded names none: it is the commit that holds the record.
        "code": short_id(run.code) if run.code else "in the commit of the record",
        "again": f"branchlab reproduce {shlex.quote(judged.revisions.head.name)}",
    }
    return Table([Column(""), Column("")], [[Cell(key, "dim"), Cell(value)] for key, value in facts.items() if value])
