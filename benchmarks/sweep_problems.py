"""What the quality of a search is measured on: test functions with a known optimum, and models of scikit-learn.

Sources: Branin, Hartmann 6, Rosenbrock, Rastrigin, Ackley, Levy, Styblinski and Griewank as in Surjanovic and
Bingham, Virtual Library of Simulation Experiments; Gardner et al. 2014 for the constrained one; ZDT1 of Zitzler et al.
2000; the conditional one is made here: one of three models, each with parameters of its own.
"""

from __future__ import annotations

import math
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from branchlab.sweep.plan import Constraint, Objective, Objectives, Parameter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from branchlab.experiment import Scalar
    from branchlab.sweep.plan import Space

    Values = Mapping[str, Scalar]
    Outcome = tuple[tuple[float, ...], tuple[float, ...]]  # losses, violations

_LOSS = Objectives((Objective("loss", "minimize"),))


class Problem(NamedTuple):
    """One thing to search.

    Attributes:
        name: for the table.
        space: what is searched.
        evaluate: from values to losses and violations.
        trials: how many each search gets.
        best: the loss that cannot be beaten; subtracted, so that figures are what is missing.
        objectives: what counts.
        reference: corner of the hypervolume of several objectives; empty for one.
        learns: fits a model of scikit-learn for each trial.
    """

    name: str
    space: Space
    evaluate: Callable[[Values], Outcome]
    trials: int
    best: float = 0.0
    objectives: Objectives = _LOSS
    reference: tuple[float, ...] = ()
    learns: bool = False


def _floats(low: float, high: float, count: int) -> Space:
    return tuple(Parameter(f"x{place}", "float", low, high) for place in range(count))


def _row(values: Values) -> list[float]:
    return [float(values[name]) for name in sorted(values)]  # type: ignore[arg-type] # only numbers here


def branin(values: Values) -> Outcome:
    """Three equal optima, two dimensions."""
    x, y = _row(values)
    bowl = (y - 5.1 / (4 * math.pi**2) * x * x + 5 / math.pi * x - 6) ** 2
    return (bowl + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10,), ()


def hartmann(values: Values) -> Outcome:
    """Six local optima, six dimensions."""
    import numpy as np

    wide = [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]]
    middle = [
        [1312, 1696, 5569, 124, 8283, 5886],
        [2329, 4135, 8307, 3736, 1004, 9991],
        [2348, 1451, 3522, 2883, 3047, 6650],
        [4047, 8828, 8732, 5743, 1091, 381],
    ]
    off = (np.asarray(_row(values)) - np.asarray(middle) / 1e4) ** 2
    return (-float(np.asarray([1.0, 1.2, 3.0, 3.2]) @ np.exp(-(np.asarray(wide) * off).sum(axis=1))),), ()


def rosenbrock(values: Values) -> Outcome:
    """A narrow valley that bends."""
    x = _row(values)
    return (sum(100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in pairwise(x)),), ()


def rastrigin(values: Values) -> Outcome:
    """A bowl full of local optima."""
    return (sum(x * x - 10 * math.cos(2 * math.pi * x) + 10 for x in _row(values)),), ()


def ackley(values: Values) -> Outcome:
    """A plain with waves around one hole."""
    x = _row(values)
    length = math.sqrt(sum(v * v for v in x) / len(x))
    waves = sum(math.cos(2 * math.pi * v) for v in x) / len(x)
    return (-20 * math.exp(-0.2 * length) - math.exp(waves) + 20 + math.e,), ()


def levy(values: Values) -> Outcome:
    """Waves across a valley; nothing was tuned on this one, nor on the next two."""
    w = [1 + (x - 1) / 4 for x in _row(values)]
    waves = sum((v - 1) ** 2 * (1 + 10 * math.sin(math.pi * v + 1) ** 2) for v in w[:-1])
    return (math.sin(math.pi * w[0]) ** 2 + waves + (w[-1] - 1) ** 2 * (1 + math.sin(2 * math.pi * w[-1]) ** 2),), ()


def styblinski(values: Values) -> Outcome:
    """Two optima in each dimension, one of them better."""
    return (sum(x**4 - 16 * x * x + 5 * x for x in _row(values)) / 2,), ()


def griewank(values: Values) -> Outcome:
    """Fine waves on a wide bowl."""
    x = _row(values)
    waves = math.prod(math.cos(v / math.sqrt(place)) for place, v in enumerate(x, 1))
    return (sum(v * v for v in x) / 4000 - waves + 1,), ()


def conditional(values: Values) -> Outcome:
    """One of three models with parameters of its own; `deep` is the best at 4 layers, rate 0.01 and little dropout."""
    rate = math.log10(float(values["rate"]))  # type: ignore[arg-type] # a number
    shared = (rate + 2) ** 2 / 4
    if values["model"] == "linear":
        return (0.6 + shared + 0.1 * (values["penalty"] == "l2"),), ()
    if values["model"] == "tree":
        return (0.3 + shared + ((int(values["depth"]) - 7) / 10) ** 2,), ()  # type: ignore[arg-type] # a number
    layers, dropout = int(values["layers"]), float(values["dropout"])  # type: ignore[arg-type] # numbers
    return (shared + 0.08 * (layers - 4) ** 2 + 4 * (dropout - 0.15) ** 2 + 0.02 * (values["act"] != "gelu"),), ()


def gardner(values: Values) -> Outcome:
    """Waves, of which only small islands are feasible."""
    x, y = _row(values)
    loss = math.sin(x) + y
    return (loss,), (math.sin(x) * math.sin(y) + 0.95,)


