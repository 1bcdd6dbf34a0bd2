"""What can be copied of experiments: names, commits, rows, the command that shows them."""

from __future__ import annotations

import shlex
import time
from typing import TYPE_CHECKING

from branchlab.report import listing
from branchlab.report.formats import to_markdown
from branchlab.report.table import render_table
from branchlab.text import safe_text
from branchlab_tui.clipboard import copy_text
from branchlab_tui.model.snapshot import command_name
from branchlab_tui.performing.plan import RefusedError, named

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from branchlab.experiment import Experiment
    from branchlab.report.table import Table
    from branchlab_tui.model.snapshot import Snapshot
    from branchlab_tui.model.state import TableState
    from branchlab_tui.performing.performer import Performer
    from branchlab_tui.widgets.picker.picker import Picked

    Make = Callable[[Sequence[Experiment]], str]

_SHOWN = 48  # characters of what would be copied
_TABLES = ("rows as text", "rows as Markdown", "rows for a spreadsheet")
_MOST_ROWS = 1000  # more would not fit through the terminal, and take seconds


def begin(performer: Performer, ones: Sequence[Experiment], _values: Mapping[str, str]) -> None:
    """Lists what can be copied, and copies what is chosen."""
    from branchlab_tui.widgets.picker.choice import Choice
    from branchlab_tui.widgets.picker.picker import Picker

    snapshot, state = performer.app.snapshot, performer.app.session.table
    makers = copyable(snapshot, state, ones)

    def answered(picked: Picked | None) -> None:
        if picked is None:
            return
        if picked.key in _TABLES and len(ones) > _MOST_ROWS:
            performer.voice.refuse(RefusedError(f"{len(ones):,} rows are too many to copy", ":export writes a file"))
        else:
            copy_text(performer.app, makers[picked.key](ones), f"the {picked.key}")

    choices = [Choice(what, what, _first_line(make(ones[:1]), more=len(ones) > 1)) for what, make in makers.items()]
    performer.app.push_screen(Picker(f"Copy of {named(ones)}", choices), answered)


def copyable(snapshot: Snapshot, state: TableState, ones: Sequence[Experiment]) -> dict[str, Make]:
    """Returns what there is to copy of experiments and what makes its text; the value is that under the cursor."""
    keys = [key for key in state.columns if not key.startswith("curve:")]
    settings = snapshot.workspace.settings

    def table(some: Sequence[Experiment]) -> Table:
        chosen = tuple(keys or listing.choose_keys("", some, settings))
        return listing.list_table(some, settings, listing.View(chosen, frozenset(), time.time()))[0]

    makers: dict[str, Make] = {"name": lambda some: "\n".join(map(command_name, some))}
    if any(one.commit for one in ones):
        makers["commit"] = lambda some: "\n".join(one.commit or "" for one in some)
    if state.column not in ("", "name") and any(_value(one, state.column) for one in ones):
        makers["value"] = lambda some: "\n".join(_value(one, state.column) for one in some)
    makers[_TABLES[0]] = lambda some: render_table(table(some), None, colour=False).text
    makers[_TABLES[1]] = lambda some: to_markdown(table(some))
    makers[_TABLES[2]] = lambda some: _tabbed(table(some))
    makers["command line"] = _command_line
    return makers


def _command_line(ones: Sequence[Experiment]) -> str:
    names = [command_name(one) for one in ones]
    dashes = ["--"] if any(name.startswith("-") for name in names) else []  # only there: people paste this line
    return shlex.join(["branchlab", "show" if len(ones) == 1 else "compare", *dashes, *names])


def _value(one: Experiment, column: str) -> str:
    """Returns what stands in a column, in full precision."""
    table, _, name = column.replace("curve:", "metrics.").partition(".")
    value = getattr(one, table).get(name) if name else getattr(one, "started" if table == "age" else table, "")
    return "" if value is None else str(value)


def _tabbed(table: Table) -> str:
    """Returns a table with tabs between its cells, as spreadsheets take it; none of them is a formula there."""
    lines = [[column.title for column in table.columns], *([cell.text for cell in row] for row in table.rows)]
    return "\n".join("\t".join(map(_plain, line)) for line in lines) + "\n"


def _plain(text: str) -> str:
    text = " ".join(safe_text(text, multiline=True).split())
    # A sign before a digit is a number and stays one; all else that begins so a spreadsheet would compute.
    return f"'{text}" if text[:1] in ("=", "@") or (text[:1] in ("+", "-") and not text[1:2].isdigit()) else text


def _first_line(text: str, *, more: bool) -> str:
    first, _, rest = text.rstrip("\n").partition("\n")
    return first[:_SHOWN] + ("…" if more or rest or len(first) > _SHOWN else "")
