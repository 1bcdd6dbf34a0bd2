"""How the word under the cursor of a command may go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab_tui.commands.command import FORMATS, find_command, names
from branchlab_tui.commands.naming import column_keys, short_columns
from branchlab_tui.commands.table import GROUPS
from branchlab_tui.model.completion import Completion
from branchlab_tui.model.completion import complete as complete_query
from branchlab_tui.model.sweeps import recorded_sweeps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from branchlab_tui.commands.outcome import Context

_MOST = 40  # more than a line shows


def complete(text: str, cursor: int, context: Context) -> list[Completion]:
    """Returns how the word at the cursor may go on, best first."""
    found = find_command(text.split(" ", maxsplit=1)[0])
    if found and found.name == "filter" and " " in text[:cursor]:
        return _in_query(text, cursor, context)
    before = text[:cursor]
    start = before.rfind(" ") + 1
    words = before.split()
    first = not words or (len(words) == 1 and start == 0)
    sign = before[start : start + 1] if not first and before[start : start + 1] in ("+", "-") else ""
    if not first and "," in before[start:]:
        start += before[start:].rindex(",") + 1
        sign = before[start : start + 1] if before[start : start + 1] in ("+", "-") else ""
    known = (
        names(context) if first else dict(_known(words[0], context, len(words) - (0 if before.endswith(" ") else 1)))
    )
    wanted = before[start + len(sign) :].lower()
    fitting = [name for name in known if name.lower().startswith(wanted)]
    fitting += [name for name in known if wanted and wanted in name.lower() and name not in fitting]  # behind those
    if fitting == [wanted]:  # it is written already
        return []
    return [Completion(sign + name, start, cursor, known[name]) for name in fitting[:_MOST]]


def _in_query(text: str, cursor: int, context: Context) -> list[Completion]:
    """Returns how a word of a query may go on."""
    start = text.index(" ") + 1
    found = complete_query(text[start:], cursor - start, context.snapshot)
    return [one._replace(start=one.start + start, end=one.end + start) for one in found]


def _known(command: str, context: Context, place: int) -> Iterator[tuple[str, str]]:
    """Yields what can stand at a place behind a command, counted from 1."""
    found = find_command(command)
    name = found.name if found else ""
    if name in ("sort", "cols"):
        yield from _columns(context)
    elif name == "group" and place == 1:
        yield from ((group, "no groups" if group == "none" else "") for group in GROUPS)
        yield from ((short, key) for short, key in _columns(context) if key.startswith("params."))
    elif name in ("compare", "diff", "curves", "show", "baseline"):
        yield from _experiments(context)
    elif name == "sweep" and place == 1:
        yield from ((sweep, "") for sweep in recorded_sweeps(context.snapshot.experiments))
    elif name == "view" and place == 1:
        yield from ((view, "") for view in context.snapshot.workspace.settings.views)
        yield "save", "save this view"
    elif name == "theme" and place == 1:
        yield from ((theme.removeprefix("branchlab-"), "") for theme in context.themes)
    elif name == "export" and place == 1:
        yield from FORMATS.items()


def _columns(context: Context) -> Iterator[tuple[str, str]]:
    yield from short_columns(column_keys(context)).items()


def _experiments(context: Context) -> Iterator[tuple[str, str]]:
    """Yields the last parts of names where they are the only ones, else whole names."""
    seen: dict[str, int] = {}
    for key in context.snapshot.places:
        seen[key.rpartition("/")[2]] = seen.get(key.rpartition("/")[2], 0) + 1
    for key in context.snapshot.places:
        short = key.rpartition("/")[2]
        yield (short if seen[short] == 1 else key).removeprefix("run:"), key
