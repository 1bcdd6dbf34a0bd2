"""What an experiment changed against its baseline, as lines: parameters, data, environment, code. Free of Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.difference import data_table, packages, params_table
from branchlab.report.table import Cell, Column
from branchlab.report.values import show_scalar
from branchlab.report.width import wrap
from branchlab.text import safe_text
from branchlab_tui.drawing.piece import Piece
from branchlab_tui.widgets.preview.grid import grid, headline

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from branchlab.compare.difference import CodeFile, DataChange, Difference, ParamChange
    from branchlab_tui.drawing.piece import Line

_FILES = 4  # of code that are named
_PACKAGES = 3
_DATA = 6
_INDENT = 6  # cells of the word that says what a line is about
_PARAM_COLUMNS = (
    Column("", least=12),
    Column("", "right", least=6),
    Column(""),
    Column("", least=6),
    Column("", drop=1),
)
_DATA_COLUMNS = (Column(""), Column("", least=12), Column("", drop=1))


def change_lines(difference: Difference | None, width: int) -> list[Line]:
    """Returns the section; nothing where the difference is not known."""
    if difference is None:
        return []
    recorded = bool(difference.b.record.run.id)  # else nobody knows its data and environment
    lines = [
        *_params(difference.params, width),
        *(_data(difference.data, width) if recorded else ()),
        *(_environment(difference.environment, width) if recorded else ()),
        *_code(difference.code),
    ]
    title = headline("changed", f"against {difference.b.name}", width)
    return [title, *(lines or [[Piece("nothing but the run itself", "dim")]])]


def _params(changes: Sequence[ParamChange], width: int) -> list[Line]:
    rows = [
        [name, there._replace(style="dim"), Cell("→", "dim"), here._replace(style="bold"), change]
        for name, here, there, change in params_table("", changes, ("", "")).rows
    ]
    return grid(rows, _PARAM_COLUMNS, width)


def _data(changes: Sequence[DataChange], width: int) -> list[Line]:
    rows = [
        [Cell("data" if not place else "", "dim"), name, change]
        for place, (name, _, _, change) in enumerate(data_table(changes[:_DATA], ("", "")).rows)
    ]
    if len(changes) > _DATA:
        rows.append([Cell(""), Cell(f"and {len(changes) - _DATA} more", "dim"), Cell("")])
    return grid(rows, _DATA_COLUMNS, width)


def _environment(changes: Sequence[ParamChange], width: int) -> list[Line]:
    named = packages(changes)
    if not named:
        return []
    words = [f"{one.name} {show_scalar(one.b)} → {show_scalar(one.a)}" for one in named[:_PACKAGES]]
    more = [f"{len(named) - _PACKAGES} more"] if len(named) > _PACKAGES else []
    text = safe_text(", ".join([*words, *more]))
    first, *rest = wrap(f"env   {text}", width, _INDENT)
    return [[Piece(first[:_INDENT], "dim"), Piece(first[_INDENT:])], *([Piece(line)] for line in rest)]


def _code(files: Sequence[CodeFile]) -> Iterator[Line]:
    """Yields how much code differs, and the first files by name."""
    if not files:
        return
    added, removed = sum(file.added or 0 for file in files), sum(file.removed or 0 for file in files)
    named = ", ".join(safe_text(file.path) for file in files[:_FILES]) + (", …" if len(files) > _FILES else "")
    yield [
        Piece("code  ", "dim"),
        Piece(f"+{added}", "better"),
        Piece(" "),
        Piece(f"-{removed}", "worse"),
        Piece(f" in {len(files)} file{'s' if len(files) > 1 else ''}  "),
        Piece(named, "dim"),
    ]
