"""The Python, the machine and the packages of a run; what is another version than on the baseline first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.difference import packages, params_table
from branchlab.report.page import Facts, Line
from branchlab.report.table import Cell, Column, Table
from branchlab.report.values import show_scalar
from branchlab.text import flatten
from branchlab_tui.widgets.page.content import Heading

if TYPE_CHECKING:
    from branchlab_tui.screens.experiment.shown import Shown
    from branchlab_tui.widgets.page.content import Part

PACKAGE = "packages."
_LEAST = 16


def environment_parts(shown: Shown) -> list[Part]:
    """Returns what differs from the baseline, the machine, and every package."""
    if shown.exhibit is None:
        return []
    facts = {name: show_scalar(value) for name, value in flatten(shown.exhibit.record.environment).items()}
    if not facts:
        told = "the environment is known once the run has ended" if shown.live else "the record knows no environment"
        return [Line(told, "dim")]
    parts: list[Part] = [*_changes(shown)]
    others = [(name, text) for name, text in facts.items() if not name.startswith(PACKAGE)]
    installed = {name.removeprefix(PACKAGE): text for name, text in facts.items() if name.startswith(PACKAGE)}
    if others:
        parts += [Heading("machine"), Facts(others)]
    if installed:
        columns = [Column("", least=_LEAST), Column("")]
        rows = [[Cell(name), Cell(text)] for name, text in sorted(installed.items())]
        count = len(installed)
        parts += [Heading(f"{count} package{'' if count == 1 else 's'}", "/ finds one"), Table(columns, rows)]
    return parts


def _changes(shown: Shown) -> list[Part]:
    read = shown.difference
    # Against a baseline without a record everything would be called new.
    if read is None or not read.difference.b.record.environment:
        return []
    changes = packages(read.difference.environment)
    if not changes:
        return [Line(f"the same as on {shown.against}", "dim")]
    names = ("here", read.difference.b.name.rpartition("/")[2])
    return [Heading(f"{len(changes)} changed", f"against {shown.against}"), params_table("", changes, names)]
