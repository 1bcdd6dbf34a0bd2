"""ROC, PR and other curves of plot data, laid over each other."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from branchlab.text import format_number
from branchlab_tui.drawing.series import Series
from branchlab_tui.screens.plots.area import area_under_roc, average_precision
from branchlab_tui.screens.plots.kind import PR, ROC, named
from branchlab_tui.widgets.plot_grid.panel import Panel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab_tui.screens.overlaid.subjects import Subject
    from branchlab_tui.screens.plots.table import PlotTable

_ROW = "row"


def rate_panel(
    name: str, kind: Literal["roc", "pr"], tables: Sequence[tuple[Subject, PlotTable]]
) -> tuple[Panel, dict[str, str]]:
    """Returns the panel of ROC or PR curves, and the area under each where its points tell it, by label."""
    columns, measure, word = (ROC, area_under_roc, "AUC") if kind == "roc" else (PR, average_precision, "AP")
    series, areas = [], {}
    for subject, table in tables:
        x, y = (table.numbers(named(table, (column,))) or [] for column in columns)
        series.append(Series(subject.label, x, y, subject.ghost))
        area = measure(x, y)
        if area is not None:
            areas[subject.label] = f"{word} {format_number(area)}"
    titles = {"fpr": "false positives", "tpr": "true positives"}
    x_title, y_title = (titles.get(column, column) for column in columns)
    unit = (0.0, 1.0)
    return Panel(name, tuple(series), x_title, "number", unit, unit, y_title), areas


def line_panels(tables: Sequence[tuple[Subject, PlotTable]]) -> dict[str, Panel]:
    """Returns a panel for each column of numbers, over the first one when that ascends, else over the rows."""
    found: dict[str, list[Series]] = {}
    titles: dict[str, None] = {}
    for subject, table in tables:
        x_title, x = _across(table)
        titles[x_title] = None
        for name in table.names:
            if name != x_title:
                found.setdefault(name, []).append(Series(subject.label, x, table.numbers(name) or [], subject.ghost))
    # Files that count differently share no title; the rows of one are no epochs of the other.
    x_title = next(iter(titles)) if len(titles) == 1 else ""
    whole = x_title == _ROW
    return {name: Panel(name, tuple(series), x_title, "whole" if whole else "number") for name, series in found.items()}


def _across(table: PlotTable) -> tuple[str, Sequence[float]]:
    first = table.numbers(table.names[0]) or []
    # NaN ends this as well: a comparison with it is false.
    if len(table.names) > 1 and all(low < high for low, high in pairwise(first)):
        return table.names[0], first
    return _ROW, range(1, table.rows + 1)
