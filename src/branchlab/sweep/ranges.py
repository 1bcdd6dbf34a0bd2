"""Reads `[space]` of a sweep file: each entry becomes a parameter, checked against the parameter files."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from branchlab.errors import UsageError
from branchlab.parameters.change import get
from branchlab.parameters.edit import find
from branchlab.sweep.conditions import with_conditions
from branchlab.sweep.held import fitting, steps_of
from branchlab.sweep.plan import Parameter
from branchlab.sweep.space import as_key, one_of
from branchlab.table_reader import FLAG, SIZE, TEXT, Kind, is_number, mistake

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from branchlab.experiment import Scalar
    from branchlab.sweep.held import Found, Held
    from branchlab.sweep.plan import Space
    from branchlab.table_reader import TableReader

MOST_PARAMETERS = 200
MOST_CHOICES = 1000
MOST_POINTS = 1000
LARGEST_INTEGER = 1 << 53  # the largest that a float holds with all below it; methods compute in floats

_FINITE = Kind("a number", lambda value: is_number(value) and _is_finite(value))
_LIST = Kind("a list", lambda value: isinstance(value, list))
_TABLE = Kind("a table", lambda value: isinstance(value, dict))
_KEYS: dict[str, Kind] = {
    **dict.fromkeys(("low", "high", "step"), _FINITE),
    "log": FLAG,
    "points": SIZE,
    "choices": _LIST,
    "when": _TABLE,
    "file": TEXT,
}
_OF_RANGES = ("low", "high", "log", "step", "points")


def _is_finite(value: float) -> bool:
    # math.isfinite raises OverflowError for a whole number beyond all floats
    return isinstance(value, int) or math.isfinite(value)


def parse_space(reader: TableReader, table: Mapping[str, Any], held: Held) -> tuple[Space, dict[str, Scalar]]:
    """Returns the parameters, each behind those that its condition names, and their values in the parameter files.

    Raises:
        UsageError: for a mistake, with its place and the remedy.
    """
    parameters: list[Parameter] = []
    defaults: dict[str, Scalar] = {}
    conditions: dict[str, Mapping[str, Any]] = {}
    for key, entry in _entries(table, held, ()):
        place = f"{reader.source}: space.{key}"
        parameter, found = _parameter(reader, key, entry, held)
        if found.name in defaults:
            raise mistake(f"{place} is there twice", "remove one of them")
        parameters.append(parameter)
        defaults[found.name] = found.flat
        conditions[found.name] = entry.get("when", {}) if isinstance(entry, dict) else {}
    if not parameters:
        raise mistake(f"{reader.source}: [space] is empty", "add a parameter, as in lr = { low = 1e-4, high = 1.0 }")
    if len(parameters) > MOST_PARAMETERS:
        raise mistake(f"{reader.source}: [space] has more than {MOST_PARAMETERS} parameters", "search fewer of them")
    return with_conditions(reader, parameters, conditions), defaults


def _entries(table: Mapping[str, Any], held: Held, path: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """Yields what stands in `[space]` by dotted key, also where tables are nested."""
    for name, entry in table.items():
        inner = (*path, name)
        if isinstance(entry, dict) and _is_group(entry, held, inner):
            yield from _entries(entry, held, inner)
        else:
            yield ".".join(inner), entry


def _is_group(entry: Mapping[str, Any], held: Held, path: tuple[str, ...]) -> bool:
    """Tells whether a table holds entries and is none: `model.depth = {…}` is a table `model` to TOML."""
    # a table called `low` is a parameter, no end of a range; `when` is always a table and tells nothing
    own = {key for key, value in entry.items() if key in _KEYS and not isinstance(value, dict)}
    steps = tuple(step for name in path for step in steps_of(name))
    place = find(held.params, steps)
    value = None if place is None else get(held.params, place)
    if isinstance(value, dict):
        # the file says that it is a group; then its keys are parameters, whatever they are called
        return own <= value.keys()
    return not own and bool(entry) and all(isinstance(inner, (dict, list)) for inner in entry.values())


def _parameter(reader: TableReader, key: str, entry: Any, held: Held) -> tuple[Parameter, Found]:
    place = f"space.{key}"
    if isinstance(entry, list):
        entry = {"choices": entry}
    if not isinstance(entry, dict):
        raise mistake(
            f"{reader.source}: {place} must be a range or a list of choices, not {entry!r:.60}",
            'write it as { low = 1, high = 8 } or ["a", "b"]',
        )
    fields = reader.fields(entry, place, _KEYS)
    file = reader.inside(fields["file"]) if "file" in fields else None
    found = held.find(key, file, f"{reader.source}: {place}")
    try:
        as_key(found.name)
    except UsageError as error:
        raise mistake(f"{reader.source}: {place}: {error.message}", error.hint) from None
    if "choices" not in fields:
        return _range(reader, place, fields, found)._replace(file=file), found
    for other in _OF_RANGES:
        if other in fields:
            raise mistake(f"{reader.source}: {place} has choices and {other}", "keep one of them")
    return _choice(f"{reader.source}: {place}", fields["choices"], found)._replace(file=file), found


def _choice(place: str, choices: list[Any], found: Found) -> Parameter:
    if not 0 < len(choices) <= MOST_CHOICES:
        raise mistake(f"{place} must have 1 to {MOST_CHOICES} choices, not {len(choices)}", "list the values to try")
    values: list[Scalar] = []
    for number, choice in enumerate(choices):
        if isinstance(choice, float) and not _is_finite(choice):
            raise mistake(f"{place} has the choice {choice}, which is no number to search", "remove it")
        value = fitting(choice, found, f"{place}, choice {number + 1},")
        if one_of(value, values):
            raise mistake(f"{place} has the choice {choice!r:.60} twice", "remove one of them")
        values.append(value)
    return Parameter(found.name, "choice", choices=tuple(values), lists=all(isinstance(item, list) for item in choices))


def _range(reader: TableReader, name: str, fields: Mapping[str, Any], found: Found) -> Parameter:
    place = f"{reader.source}: {name}"
    for end in ("low", "high"):
        if end not in fields:
            raise mistake(f"{place} has no {end}", "a range is { low = 1e-4, high = 1.0 }, choices are a list")
    low, high, step, log = fields["low"], fields["high"], fields.get("step"), fields.get("log", False)
    whole = _is_whole(place, found, [end for end in (low, high, step) if end is not None])
    if low >= high:
        raise mistake(f"{place} goes from {low} to {high}", "low must be below high")
    if log and low <= 0:
        raise mistake(f"{place} is logarithmic from {low}", "low must be above 0 with log = true")
    if step is not None and not 0 < step <= high - low:
        raise mistake(f"{place} has a step of {step}", f"use one above 0 and at most {high - low}")
    if log and step is not None:
        raise mistake(f"{place} has log and step", "leave out one of them, or list the values as choices")
    points = _points(place, fields, whole=whole)
    if whole:
        return Parameter(found.name, "int", low, high, log, step)
    return Parameter(found.name, "float", float(low), float(high), log, step and float(step), points=points)


def _is_whole(place: str, found: Found, numbers: list[int | float]) -> bool:
    """Tells whether a range is one of whole numbers: those of the file and of the entry are."""
    if found.value is not None and not is_number(found.value):
        kind = "true or false" if isinstance(found.value, bool) else f"{found.value!r:.40}"
        raise mistake(f"{place} is a range, but {found.name} is {kind}", "list its values as choices: [a, b]")
    whole = all(isinstance(number, int) for number in numbers)
    # a truth value, which is an int too, was refused above
    if not whole and isinstance(found.value, int):
        raise mistake(
            f"{place} has fractions, but {found.name} is the whole number {found.value}",
            f"use whole numbers, or write {found.value}.0 in the parameter file",
        )
    if any(isinstance(number, int) and abs(number) > LARGEST_INTEGER for number in numbers):
        raise mistake(f"{place} has a whole number beyond 2^53", "search its logarithm as a float, or a smaller range")
    # 0 to 1 is a range of floats where the file has 0.5
    return whole and not isinstance(found.value, float)


def _points(place: str, fields: Mapping[str, Any], *, whole: bool) -> int | None:
    points: int | None = fields.get("points")
    if points is None:
        return None
    if whole or "step" in fields:
        raise mistake(f"{place} has points, which are for a float without step", "use step alone")
    if not 1 < points <= MOST_POINTS:
        raise mistake(f"{place}.points is {points}", f"use 2 to {MOST_POINTS}")
    return points
