"""The commits of the branch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.page import Line
from branchlab.report.table import Cell, Column, Table
from branchlab.report.values import short_id
from branchlab.text import format_age
from branchlab_tui.widgets.page.content import Heading

if TYPE_CHECKING:
    from branchlab_tui.screens.experiment.shown import Shown
    from branchlab_tui.widgets.page.content import Part

_LEAST = 24


def commit_parts(shown: Shown, now: float) -> list[Part]:
    """Returns id, age, subject and author of each commit; `now` is in seconds since the epoch."""
    if shown.one.commit is None:
        return [Line("a run gets its commits when it is recorded", "dim")]
    if shown.commits is None:
        return []
    if not shown.commits:
        return [Line("no commit since the baseline", "dim")]
    columns = [
        Column("", least=1),
        Column("", "right"),
        Column("", least=_LEAST, keep="start"),
        Column("", drop=1),
    ]
    rows = [
        [
            Cell(short_id(commit.oid), "live"),
            Cell(format_age(now - commit.seconds), "dim"),
            Cell(commit.subject),
            Cell(commit.author, "dim"),
        ]
        for commit in shown.commits
    ]
    count = len(shown.commits)
    return [Heading(f"{count} commit{'' if count == 1 else 's'}", "newest first"), Table(columns, rows)]
