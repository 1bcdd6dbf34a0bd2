"""The plan that `run -S a=1,2` is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from branchlab.parameters.overrides import expand_grid, split_key
from branchlab.parameters.values import convert, guess
from branchlab.sweep.held import Held, flat
from branchlab.sweep.plan import Parameter, Plan
from branchlab.sweep.space import distinct
from branchlab.text import safe_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab.experiment import Scalar
    from branchlab.parameters.overrides import Override
    from branchlab.sweep.held import Read


def plan_from_grid(
    overrides: Sequence[Override], name: str, params: Mapping[str, Any], read: Read | None = None
) -> Plan:
    """Returns the plan of `run -S a=1,2`: every combination once, the last override changes fastest, no reference.

    Args:
        overrides: as they were typed.
        name: of the sweep.
        params: what the parameter files hold, nested.
        read: gives the content of a file that an override names.

    Raises:
        UsageError: for an unknown key or file, a value of another type, a key given twice, and too large a grid.
    """
    expand_grid(overrides)  # refuses a key that is given twice, and too large a grid
    held = Held(params, read, {})
    space, defaults = [], {}
    for override in overrides:
        key = safe_text(override.key)
        if override.add:
            parameter = _parameter(".".join(split_key(override.key)), None, override)
        else:
            found = held.find(override.key, override.file, f"-S {key}")
            parameter = _parameter(found.name, found.value, override)
            defaults[found.name] = found.flat
        space.append(parameter)
    return Plan(name, tuple(space), method="grid", mode="async", reference=False, defaults=defaults)


def _parameter(name: str, old: Any, override: Override) -> Parameter:
    place = f"-S {safe_text(override.key)}"
    values: list[Scalar] = []
    lists = False
    for text in override.values:
        value = guess(text, place) if old is None else convert(text, old, place)
        lists = lists or isinstance(value, list)
        values.append(flat(value))
    # `lr=1,1.0` is one value where the file has a float
    return Parameter(name, "choice", choices=distinct(values), file=override.file, lists=lists, add=override.add)
