"""What the parameter files hold, as the entries of a sweep file are checked against it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from branchlab.errors import UsageError
from branchlab.parameters.change import get
from branchlab.parameters.edit import NO_FILE_HINT, find
from branchlab.parameters.files import load_parameters
from branchlab.parameters.overrides import split_key
from branchlab.parameters.values import convert
from branchlab.table_reader import mistake
from branchlab.text import flatten
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from branchlab.experiment import Scalar

    Read = Callable[[str], bytes | None]  # content of a file by its path in the project

_NEAR = 1000  # names that are looked at for one that was meant


class Found(NamedTuple):
    """A parameter as its file has it: its dotted name and its value."""

    name: str
    value: Any

    @property
    def flat(self) -> Scalar:
        """The value as a record's flat parameters have it: lists are JSON text."""
        return flat(self.value)


class Held(NamedTuple):
    """The parameters of a project.

    Attributes:
        params: of all parameter files, nested.
        read: gives the content of a file that is named; None where only `params` may be looked at.
        tables: what named files hold, as they are read.
    """

    params: Mapping[str, Any]
    read: Read | None
    tables: dict[str, Mapping[str, Any]]

    def table(self, file: str | None, place: str) -> Mapping[str, Any]:
        """Returns what one file holds, or all of them for None."""
        if file is None:
            return self.params
        if file not in self.tables:
            content = self.read(file) if self.read else None
            if content is None:
                raise mistake(f"{place}: there is no parameter file {file}", "check the path in file = …")
            self.tables[file] = load_parameters(file, content)
        return self.tables[file]

    def find(self, key: str, file: str | None, place: str) -> Found:
        """Returns a parameter by its name as the user wrote it; messages begin with `place`.

        Raises:
            UsageError: when there is none, with the nearest one, and for a table.
        """
        table = self.table(file, place)
        path = find(table, steps_of(key))
        if path is None:
            raise self.unknown(key, table, file, place)
        value = get(table, path)
        if isinstance(value, dict):
            raise mistake(f"{place}: {key} is a table of parameters", f"search one of them: {', '.join(value)}")
        return Found(".".join(map(str, path)), value)

    def unknown(self, key: str, table: Mapping[str, Any], file: str | None, place: str) -> UsageError:
        """Returns the error for a parameter that no file has."""
        from difflib import get_close_matches

        names = list(flatten(table))[:_NEAR]
        near = [name for name in names if name.endswith(f".{key}")] or get_close_matches(key, names, n=1)
        usual = f"add it to {file or 'one'}, so that it has a usual value" if names else NO_FILE_HINT
        hint = f"did you mean {near[0]}?" if near else usual
        return mistake(f"{place}: {file or 'no parameter file'} has {'no ' if file else ''}parameter {key}", hint)


def steps_of(key: str) -> tuple[str, ...]:
    """Returns the steps of a key; one that `-S` could not name has its dots between them, as flat names have."""
    try:
        return split_key(key)
    except UsageError:
        return tuple(key.split("."))


def flat(value: Any) -> Scalar:
    """Returns a value as a record's flat parameters have it: lists are JSON text."""
    return flatten({"": value})[""]


def fitting(value: Any, found: Found, place: str) -> Scalar:
    """Returns a value of a sweep file as it will stand in the parameter file, flat.

    Raises:
        UsageError: when its type is not that of the value in the file; a whole number fits where a float was.
    """
    import json

    if isinstance(found.value, str) and not isinstance(value, str):
        raise mistake(
            f"{place} must be a string, as {found.name} is in the parameter file, not {value!r:.60}",
            "put it in quotes",
        )
    if not isinstance(value, (str, int, float, list)):  # a date, or a table
        raise mistake(f"{place} must be a number, string, true, false or a list, not {value!r:.60}", "name a value")
    return flat(convert(json.dumps(value, ensure_ascii=False, default=str), found.value, place))
