"""Several records side by side: one row per thing that differs, with the best value of each metric."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from branchlab.compare.difference import measured_values, same_scalar
from branchlab.compare.inputs import all_digests, importance, input_digests, rule_of
from branchlab.compare.ranking import RANKED, Measurements, rank
from branchlab.text import flatten
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab.compare.difference import Measured, Side
    from branchlab.compare.ranking import Ranking
    from branchlab.experiment import Scalar
    from branchlab.project import Goal, Settings
    from branchlab.record.model import Record

Kind = Literal["params", "metrics", "data", "environment", "resources"]


class Row(NamedTuple):
    """One thing on all sides.

    Attributes:
        kind: the table of the record it comes from.
        name: in full, as `diff` shows it.
        values: one per side; None where it is missing.
        differs: a missing value differs from any other.
        best: positions of the best value, among those that may be compared.
        apart: positions whose value was measured on other data than most.
        goal: of a metric, when somebody said.
        unit: of a metric.
    """

    kind: Kind
    name: str
    values: tuple[Scalar, ...]
    differs: bool
    best: frozenset[int] = frozenset()
    apart: frozenset[int] = frozenset()
    goal: Goal | None = None
    unit: str = ""


class Comparison(NamedTuple):
    """Sides in the order given, the rows to show, how many equal rows were left out, and the Pareto front.

    The front counts the metrics whose strategy is `optimize` and is empty unless there are two of them.
    """

    sides: tuple[Side, ...]
    rows: tuple[Row, ...]
    hidden: int
    front: frozenset[int]


def compare_records(sides: Sequence[Side], settings: Settings, *, everything: bool = False) -> Comparison:
    """Puts records side by side; rows that are equal everywhere are left out unless `everything` is asked for."""
    records = [side.record for side in sides]
    tables = [measured_values(record) for record in records]
    metric_of = {name: value.metric for table in tables for name, value in table.items()}
    ranking = rank([_measurements(*pair) for pair in zip(records, tables, strict=True)], settings, metric_of)
    rows = [
        *_plain("params", [flatten(record.params) for record in records]),
        *_metrics(tables, ranking, metric_of, settings),
        *_plain("data", [all_digests(record.data) for record in records]),
        *_plain("environment", [flatten(record.environment) for record in records]),
        *_plain("resources", [record.resources for record in records]),
    ]
    shown = tuple(row for row in rows if everything or row.differs)
    return Comparison(tuple(sides), shown, len(rows) - len(shown), ranking.front)


def _measurements(record: Record, values: Mapping[str, Measured]) -> Measurements:
    counts = record.run.status in RANKED
    numbers = {name: measured.value for name, measured in values.items() if counts}
    return Measurements(numbers, input_digests(record.data), all_digests(record.data))


def _plain(kind: Kind, tables: Sequence[Mapping[str, Scalar]]) -> list[Row]:
    names = sorted({name for table in tables for name in table})
    return [Row(kind, name, values := tuple(t.get(name) for t in tables), _differs(values)) for name in names]


def _metrics(
    tables: Sequence[Mapping[str, Measured]], ranking: Ranking, metric_of: Mapping[str, str], settings: Settings
) -> list[Row]:
    rows = []
    for name, metric in metric_of.items():
        values = tuple(table[name].value if name in table else None for table in tables)
        rule = rule_of(settings, name, metric)
        best, apart = ranking.best.get(name, frozenset()), ranking.apart.get(name, frozenset())
        rows.append(Row("metrics", name, values, _differs(values), best, apart, rule.goal, rule.unit))
    # Metrics that nobody declared are equal to `importance`, and keep the order of the records.
    return sorted(rows, key=lambda row: importance(settings, row.name))


def _differs(values: Sequence[Scalar]) -> bool:
    first = values[0] if values else None
    return any((value is None) != (first is None) or not same_scalar(first, value) for value in values)
