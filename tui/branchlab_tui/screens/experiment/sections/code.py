"""Which files of code were changed against the baseline; each leads to its lines in Diff."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.experiment import code_state
from branchlab.report.page import Facts, Line
from branchlab.report.table import Cell, Column, Table
from branchlab_tui.widgets.page.content import Heading, Links

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.compare.difference import CodeFile
    from branchlab_tui.screens.experiment.shown import Shown
    from branchlab_tui.widgets.page.content import Part

CODE = "code:"  # before the path that a row leads to
# Letters of `git diff-tree --raw`; without R, since a rename is asked for as its two halves (`--no-renames`).
_WORDS = {"A": "added", "D": "removed", "M": "", "T": "type changed"}
_LEAST = 24


def code_parts(shown: Shown) -> list[Part]:
    """Returns where the code lies, whether it is what ran, and the files that differ."""
    parts: list[Part] = []
    if shown.exhibit:
        run = shown.exhibit.record.run
        facts = [("code", code_state(shown.exhibit))]
        facts += [("differs", ", ".join(run.differs))] if run.differs else []
        parts.append(Facts(facts))
    read = shown.difference
    if read is None:
        return parts
    files = read.difference.code
    parts.append(Heading(changed_code(files), f"against {shown.against}"))
    if files:
        parts.append(Links(_table(files), [f"{CODE}{file.path}" for file in files]))
        parts.append(Line("enter shows the changed lines", "dim"))
    elif read.problem:
        parts.append(Line(read.problem, "warn"))
    else:
        parts.append(Line("no code was changed", "dim"))
    return parts


def changed_code(files: Sequence[CodeFile]) -> str:
    """Returns how much was changed, in words."""
    if not files:
        return "0 files"
    added, removed = sum(file.added or 0 for file in files), sum(file.removed or 0 for file in files)
    return f"{len(files)} file{'' if len(files) == 1 else 's'}  +{added} -{removed}"


def _table(files: Sequence[CodeFile]) -> Table:
    columns = [Column("", least=_LEAST), Column("", "right"), Column("", "right"), Column("")]
    rows = [
        [
            Cell(file.path),
            Cell("" if file.added is None else f"+{file.added}", "better"),
            Cell("binary" if file.removed is None else f"-{file.removed}", "dim" if file.removed is None else "worse"),
            Cell(_WORDS.get(file.status[:1], ""), "dim"),
        ]
        for file in files
    ]
    return Table(columns, rows)
