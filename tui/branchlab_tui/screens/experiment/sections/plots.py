"""The files of plot data; each leads to the view of plots."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.report.page import Line
from branchlab.report.table import Cell, Column, Table
from branchlab_tui.widgets.page.content import Heading, Links

if TYPE_CHECKING:
    from branchlab_tui.screens.experiment.shown import Shown
    from branchlab_tui.widgets.page.content import Part

PLOT = "plot:"  # before the path that a row leads to
_LEAST = 24


def plot_parts(shown: Shown) -> list[Part]:
    """Returns a row for each plot."""
    if shown.exhibit is None:
        return []
    plots = sorted(shown.exhibit.plots)
    if not plots:
        return [Line("no plot was logged", "dim"), Line("run.log_confusion_matrix(y_true, y_pred) logs one", "dim")]
    columns = [Column("", least=_LEAST), Column("", drop=1)]
    rows = [[Cell(os.path.basename(path).rpartition(".")[0].replace("_", " ")), Cell(path, "dim")] for path in plots]
    count = len(plots)
    return [
        Heading(f"{count} plot{'' if count == 1 else 's'}", "enter draws them"),
        Links(Table(columns, rows), [f"{PLOT}{path}" for path in plots]),
    ]
