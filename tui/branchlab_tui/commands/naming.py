"""Finds what the words of a command name: columns and experiments."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from branchlab_tui.commands.outcome import CommandError
from branchlab_tui.model.columns import all_columns
from branchlab_tui.model.sweeps import recorded_sweeps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab_tui.commands.outcome import Context, Word

_TABLES = ("", "metrics.", "params.", "best.", "curve:")
_ALSO = {"took": "seconds", "date": "started"}  # `took` is how `branchlab ls` heads that column


def column_keys(context: Context) -> list[str]:
    """Returns the keys of all columns there are."""
    return ["name", *dict.fromkeys(info.key for info in all_columns(context.snapshot))]


def short_columns(keys: Sequence[str]) -> dict[str, str]:
    """Returns the key of each column by its shortest name: metrics and parameters without their table."""
    names: dict[str, str] = {}
    for table in reversed(_TABLES):  # the last one keeps a short name: fields, then metrics, then parameters
        for key in keys:
            if key.startswith(table) and (table or ("." not in key and ":" not in key)):
                names[key.removeprefix(table)] = key
    return names


def find_column(context: Context, word: Word, name: str) -> str:
    """Returns the key of the column that a word names.

    Raises:
        CommandError: when there is none; the hint holds the nearest.
    """
    keys = column_keys(context)
    if name in keys:
        return name
    short = short_columns(keys)
    found = short.get(_ALSO.get(name, name), "")
    if not found:
        raise CommandError(word.start, f"there is no column {name}", _near(name, list(short)))
    return found


def find_experiment(context: Context, word: Word) -> str:
    """Returns the row key of the experiment with this name, or the last part of its name, or the beginning of its id.

    Raises:
        CommandError: when there is none, or several are meant.
    """
    places = context.snapshot.places
    for key in (word.text, f"run:{word.text}"):
        if key in places:
            return key
    fitting = [key for key in places if key.endswith(f"/{word.text}")]
    fitting = fitting or [key for key in places if key.startswith(f"run:{word.text}")]
    if len(fitting) > 1:
        raise CommandError(word.start, f"{word.text} could be {', '.join(fitting[:3])}", "write more of the name")
    if not fitting:
        raise CommandError(word.start, f"there is no experiment {word.text}", _near(word.text, list(places)))
    return fitting[0]


def find_sweep(context: Context, word: Word) -> str:
    """Returns the name of a sweep that has trials.

    Raises:
        CommandError: when there is none of this name.
    """
    names = recorded_sweeps(context.snapshot.experiments)
    if word.text not in names:
        raise CommandError(word.start, f"there is no sweep {word.text}", _near(word.text, names))
    return word.text


def _near(name: str, known: Sequence[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"did you mean {near[0]}?" if near else ""
