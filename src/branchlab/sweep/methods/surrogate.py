"""A Gaussian process over the features of a space, on scikit-learn's regressor."""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING, Any

from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]
    Vector = NDArray[np.float64]

_LENGTHS = (0.02, 50.0)  # of a cube with edges of 1
_NOISE = (1e-6, 1.0)  # variance, where that of the values is 1
_LONG = math.sqrt(2)  # logarithm of the length scale that is likeliest beforehand, in one dimension
_LOOSE = math.sqrt(3)  # standard deviation of that logarithm
_STEPS = 60  # of L-BFGS, from each start
_ZERO = 1e-9  # a power that is a logarithm
_FEW = 6  # values up to which their distribution says nothing about a transformation


class Surrogate(NamedTuple):
    """What is believed of one quantity.

    Attributes:
        regressor: scikit-learn's, fitted.
        rows: features of what is known, shape (trials, columns).
        values: of the quantity there, on the model's scale.
        noise: variance of one more measurement, on that scale.
    """

    regressor: Any
    rows: Matrix
    values: Vector
    noise: float

    def predict(self, rows: Matrix) -> tuple[Vector, Vector]:
        """Returns mean and standard deviation of the quantity itself, without noise, on the model's scale."""
        import numpy as np

        # scikit-learn's deviation is that of one more measurement: WhiteKernel counts in it
        mean, deviation = self.regressor.predict(rows, return_std=True)
        return mean, np.sqrt(np.maximum(deviation**2 - self.noise, 1e-12))

    def believing(self, row: Vector) -> Surrogate:
        """Returns the surrogate as it would be, had a trial there come to what is expected of it.

        The kriging believer of Ginsbourger et al. 2010: it keeps the trials of one batch apart.
        """
        import numpy as np

        mean, _ = self.predict(row[None, :])
        rows, values = np.vstack([self.rows, row]), np.append(self.values, mean)
        return _conditioned(self.regressor.kernel_, rows, values, self.noise)


def fit(rows: Matrix, values: Vector) -> Surrogate:
    """Fits length scales, variance and noise to what is known, by maximum a posteriori."""
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

    columns = rows.shape[1]
    matern = Matern([math.sqrt(columns) / 2] * columns, _LENGTHS, nu=2.5)
    kernel = ConstantKernel(1.0, (0.05, 20.0)) * matern + WhiteKernel(1e-3, _NOISE)
    regressor = GaussianProcessRegressor(kernel, alpha=1e-9, optimizer=_most_likely)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a length scale on its bound: the parameter does not matter
        regressor.fit(rows, values)
    return _conditioned(regressor.kernel_, rows, values, math.exp(regressor.kernel_.theta[-1]))


def _conditioned(kernel: Any, rows: Matrix, values: Vector, noise: float) -> Surrogate:
    from sklearn.gaussian_process import GaussianProcessRegressor

    regressor = GaussianProcessRegressor(kernel, alpha=1e-9, optimizer=None).fit(rows, values)
    return Surrogate(regressor, rows, values, noise)


def _most_likely(
    objective: Callable[[Vector], tuple[float, Vector]], first: Vector, bounds: Matrix
) -> tuple[Vector, float]:
    """Minimises what scikit-learn hands over, with a prior; from long and from short length scales.

    The prior over length scales grows with the number of columns (Hvarfner et al. 2024, "Vanilla Bayesian
    optimization performs great in high dimensions"); without it, few trials are fitted by noise or by spikes.
    """
    import numpy as np
    from scipy.optimize import minimize

    columns = len(first) - 2
    centre = np.r_[0.0, np.full(columns, _LONG + math.log(columns) / 2), -6.0]
    width = np.r_[1.0, np.full(columns, _LOOSE), 2.0]

    def penalised(theta: Vector) -> tuple[float, Vector]:
        value, gradient = objective(theta)
        off = (theta - centre) / width
        return value + 0.5 * float(off @ off), gradient + off / width

    short = first.copy()
    short[1:-1] = math.log(0.3)
    options = {"maxiter": _STEPS}
    found = [
        minimize(penalised, start, jac=True, bounds=bounds, method="L-BFGS-B", options=options)
        for start in (first, short)
    ]
    best = min(found, key=lambda result: float(result.fun))
    return best.x, float(best.fun)


class Scale(NamedTuple):
    """The way from a metric to the scale of a model and back: Yeo and Johnson 2000, then mean 0 and variance 1.

    Attributes:
        shift: subtracted first, the median.
        spread: divided by then, the standard deviation.
        power: of Yeo and Johnson; 1 leaves values as they are, 0 is nearly the logarithm.
        middle: mean of the transformed values.
        width: their standard deviation.
    """

    shift: float
    spread: float
    power: float
    middle: float
    width: float

    def to_model(self, values: Vector) -> Vector:
        """Returns values on the model's scale, in the same order."""
        return (_bent((values - self.shift) / self.spread, self.power) - self.middle) / self.width

    def to_metric(self, values: Vector) -> Vector:
        """Returns values of the model in units of the metric."""
        return _straightened(values * self.width + self.middle, self.power) * self.spread + self.shift


def scale_of(values: Vector) -> Scale:
    """Finds the likeliest scale on which values are a bell: bad trials must not hide what good ones differ in."""
    import numpy as np

    shift, spread = float(np.median(values)), float(np.std(values)) or 1.0
    even = (values - shift) / spread
    power = (
        max(np.linspace(-2, 2, 21).tolist(), key=lambda power: _likelihood(even, power)) if len(even) > _FEW else 1.0
    )
    bent = _bent(even, power)
    return Scale(shift, spread, power, float(bent.mean()), float(bent.std()) or 1.0)


def _likelihood(even: Vector, power: float) -> float:
    """Returns the logarithm of the likelihood of a power, up to a constant."""
    import numpy as np

    variance = max(float(np.var(_bent(even, power))), 1e-300)
    return (power - 1) * float(np.sum(np.sign(even) * np.log1p(np.abs(even)))) - 0.5 * len(even) * math.log(variance)


def _bent(values: Vector, power: float) -> Vector:
    import numpy as np

    above, below = np.maximum(values, 0.0), np.maximum(-values, 0.0)
    up = np.log1p(above) if abs(power) < _ZERO else ((above + 1) ** power - 1) / power
    other = 2 - power
    down = np.log1p(below) if abs(other) < _ZERO else ((below + 1) ** other - 1) / other
    return np.where(values >= 0, up, -down)


def _straightened(values: Vector, power: float) -> Vector:
    import numpy as np

    above, below = np.maximum(values, 0.0), np.maximum(-values, 0.0)
    up = np.expm1(above) if abs(power) < _ZERO else np.maximum(above * power + 1, 1e-9) ** (1 / power) - 1
    other = 2 - power
    down = np.expm1(below) if abs(other) < _ZERO else np.maximum(below * other + 1, 1e-9) ** (1 / other) - 1
    return np.where(values >= 0, up, -down)
