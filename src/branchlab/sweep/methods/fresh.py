"""No point of the space is tried twice as long as there is another one."""

from __future__ import annotations

import math
from itertools import islice
from typing import TYPE_CHECKING

from branchlab.sweep.space import digest, from_unit, grid, size
from branchlab.sweep.trial import Proposal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from random import Random

    from branchlab.experiment import Scalar
    from branchlab.sweep.plan import Parameter, Space
    from branchlab.sweep.trial import Told

    Values = Mapping[str, Scalar]

LISTED = 50_000  # spaces of up to so many points are listed to find those that are left
_DIGITS = 6
PATIENCE = 200  # candidates in a row that were tried before, until others are looked for


def tried(told: Iterable[Told]) -> set[str]:
    """Returns the digests of the values of all trials, whatever came of them."""
    return {digest(trial.values) for trial in told}


def drawn(space: Space, random: Random) -> Iterator[Values]:
    """Draws points evenly, without end."""
    while True:
        yield from_unit(space, [random.random() for _ in space])


def fresh(
    space: Space, told: Sequence[Told], candidates: Iterable[Values], count: int, random: Random
) -> list[Proposal]:
    """Takes the first `count` candidates that were never tried.

    When the candidates end, or repeat themselves `PATIENCE` times in a row, the rest is drawn from what is left of
    the space; fewer than `count` come back only when nothing is left.
    """
    taken = tried(told)
    chosen = [*islice(_new((tidy(space, values) for values in candidates), taken), count)]
    if len(chosen) < count:
        chosen += islice(_new(_left(space, taken, random), taken), count - len(chosen))
    return [Proposal(values) for values in chosen]


def tidy(space: Space, values: Values) -> Values:
    """Rounds numbers without steps to a millionth of their range, or to seven digits when logarithmic.

    Nothing is found between such numbers, they read well in a parameter file, and what a model computes a last bit
    differently on another machine becomes the same trial there.
    """
    parameters = {parameter.name: parameter for parameter in space}
    return {name: _rounded(parameters[name], value) for name, value in values.items()}


def _rounded(parameter: Parameter, value: Scalar) -> Scalar:
    if not isinstance(value, float) or parameter.kind != "float" or parameter.step is not None:
        return value
    if parameter.log:
        near = float(f"{value:.{_DIGITS + 1}g}")
    else:
        span = parameter.high / 2 - parameter.low / 2  # half of it: the whole may be infinite
        near = round(value, _DIGITS - math.floor(math.log10(span))) if span > 0 else value
    return min(max(near, parameter.low), parameter.high)


def _new(candidates: Iterable[Values], taken: set[str]) -> Iterator[Values]:
    """Yields the candidates that are not taken, and takes them."""
    repeats = 0
    for values in candidates:
        name = digest(values)
        if name not in taken:
            taken.add(name)
            repeats = 0
            yield values
        elif (repeats := repeats + 1) >= PATIENCE:
            return


def _left(space: Space, taken: set[str], random: Random) -> Iterator[Values]:
    """Yields points of a space that is small enough to list in random order, of any other at random."""
    points = size(space)
    if points is None or points > LISTED:
        return (tidy(space, values) for values in drawn(space, random))
    left = [values for values in grid(space) if digest(values) not in taken]
    random.shuffle(left)
    return iter(left)
