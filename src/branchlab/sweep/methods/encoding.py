"""Points of a space as rows of numbers, for models that know numbers only.

A point is first a row of the unit cube with one coordinate per parameter, as `space.from_unit` and `to_unit` have it.
A model sees features: numbers as they are, one column for each value of a choice (so that no choice lies between two
others), and a fixed place for what is inactive.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from branchlab.sweep.space import one_of, to_unit
from branchlab.sweep.steps import count_of, place_of, value_at

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from branchlab.experiment import Scalar
    from branchlab.sweep.plan import Parameter, Space

    Matrix = NDArray[np.float64]
    Mask = NDArray[np.bool_]

_INACTIVE = 0.5  # the middle: as far from all values as can be
_APART = math.sqrt(0.5)  # two values of a choice are 1 apart, as far as the ends of a range


def points(space: Space, trials: Sequence[Mapping[str, Scalar]]) -> Matrix:
    """Returns one row per trial in the unit cube; values that the space no longer has are moved to its nearest."""
    import numpy as np

    rows = np.asarray([to_unit(space, values) for values in trials], dtype=float).reshape(len(trials), len(space))
    return np.asarray(np.clip(rows, 0.0, 1.0))


def snapped(space: Space, cube: Matrix) -> Matrix:
    """Moves each coordinate to that of the value which `from_unit` makes of it; shapes (points, parameters)."""
    import numpy as np

    columns = [_snap(parameter, cube[:, place]) for place, parameter in enumerate(space)]
    return np.stack(columns, axis=1)


def features(space: Space, cube: Matrix) -> Matrix:
    """Returns what a model sees of snapped points; shapes (points, parameters) to (points, columns)."""
    import numpy as np

    columns: list[Matrix] = []
    for place, (parameter, active) in enumerate(zip(space, activity(space, cube), strict=True)):
        if parameter.kind == "choice":
            index = _place(cube[:, place], len(parameter.choices))
            hot = np.eye(len(parameter.choices))[index] * _APART
            columns.append(np.where(active[:, None], hot, 0.0))
        else:
            columns.append(np.where(active, cube[:, place], _INACTIVE)[:, None])
    return np.concatenate(columns, axis=1)


def activity(space: Space, cube: Matrix) -> list[Mask]:
    """Returns for each parameter which of the snapped points have it; a parameter stands behind those it depends on."""
    import numpy as np

    places = {parameter.name: place for place, parameter in enumerate(space)}
    masks: list[Mask] = []
    for parameter in space:
        mask = np.ones(len(cube), dtype=bool)
        for other, allowed in parameter.when.items():
            parent = space[places[other]]
            mask &= masks[places[other]] & _has_one_of(parent, cube[:, places[other]], allowed)
        masks.append(mask)
    return masks


def _has_one_of(parameter: Parameter, column: Matrix, allowed: tuple[Scalar, ...]) -> Mask:
    import numpy as np

    if (count := count_of(parameter)) is None or (parameter.log and parameter.kind == "int"):
        few = [_unit(parameter, value) for value in allowed if isinstance(value, int | float)]
        return np.asarray(np.isclose(column[:, None], few).any(axis=1))
    numbers = set(range(count)) if parameter.kind == "choice" else set()
    if parameter.kind != "choice":  # there may be many, and few are named
        numbers = {place_of(parameter, value) for value in allowed if isinstance(value, int | float)}
    fits = [
        place
        for place in sorted(numbers)
        if 0 <= place < count and one_of(value_at(parameter._replace(points=None), place), allowed)
    ]
    return np.isin(_place(column, count), fits)


def _place(column: Matrix, count: int) -> NDArray[np.intp]:
    import numpy as np

    return np.minimum((column * count).astype(np.intp), count - 1)


def _snap(parameter: Parameter, column: Matrix) -> Matrix:
    import numpy as np

    if parameter.log and parameter.kind == "int":
        start, end = math.log(parameter.low - 0.5), math.log(parameter.high + 0.5)
        whole = np.round(np.exp(start + column * (end - start)))
        return (np.log(np.clip(whole, parameter.low, parameter.high)) - start) / (end - start)
    if parameter.log or (count := count_of(parameter)) is None:
        return column
    return (_place(column, count) + 0.5) / count


def _unit(parameter: Parameter, value: float) -> float:
    return to_unit((parameter._replace(when={}),), {parameter.name: value})[0]
