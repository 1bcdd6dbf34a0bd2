"""Reads `when = { … }` of the entries of a space, and puts each parameter behind those that its condition names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from branchlab.sweep.held import flat
from branchlab.sweep.space import check_value
from branchlab.sweep.steps import count_of
from branchlab.table_reader import mistake

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from branchlab.experiment import Scalar
    from branchlab.sweep.plan import Parameter, Space
    from branchlab.table_reader import TableReader


def with_conditions(
    reader: TableReader, parameters: Sequence[Parameter], conditions: Mapping[str, Mapping[str, Any]]
) -> Space:
    """Returns the parameters with their conditions, in an order that knows a parent before its children.

    Args:
        reader: of the file.
        parameters: without conditions, in the order of the file.
        conditions: by name of the parameter, as the file has them.

    Raises:
        UsageError: for a parent that is not in the space or a value that it never has, and for a circle.
    """
    parents = {parameter.name: parameter for parameter in parameters}
    waiting = [
        parameter._replace(
            when={
                name: _allowed(parents, name, wanted, f"{reader.source}: space.{parameter.name}.when")
                for name, wanted in _flat(conditions.get(parameter.name, {}), "")
            }
        )
        for parameter in parameters
    ]
    ordered: dict[str, Parameter] = {}
    while waiting:
        # the first that may stand, so that the order is that of the file wherever it can be
        ready = next((parameter for parameter in waiting if parameter.when.keys() <= ordered.keys()), None)
        if ready is None:
            names = ", ".join(parameter.name for parameter in waiting)
            raise mistake(f"{reader.source}: conditions go round in a circle: {names}", "remove one of them")
        ordered[ready.name] = ready
        waiting.remove(ready)
    return tuple(ordered.values())


def _flat(table: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for name, wanted in table.items():
        # to TOML `when.model.act = […]` is a table in a table
        if isinstance(wanted, dict):
            yield from _flat(wanted, f"{prefix}{name}.")
        else:
            yield prefix + name, wanted


def _allowed(parents: Mapping[str, Parameter], name: str, wanted: Any, place: str) -> tuple[Scalar, ...]:
    if name not in parents:
        from difflib import get_close_matches

        near = get_close_matches(name, parents, n=1)
        hint = f"did you mean {near[0]}?" if near else "a condition names another parameter of the space"
        raise mistake(f"{place} names {name}, which is not in the space", hint)
    parent = parents[name]
    if count_of(parent) is None:
        raise mistake(f"{place} names {name}, which may be any number", "use one with choices, steps or whole numbers")
    allowed = tuple(flat(value) for value in (wanted if isinstance(wanted, list) else [wanted]))
    if not allowed:
        raise mistake(f"{place}.{name} is an empty list", "name the values for which the parameter exists")
    for value in allowed:
        problem = check_value(parent, value)
        if problem:
            raise mistake(f"{place}: {name} {problem}", "name values that it can have")
    return allowed
