"""`sweep importance`: which parameters matter, one table per metric."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from branchlab.report.page import Block, Line
from branchlab.report.sweep_values import bar, counted
from branchlab.report.table import Cell, Column, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.experiment import Scalar
    from branchlab.sweep.analysis.importance import Importance

BAR = 24
_LEAST_NAME = 12
_PERCENT = 100


def importance_page(found: Sequence[Importance]) -> list[Block]:
    """Returns a table per metric, with a line that says how much to trust it."""
    blocks: list[Block] = []
    for one in found:
        blocks += [importance_table(one)] if one.weights else []
        blocks.append(Line(trust_words(one), "warn" if one.note else "dim"))
    return blocks


def importance_table(one: Importance) -> Table:
    """Returns the parameters with a bar each, most important first."""
    columns = [
        Column(one.metric, least=_LEAST_NAME),
        Column("", drop=20),
        Column("share", "right"),
        Column("±", "right", drop=30),
        Column("values", "right", drop=10),
    ]
    # The longest bar is as long as there is room; the figures beside them are the shares.
    top = max((weight.share for weight in one.weights), default=1.0)
    rows = [
        [
            Cell(weight.parameter, "bold" if weight is one.weights[0] else ""),
            Cell(bar(weight.share / top, BAR), "live"),
            Cell(_percent(weight.share)),
            Cell(_percent(weight.spread), "dim"),
            Cell(str(weight.values), "dim"),
        ]
        for weight in one.weights
    ]
    return Table(columns, rows)


def trust_words(one: Importance) -> str:
    """Returns how much the parameters explain, and what to doubt."""
    if not one.weights:
        return f"{one.metric}: {one.note}" if not one.note.startswith(one.metric) else one.note
    explained = (
        f"they explain {_percent(max(one.explained, 0.0))} of the order of {counted(one.experiments, 'experiment')}"
    )
    return f"{explained}; {one.note}" if one.note else explained


def importance_objects(found: Sequence[Importance]) -> list[dict[str, Any]]:
    """Returns the same as JSON objects."""
    return [
        {
            "metric": one.metric,
            "experiments": one.experiments,
            "explained": one.explained,
            "note": one.note,
            "parameters": [weight._asdict() for weight in one.weights],
        }
        for one in found
    ]


def importance_rows(found: Sequence[Importance]) -> tuple[list[str], list[list[Scalar]]]:
    """Returns header and rows for CSV, one row per metric and parameter."""
    header = ["metric", "parameter", "share", "spread", "values", "experiments", "explained"]
    rows: list[list[Scalar]] = [
        [one.metric, weight.parameter, weight.share, weight.spread, weight.values, one.experiments, one.explained]
        for one in found
        for weight in one.weights
    ]
    return header, rows


def _percent(share: float) -> str:
    return f"{share * _PERCENT:.0f}%"
