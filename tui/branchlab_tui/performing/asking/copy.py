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
from branchlab_tui.performing.plan import named

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from branchlab.experiment import Experiment
    from branchlab.report.table import Table
    from branchlab_tui.model.snapshot import Snapshot
    from branchlab_tui.model.state import TableState
    from branchlab_tui.performing.performer import Performer
    from branchlab_tui.widgets.picker.picker import Picked

_SHOWN = 48  # characters of what would be copied


def begin(performer: Performer, ones: Sequence[Experiment], _values: Mapping[str, str]) -> None:
    """Lists what can be copied, and copies what is chosen."""
    from branchlab_tui.widgets.picker.choice import Choice
    from branchlab_tui.widgets.picker.picker import Picker

    texts = dict(copyable(ones, performer.app.snapshot, performer.app.session.table))

    def answered(picked: Picked | None) -> None:
        if picked is not None:
            copy_text(performer.app, texts[picked.key], f"the {picked.key}")

    choices = [Choice(what, what, _first_line(text)) for what, text in texts.items()]
    performer.app.push_screen(Picker(f"Copy of {named(ones)}", choices), answered)


def copyable(ones: Sequence[Experiment], snapshot: Snapshot, state: TableState) -> Iterator[tuple[str, str]]:
    """Yields what there is to copy and its text; the value is that of the column the cursor stands on."""
    names = [command_name(one) for one in ones]
    yield "name", "\n".join(names)
    commits = [one.commit for one in ones if one.commit]
    if commits:
        yield "commit", "\n".join(commits)
    keys = [key for key in state.columns if not key.startswith("curve:")]
    values = [_value(one, state.column) for one in ones] if state.column not in ("", "name") else []
    if any(values):
        yield "value", "\n".join(values)
    keys = keys or listing.choose_keys("", ones, snapshot.workspace.settings)
    table, _ = listing.list_table(
        ones, snapshot.workspace.settings, listing.View(tuple(keys), frozenset(), time.time())
    )
    rows = "row" if len(ones) == 1 else "rows"
    yield f"{rows} as text", render_table(table, None, colour=False).text
    yield f"{rows} as Markdown", to_markdown(table)
    yield f"{rows} for a spreadsheet", _tabbed(table)
    command = ["branchlab", "show" if len(ones) == 1 else "compare", *(["--"] if _dashed(names) else []), *names]
    yield "command line", shlex.join(command)


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
    return f"'{text}" if text[:1] in ("=", "@") or (text[:1] in ("+", "-") and not text[1:2].isdigit()) else text


def _dashed(names: Sequence[str]) -> bool:
    return any(name.startswith("-") for name in names)


def _first_line(text: str) -> str:
    first, _, rest = text.rstrip("\n").partition("\n")
    return first[:_SHOWN] + ("…" if rest or len(first) > _SHOWN else "")
