"""Where the next trial promises most: expected improvement, and the chance to be feasible."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING

from branchlab.sweep.methods.encoding import activity, features, snapped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from branchlab.sweep.plan import Space

    Matrix = NDArray[np.float64]
    Vector = NDArray[np.float64]
    Promise = Callable[[Matrix], Vector]  # of rows of features; larger is better

_WIDE = 1024  # points that are spread over the cube
_NEAR = 64  # points around each of the best
_FEW = 6  # points that are crossed from good ones: of many, the model would take the one at the rim
_SECOND = 0.3  # probability that a coordinate comes from the second of two
_BEST = 6  # how many of them
_FAR = -1e3  # from there on 1 - Mills' ratio times |z| is 1 / z², and computing it would leave no digits
_ROUNDS = (0.1, 0.03, 0.01, 0.003, 0.001)  # how far around, in the unit cube


def log_improvement(mean: Vector, deviation: Vector, best: float) -> Vector:
    """Returns the logarithm of the expected improvement below `best`, of normal beliefs.

    As in Ament et al. 2023, "Unexpected improvements to expected improvement": it still tells points apart where the
    improvement itself is too small for a float.
    """
    import numpy as np
    from scipy.special import erfcx, ndtr

    z = (best - mean) / deviation
    with np.errstate(all="ignore"):
        near = np.log(np.exp(-0.5 * z * z) / math.sqrt(2 * math.pi) + z * ndtr(z))
        tail = -math.sqrt(math.pi / 2) * erfcx(-z / math.sqrt(2)) * z  # Mills' ratio times |z|, below 1
        rest = np.where(z > _FAR, np.log1p(-np.minimum(tail, 1 - 1e-15)), -2 * np.log(np.abs(z)))
        far = -0.5 * z * z - 0.5 * math.log(2 * math.pi) + rest
    return np.where(z > -1, near, far) + np.log(deviation)


def log_feasible(mean: Vector, deviation: Vector, limit: float) -> Vector:
    """Returns the logarithm of the probability that a quantity is at most `limit` (Gardner et al. 2014)."""
    import numpy as np
    from scipy.special import log_ndtr

    return np.asarray(log_ndtr((limit - mean) / deviation))


def most_promising(
    space: Space,
    promise: Promise,
    around: Matrix,
    generator: np.random.Generator,
) -> Matrix:
    """Returns snapped points of the unit cube, the most promising first.

    Looks at points spread over the cube and at neighbours of `around`, the best trials; then ever closer around what
    is best. Shape (points, parameters).
    """
    import numpy as np

    cube = [generator.random((_WIDE, len(space)))]
    cube += [_neighbours(point, reach, _NEAR, generator) for point in around[:_BEST] for reach in (0.1, 0.01)]
    found = _ranked(space, promise, np.concatenate(cube))
    for reach in _ROUNDS:
        more = [_neighbours(point, reach, _NEAR // 2, generator) for point in found[0][:_BEST]]
        found = _ranked(space, promise, np.concatenate(more), found)
    return found[0]


def among_the_good(
    space: Space,
    promise: Promise,
    best_first: Matrix,
    generator: np.random.Generator,
    fixed: Mapping[int, float] = MappingProxyType({}),
) -> Matrix:
    """Returns snapped points as `most_promising` does, from few that are crossed from the best fifth of the trials.

    A model that is wrong far from what was tried cannot lead far there: the search learns where it is good already.
    `fixed` are coordinates that all of them get, by place of the parameter.
    """
    import numpy as np

    good = best_first[: max(len(best_first) // 5, _BEST)]
    shape = (_FEW, len(space))
    first, second = (good[generator.integers(len(good), size=_FEW)] for _ in range(2))
    crossed = np.where(generator.random(shape) < _SECOND, second, first)
    live = np.stack(activity(space, crossed), axis=1)  # what the good ones do not have may be anything
    crossed = np.where(live, crossed, generator.random(shape))
    reach = np.maximum(good.std(axis=0) / 2, _ROUNDS[1])
    cube = np.clip(crossed + generator.normal(0.0, 1.0, shape) * reach, 0.0, 1.0)
    return _ranked(space, promise, cube, None, fixed)[0]


def _ranked(
    space: Space,
    promise: Promise,
    cube: Matrix,
    known: tuple[Matrix, Vector] | None = None,
    fixed: Mapping[int, float] = MappingProxyType({}),
) -> tuple[Matrix, Vector]:
    """Returns points with what they promise, best first, those that are known among them."""
    import numpy as np

    for place, unit in fixed.items():
        cube[:, place] = unit
    cube = snapped(space, cube)
    values = promise(features(space, cube))
    if known is not None:
        cube, values = np.concatenate([known[0], cube]), np.concatenate([known[1], values])
    order = np.argsort(-values, kind="stable")[:_WIDE]
    return cube[order], values[order]


def _neighbours(point: Vector, reach: float, count: int, generator: np.random.Generator) -> Matrix:
    """Returns points around one: some or all coordinates are moved a little, and now and then one is drawn afresh."""
    import numpy as np

    shape = (count, len(point))
    moved = generator.random(shape) < generator.choice([1.0, 0.5, 1 / len(point)], (count, 1))
    near = point + moved * generator.normal(0.0, reach, shape)
    near = np.where((near < 0) | (near > 1), np.clip(near, 0.0, 1.0), near)
    afresh = generator.random(shape) < 0.3 / len(point)
    return np.where(afresh, generator.random(shape), near)
