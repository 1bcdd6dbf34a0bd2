"""The parameters: those that were changed first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.difference import params_table
from branchlab.report.page import Line
from branchlab.report.table import Cell, Column, Table
from branchlab.report.values import show_scalar
from branchlab.text import flatten
from branchlab_tui.widgets.page.content import Heading

if TYPE_CHECKING:
    from branchlab_tui.screens.experiment.shown import Shown
    from branchlab_tui.widgets.page.content import Part

_LEAST_NAME = 16
_LEAST_VALUE = 12


def parameter_parts(shown: Shown) -> list[Part]:
    """Returns what was changed against the baseline, then all that is the same."""
    exhibit = shown.exhibit
    if exhibit is None:
        return []
    params = flatten(exhibit.record.params)
    read = shown.difference
    # A run without parameters may still have lost those of the baseline.
    if not params and not (read and read.difference.params):
        return [Line("the run had no parameters", "dim")]
    parts: list[Part] = []
    changed: set[str] = set()
    if read:
        changes = read.difference.params
        changed = {change.name for change in changes}
        parts.append(Heading(f"{len(changes) or 'nothing'} changed", f"against {shown.against}"))
        names = ("here", read.difference.b.name.rpartition("/")[2])
        if changes:
            parts.append(params_table("", changes, names))
    same = sorted(params.keys() - changed)
    if same:
        parts.append(Heading("the same" if read else "parameters", f"{len(same)}" if read else ""))
        columns = [Column("", least=_LEAST_NAME), Column("", least=_LEAST_VALUE, keep="start")]
        parts.append(Table(columns, [[Cell(name), Cell(show_scalar(params[name]))] for name in same]))
    return parts
