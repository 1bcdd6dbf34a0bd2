"""Several objectives as one, with weights that are drawn for each trial, so that the trials together find the front."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from branchlab.sweep.methods.acquisition import Promise
    from branchlab.sweep.methods.beliefs import Beliefs

    Matrix = NDArray[np.float64]
    Vector = NDArray[np.float64]

_SAMPLES = 64  # of what the objectives may come to at a point
_SUM = 0.05  # weight of the sum beside the worst objective: of equal worst ones, the better in all others


def scalarised_improvement(beliefs: Beliefs, generator: np.random.Generator) -> Promise:
    """Returns the expected improvement of an augmented Chebyshev scalarisation (Knowles 2006) with drawn weights.

    Averages over samples of the objectives; the same samples for all points, so that they compare.
    """
    import numpy as np

    known = beliefs.losses[beliefs.feasible]
    low, span = known.min(axis=0), np.maximum(np.ptp(known, axis=0), 1e-9)
    weights = generator.dirichlet(np.ones(known.shape[1]))
    noise = generator.standard_normal((_SAMPLES, 1, known.shape[1]))

    def scalar(losses: Matrix) -> Vector:
        weighed = (losses - low) / span * weights
        return np.asarray(weighed.max(axis=-1) + _SUM * weighed.sum(axis=-1))

    best = float(scalar(known).min())

    def improvement(rows: Matrix) -> Vector:
        beliefs_there = [model.predict(rows) for model in beliefs.objectives]
        mean = np.stack([mean for mean, _ in beliefs_there], axis=-1)
        deviation = np.stack([deviation for _, deviation in beliefs_there], axis=-1)
        gains = np.maximum(best - scalar(mean + deviation * noise), 0.0).mean(axis=0)
        return np.asarray(np.log(gains + 1e-9 * np.exp(-scalar(mean))))

    return improvement
