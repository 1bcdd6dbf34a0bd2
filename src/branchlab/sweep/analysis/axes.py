"""Where the values of a parameter lie on a line from 0 to 1."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeGuard

from branchlab.sweep.plan import Parameter
from branchlab.sweep.space import distinct, one_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.experiment import Scalar
    from branchlab.sweep.plan import Space
    from branchlab.sweep.trial import Study

_HALF = 0.5 + 1e-9  # rounding leaves the highest value a little outside
_DECADES = 50.0  # a range that is so many times its beginning is read as a logarithm


def space_of(study: Study, space: Space = ()) -> Space:
    """Returns one parameter for each name that a trial has a value of.

    Those of `space` come first and as they are, made wider where a trial lies outside, as the reference may. For
    others, as with the trials of a teammate whose sweep file is not here, the range is that of what was tried.
    """
    tried: dict[str, list[Scalar]] = {}
    for trial in study.trials:
        for name, value in trial.values.items():
            tried.setdefault(name, []).append(value)
    known = [_widened(parameter, tried[parameter.name]) for parameter in space if parameter.name in tried]
    names = {parameter.name for parameter in known}
    return (*known, *(_guessed(name, values) for name, values in tried.items() if name not in names))


def place(parameter: Parameter, value: Scalar) -> float | None:
    """Returns where a value lies, 0 for the lowest and 1 for the highest; None when it is not on the line.

    A single value lies in the middle, and choices at even distances.
    """
    if parameter.kind == "choice":
        at = next((at for at, one in enumerate(parameter.choices) if one_of(value, (one,))), None)
        if at is None:
            return None
        return at / (len(parameter.choices) - 1) if len(parameter.choices) > 1 else 0.5
    if not is_number(value) or (parameter.log and value <= 0):
        return None
    low, high, here = (_scaled(parameter, number) for number in (parameter.low, parameter.high, float(value)))
    share = (here - low) / (high - low) if high > low else 0.5
    return share if abs(share - 0.5) <= _HALF else None


def at(parameter: Parameter, share: float) -> float:
    """Returns the number of a parameter that lies at a share of its range; the inverse of `place`."""
    low, high = _scaled(parameter, parameter.low), _scaled(parameter, parameter.high)
    here = low + share * (high - low)
    return math.exp(here) if parameter.log else here


def is_number(value: object) -> TypeGuard[float]:
    """Says whether a value is a finite number, and not a truth value."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < math.inf


def _scaled(parameter: Parameter, value: float) -> float:
    return math.log(value) if parameter.log else value


def _guessed(name: str, values: Sequence[Scalar]) -> Parameter:
    if all(map(is_number, values)):
        numbers = [float(value) for value in values if isinstance(value, (int, float))]
        low, high = min(numbers), max(numbers)
        whole = all(isinstance(value, int) for value in values)
        return Parameter(name, "int" if whole else "float", low, high, log=low > 0 and high / low >= _DECADES)
    return Parameter(name, "choice", choices=distinct(values))


def _widened(parameter: Parameter, values: Sequence[Scalar]) -> Parameter:
    if parameter.kind == "choice":
        return parameter._replace(choices=distinct((*parameter.choices, *values)))
    # trials of the same name may come from another file, with choices where this one has a range
    if not all(map(is_number, values)):
        return _guessed(parameter.name, values)
    numbers = [float(value) for value in values if isinstance(value, (int, float))]
    low, high = min(parameter.low, *numbers), max(parameter.high, *numbers)
    return parameter._replace(low=low, high=high, log=parameter.log and low > 0)
