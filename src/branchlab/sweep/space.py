"""The space of a sweep: which parameters are active, which combinations there are, and how a point becomes values."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any

from branchlab.errors import UsageError
from branchlab.sweep.steps import count_of, place_of, point_of, step_at, value_at
from branchlab.text import format_number, safe_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from branchlab.experiment import Scalar
    from branchlab.parameters.overrides import Assignment
    from branchlab.sweep.plan import Parameter, Space

Values = dict[str, "Scalar"]

_MIDDLE = 0.5
_OTHER = object()  # a value of a parent that no condition names


def active(space: Space, values: Mapping[str, Scalar]) -> tuple[Parameter, ...]:
    """Returns the parameters that exist for these values: those whose conditions hold, in the order of the space.

    A condition on a parameter that is itself not active does not hold. Values of parameters that are not active are
    not looked at, so the defaults of a whole parameter file may be given.
    """
    found: dict[str, Parameter] = {}
    for parameter in space:
        if all(parent in found for parent in parameter.when) and _holds(parameter, values):
            found[parameter.name] = parameter
    return tuple(found.values())


def only_active(space: Space, values: Mapping[str, Scalar]) -> Values:
    """Returns the values of the active parameters; one that is active and has no value is left out."""
    return {parameter.name: values[parameter.name] for parameter in active(space, values) if parameter.name in values}


def one_of(value: Any, choices: Sequence[Scalar]) -> bool:
    """Tells whether a value is among others; `1` is `1.0`, and neither is `true`."""
    return any(value == other and isinstance(value, bool) == isinstance(other, bool) for other in choices)


def distinct(values: Iterable[Scalar]) -> tuple[Scalar, ...]:
    """Returns each value once, in the order in which they came; `1` is `1.0`, and neither is `true`."""
    found: dict[tuple[bool, Scalar], Scalar] = {}
    for value in values:
        found.setdefault((isinstance(value, bool), value), value)
    return tuple(found.values())


def check_values(space: Space, values: Mapping[str, Scalar]) -> str | None:
    """Returns why values do not fit a space, in words that are safe to show, else None.

    They fit when exactly the active parameters have one, of their type, inside their range and on their steps.
    """
    live = {parameter.name: parameter for parameter in active(space, values)}
    for name in values:
        if name not in live:
            known = any(parameter.name == name for parameter in space)
            return f"{safe_text(name)} is {'not active there' if known else 'not in the space'}"
    for name, parameter in live.items():
        problem = check_value(parameter, values[name]) if name in values else "has no value"
        if problem:
            return f"{safe_text(name)} {problem}"
    return None


def check_value(parameter: Parameter, value: Scalar) -> str | None:
    """Returns why one value does not fit a parameter, without its name, else None."""
    if parameter.kind == "choice":
        return None if one_of(value, parameter.choices) else f"is {shown(value)}, which is not among its choices"
    if isinstance(value, bool) or not isinstance(value, int if parameter.kind == "int" else (int, float)):
        return f"is {shown(value)}, not {'a whole number' if parameter.kind == 'int' else 'a number'}"
    if not parameter.low <= value <= parameter.high:
        return f"is {shown(value)}, outside {shown(parameter.low)} to {shown(parameter.high)}"
    # as near as a person writes it: 0.1 + 2 * 0.1 is not 0.3 in floats
    if parameter.step and not math.isclose(step_at(parameter, place_of(parameter, value)), value, rel_tol=1e-9):
        return f"is {shown(value)}, which is not on a step of {shown(parameter.step)}"
    return None


def shown(value: Scalar) -> str:
    """Returns a value as text for people: numbers short, all else as JSON."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return format_number(value)
    return safe_text(json.dumps(value, ensure_ascii=False))


def size(space: Space, *, points: bool = False) -> int | None:
    """Returns how many different combinations there are; None for without end: a float without step.

    Args:
        space: the parameters.
        points: count only the points that a grid takes of a float that names them.
    """
    counts = [count_of(parameter, points=points) for parameter in space]
    known = [count for count in counts if count is not None]
    return _combinations(space, known) if len(known) == len(counts) else None


def _combinations(space: Space, counts: Sequence[int]) -> int:
    """Counts the tree of conditions; of a parent only the values that a condition names are told apart."""
    named: dict[str, list[Scalar]] = {}
    last: dict[str, int] = {}
    for place, parameter in enumerate(space):
        for parent, few in parameter.when.items():
            listed = named.setdefault(parent, [])
            listed += [value for value in few if not one_of(value, listed)]
            last[parent] = place
    known: dict[tuple[object, ...], int] = {}

    def below(place: int, values: Mapping[str, Any]) -> int:
        if place == len(space):
            return 1
        # only what conditions further on ask for: with all values as a key, `known` would never be of use
        needed = {name: value for name, value in values.items() if last.get(name, -1) >= place}
        # the type too: to a dict 1, 1.0 and True are one key
        key = (place, *((name, type(value), value) for name, value in needed.items()))
        if key not in known:
            known[key] = at(place, needed)
        return known[key]

    def at(place: int, values: Mapping[str, Any]) -> int:
        parameter = space[place]
        if not _holds(parameter, values):
            return below(place + 1, values)
        branches = [value for value in named.get(parameter.name, ()) if check_value(parameter, value) is None]
        total = sum(below(place + 1, {**values, parameter.name: value}) for value in branches)
        others = counts[place] - len(branches)
        return total + (others * below(place + 1, {**values, parameter.name: _OTHER}) if others else 0)

    return below(0, {})


