"""`compare`: several records as columns, one row per thing that differs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from branchlab.report.page import Block, Line
from branchlab.report.style import APART, BEST, FRONT
from branchlab.report.table import Cell, Column, Table, split_table
from branchlab.report.values import (
    metric_cell,
    metric_title,
    short_id,
    short_names,
    show_scalar,
    status_cell,
)
from branchlab.report.width import join_wrapped
from branchlab.text import format_bytes, format_duration

if TYPE_CHECKING:
    from branchlab.compare.comparison import Comparison, Row
    from branchlab.experiment import Scalar

_LEAST_NAME = 24
_LEAST_VALUE = 12
_HEADINGS = {"params": "parameters"}


def comparison_table(comparison: Comparison) -> Table:
    """Returns one column per experiment, with a heading above each kind of row."""
    names = short_names([side.name for side in comparison.sides])
    titles = [f"{FRONT} {name}" if place in comparison.front else name for place, name in enumerate(names)]
    columns = [Column("", least=_LEAST_NAME), *(Column(title, "right", least=_LEAST_VALUE) for title in titles)]
    rows: list[list[Cell]] = [
        [Cell("status"), *(status_cell(side.record.run.status, stale=side.stale) for side in comparison.sides)],
        [Cell("commit"), *(Cell(short_id(side.commit), "dim") for side in comparison.sides)],
    ]
    kind = ""
    for row in comparison.rows:
        if row.kind != kind:
            kind = row.kind
            rows.append([Cell(_HEADINGS.get(kind, kind), "bold")])
        rows.append(_row(row))
    return Table(columns, rows)


def comparison_page(comparison: Comparison, width: int | None) -> list[Block]:
    """Returns the table, in several parts where the terminal is too narrow for all, and what its marks mean."""
    words = [Line(line, "dim") for line in join_wrapped(legend(comparison), width)]
    return [*split_table(comparison_table(comparison), width), *words]


def legend(comparison: Comparison) -> list[str]:
    """Returns what the marks in the table mean, and what was left out."""
    parts = []
    if any(row.best for row in comparison.rows):
        parts.append(f"{BEST} best")
    if comparison.front:
        parts.append(f"{FRONT} no other is better in all optimised metrics")
    if any(row.apart for row in comparison.rows):
        parts.append(f"{APART} measured on other data than most")
    if comparison.hidden:
        parts.append(f"{comparison.hidden} equal rows hidden, --all shows them")
    return parts


def comparison_object(comparison: Comparison) -> dict[str, Any]:
    """Returns the comparison as a JSON object; `best`, `apart` and `pareto` are positions in `experiments`."""
    return {
        "experiments": [
            {"name": side.name, "commit": side.commit, "status": side.record.run.status, "stale": side.stale}
            for side in comparison.sides
        ],
        "rows": [
            {
                "kind": row.kind,
                "name": row.name,
                "values": list(row.values),
                "differs": row.differs,
                "best": sorted(row.best),
                "apart": sorted(row.apart),
                "goal": row.goal,
                "unit": row.unit,
            }
            for row in comparison.rows
        ],
        "pareto": sorted(comparison.front),
    }


def comparison_rows(comparison: Comparison) -> tuple[list[str], list[list[Scalar]]]:
    """Returns header and rows for CSV."""
    header = ["kind", "name", *(side.name for side in comparison.sides)]
    return header, [[row.kind, row.name, *row.values] for row in comparison.rows]


def _row(row: Row) -> list[Cell]:
    if row.kind == "metrics":
        cells = [
            metric_cell(value, best=place in row.best, apart=place in row.apart)
            for place, value in enumerate(row.values)
        ]
        if row.best or row.apart:  # numbers stay below each other beside a mark
            marked = row.best | row.apart
            cells = [
                cell if place in marked else Cell(f"{cell.text}  ", cell.style) for place, cell in enumerate(cells)
            ]
        return [Cell(f"  {metric_title(row.name, row.goal, row.unit)}"), *cells]
    return [Cell(f"  {row.name}"), *(Cell(_show(row, value), "" if row.differs else "dim") for value in row.values)]


def _show(row: Row, value: Scalar) -> str:
    if row.kind == "data" and isinstance(value, str):
        return short_id(value)
    if row.kind == "resources" and isinstance(value, (int, float)):
        return show_resource(row.name, value)
    return show_scalar(value)


def show_resource(name: str, value: float) -> str:
    """Returns a resource in its unit: bytes, seconds or percent, as its name says."""
    if "memory" in name or name.endswith("bytes"):
        return format_bytes(value)
    if name == "seconds" or name.endswith("_seconds"):
        return format_duration(value)
    return f"{value:.0f}%" if name.startswith("mean_") else show_scalar(value)
