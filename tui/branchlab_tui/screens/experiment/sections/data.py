"""What the run read and made, and whether it is on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.page import Line
from branchlab.report.style import APART
from branchlab.report.table import Cell, Column, Table, drop_empty
from branchlab.report.values import short_id
from branchlab.text import format_bytes
from branchlab_tui.widgets.page.content import Heading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchlab.record.model import DataFile
    from branchlab_tui.screens.experiment.shown import Shown
    from branchlab_tui.widgets.page.content import Part

_LEAST = 16


def data_parts(shown: Shown) -> list[Part]:
    """Returns inputs and outputs, with sizes and digests."""
    if shown.exhibit is None:
        return []
    data = shown.exhibit.record.data
    if not data:
        recorded = shown.one.commit is not None
        told = "the run read and made no data" if recorded else "no data that DVC keeps; outputs are known at its end"
        return [Line(told, "dim")]
    parts: list[Part] = []
    for title, output in (("read", False), ("made", True)):
        files = {path: entry for path, entry in sorted(data.items()) if entry.output is output}
        if files:
            size = format_bytes(sum(entry.bytes for entry in files.values()))
            against = f", against {shown.against}" if shown.difference else ""
            parts += [Heading(f"{title} {len(files)}", f"{size}{against}"), _table(files, shown)]
    # `here` is None until it was looked for: then nothing is called missing.
    missing = [path for path, here in (shown.here or {}).items() if not here]
    if missing:
        parts.append(Line(f"{len(missing)} of {len(data)} are not on this machine: u pulls them", "warn"))
    return parts


def _table(files: Mapping[str, DataFile], shown: Shown) -> Table:
    changed = {change.path: change.status for change in shown.difference.difference.data} if shown.difference else {}
    columns = [
        Column("path", least=_LEAST),
        Column("size", "right"),
        Column("files", "right", drop=3),
        Column("digest", drop=2),
        Column(""),
        Column("", drop=1),
    ]
    rows = [
        [
            Cell(path),
            Cell(format_bytes(entry.bytes)),
            Cell("" if entry.files is None else str(entry.files)),
            Cell(short_id(entry.md5), "dim"),
            _place(path, shown),
            Cell(f"{APART} {changed[path]}" if path in changed else "", "warn"),
        ]
        for path, entry in files.items()
    ]
    return drop_empty(Table(columns, rows))


def _place(path: str, shown: Shown) -> Cell:
    if shown.here is None:
        return Cell("")
    return Cell("● here", "better") if shown.here.get(path) else Cell("○ not here", "warn")