def _holds(parameter: Parameter, values: Mapping[str, Any]) -> bool:
    return all(parent in values and one_of(values[parent], few) for parent, few in parameter.when.items())


def grid(space: Space) -> Iterator[Values]:
    """Yields every combination once, the last parameter changes fastest; of a float the points or steps that it has.

    Raises:
        UsageError: for a float with neither `step` nor `points`.
    """
    for parameter in space:
        if count_of(parameter, points=True) is None:
            raise UsageError(
                f"a grid cannot take every value of {safe_text(parameter.name)}",
                "give it points = 5, or a step, or name its values in a list",
            )
    return _grid(space, 0, {})


def _grid(space: Space, place: int, values: Values) -> Iterator[Values]:
    if place == len(space):
        yield dict(values)
        return
    parameter = space[place]
    if not _holds(parameter, values):
        yield from _grid(space, place + 1, values)
        return
    for index in range(count_of(parameter, points=True) or 0):
        yield from _grid(space, place + 1, {**values, parameter.name: value_at(parameter, index)})


def from_unit(space: Space, point: Sequence[float]) -> Values:
    """Returns the values of the active parameters at a point of the unit cube, one coordinate in [0, 1] a parameter.

    Choices, integers and steps divide their coordinate into equal parts; logarithmic ones are even in the logarithm.
    Coordinates of parameters that are not active change nothing.
    """
    values: Values = {}
    for parameter, unit in zip(space, point, strict=True):
        if _holds(parameter, values):
            values[parameter.name] = point_of(parameter, unit)
    return values


def to_unit(space: Space, values: Mapping[str, Scalar]) -> list[float]:
    """Returns the point of the unit cube that `from_unit` turns into these values.

    Steps, integers and choices stand in the middle of their part. What does not fit lies at the rim, and a parameter
    that is not active, or a choice that is not known, in the middle.
    """
    live = {parameter.name for parameter in active(space, values)}
    return [
        _unit_of(parameter, values[parameter.name]) if parameter.name in live & values.keys() else _MIDDLE
        for parameter in space
    ]


def _unit_of(parameter: Parameter, value: Scalar) -> float:
    count = count_of(parameter)
    if parameter.kind == "choice":
        places = [place for place, choice in enumerate(parameter.choices) if one_of(value, (choice,))]
        return (places[0] + _MIDDLE) / len(parameter.choices) if places else _MIDDLE
    if not isinstance(value, (int, float)) or math.isnan(value):
        return _MIDDLE
    inside = min(max(value, parameter.low), parameter.high)
    if parameter.log:
        # half a place to either side, or both ends would be drawn about half as often as those beside them
        half = _MIDDLE if parameter.kind == "int" else 0.0
        start, end = math.log(parameter.low - half), math.log(parameter.high + half)
        return (math.log(inside) - start) / (end - start)
    if count is not None:
        return (min(place_of(parameter, inside), count - 1) + _MIDDLE) / count
    return (inside / 2 - parameter.low / 2) / (parameter.high / 2 - parameter.low / 2)  # the span may be infinite


def digest(values: Mapping[str, Scalar]) -> str:
    """Returns a digest in hexadecimal, equal for equal values in any order; `1`, `1.0`, `true` and `"1"` differ."""
    from hashlib import sha256  # loads OpenSSL, which most commands do not need

    return sha256(text_of(values).encode()).hexdigest()


def text_of(values: Mapping[str, Scalar]) -> str:
    """Returns what `digest` is made of: as good for telling values apart, and cheaper."""
    return json.dumps(dict(values), sort_keys=True, separators=(",", ":"))


def assignments(space: Space, values: Mapping[str, Scalar]) -> tuple[Assignment, ...]:
    """Returns what `parameters.edit` needs to write values into the parameter files, in the order of the space."""
    from branchlab.parameters.overrides import Assignment

    return tuple(
        Assignment(parameter.file, as_key(parameter.name), _typed(parameter, values[parameter.name]), parameter.add)
        for parameter in space
        if parameter.name in values
    )


def _typed(parameter: Parameter, value: Scalar) -> str:
    if parameter.lists and isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)  # text in quotes, so that "1" and "true" stay text


def as_key(name: str) -> str:
    """Returns a name as `-S` writes it: a part with brackets or quotes in it stands in quotes.

    Raises:
        UsageError: for a part with both kinds of quotes.
    """
    parts = []
    for part in name.split("."):
        quote = "'" if '"' in part else '"'
        if quote in part:
            raise UsageError(f"{safe_text(name)!r:.100} cannot be set: it has both kinds of quotes", "rename it")
        parts.append(f"{quote}{part}{quote}" if re.search(r"[\[\]\"']", part) or not part.strip() else part)
    return ".".join(parts)