def zdt1(values: Values) -> Outcome:
    """Two objectives with a convex front."""
    first, *others = _row(values)
    rest = 1 + 9 * sum(others) / len(others)
    return (first, rest * (1 - math.sqrt(first / rest))), ()


@cache
def _digits() -> tuple[object, object]:
    from sklearn.datasets import load_digits

    rows, classes = load_digits(return_X_y=True)
    return rows[:400] / 16.0, classes[:400]


def support_vectors(values: Values) -> Outcome:
    """Error of a support vector machine on 400 digits, three folds."""
    from sklearn.model_selection import cross_val_score
    from sklearn.svm import SVC

    return (1 - float(cross_val_score(SVC(**dict(values)), *_digits(), cv=3).mean()),), ()


def boosting(values: Values) -> Outcome:
    """Root mean square error of boosted trees on the diabetes data, three folds."""
    from sklearn.datasets import load_diabetes
    from sklearn.ensemble import GradientBoostingRegressor
    from sklearn.model_selection import cross_val_score

    model = GradientBoostingRegressor(**dict(values), random_state=0)
    score = cross_val_score(model, *load_diabetes(return_X_y=True), cv=3, scoring="neg_root_mean_squared_error")
    return (-float(score.mean()),), ()


def network(values: Values) -> Outcome:
    """Log loss of a small network on the breast cancer data, three folds."""
    import warnings

    from sklearn.datasets import load_breast_cancer
    from sklearn.model_selection import cross_val_score
    from sklearn.neural_network import MLPClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    options = {key: value for key, value in values.items() if key != "width"}
    model = MLPClassifier((int(values["width"]),), max_iter=20, random_state=0, **options)  # type: ignore[arg-type] # a number
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # 20 rounds do not always converge
        score = cross_val_score(
            make_pipeline(StandardScaler(), model), *load_breast_cancer(return_X_y=True), cv=3, scoring="neg_log_loss"
        )
    return (-float(score.mean()),), ()


_MODELS = (
    Parameter("model", "choice", choices=("linear", "tree", "deep")),
    Parameter("rate", "float", 1e-5, 1.0, log=True),
    Parameter("penalty", "choice", choices=("l1", "l2"), when={"model": ("linear",)}),
    Parameter("depth", "int", 1, 20, when={"model": ("tree",)}),
    Parameter("layers", "int", 1, 8, when={"model": ("deep",)}),
    Parameter("dropout", "float", 0.0, 0.9, when={"model": ("deep",)}),
    Parameter("act", "choice", choices=("relu", "tanh", "gelu"), when={"model": ("deep",)}),
)
_MACHINE = (
    Parameter("kernel", "choice", choices=("rbf", "poly", "sigmoid")),
    Parameter("C", "float", 1e-3, 1e3, log=True),
    Parameter("gamma", "float", 1e-4, 10.0, log=True),
    Parameter("degree", "int", 2, 5, when={"kernel": ("poly",)}),
    Parameter("coef0", "float", 0.0, 1.0, when={"kernel": ("poly", "sigmoid")}),
)
_TREES = (
    Parameter("learning_rate", "float", 0.005, 0.5, log=True),
    Parameter("n_estimators", "int", 20, 100, log=True),
    Parameter("max_depth", "int", 1, 6),
    Parameter("subsample", "float", 0.3, 1.0),
    Parameter("max_features", "float", 0.1, 1.0),
)
_NETWORK = (
    Parameter("learning_rate_init", "float", 1e-4, 0.3, log=True),
    Parameter("alpha", "float", 1e-6, 10.0, log=True),
    Parameter("width", "int", 2, 64, log=True),
    Parameter("activation", "choice", choices=("relu", "tanh", "logistic")),
    Parameter("batch_size", "int", 16, 256, step=16),
)

PROBLEMS = (
    Problem("Branin", (Parameter("x0", "float", -5, 10), Parameter("x1", "float", 0, 15)), branin, 40, 0.397887),
    Problem("Hartmann 6", _floats(0, 1, 6), hartmann, 60, -3.322369),
    Problem("Rosenbrock 4", _floats(-2, 2, 4), rosenbrock, 80),
    Problem("Rastrigin 3", _floats(-5.12, 5.12, 3), rastrigin, 80),
    Problem("Ackley 5", _floats(-15, 30, 5), ackley, 80),
    Problem("conditional", _MODELS, conditional, 60),
    Problem(
        "constrained",
        _floats(0, 6, 2),
        gardner,
        60,
        0.253236,
        Objectives(_LOSS.optimize, (Constraint("room", 0.0, above=False),)),
    ),
    Problem(
        "ZDT1, 5 parameters",
        _floats(0, 1, 5),
        zdt1,
        60,
        0.0,
        Objectives((Objective("first", "minimize"), Objective("second", "minimize"))),
        (1.1, 10.0),
    ),
    Problem("Levy 4", _floats(-10, 10, 4), levy, 60),
    Problem("Styblinski 4", _floats(-5, 5, 4), styblinski, 60, -4 * 39.166166),
    Problem("Griewank 3", _floats(-500, 700, 3), griewank, 60),
    Problem("SVM, digits", _MACHINE, support_vectors, 40, learns=True),
    Problem("boosting, diabetes", _TREES, boosting, 40, learns=True),
    Problem("network, cancer", _NETWORK, network, 40, learns=True),
)
