"""How sure a difference over seeds or folds is: the paired t-test, and its correction for folds.

Sources:
    Student (1908), The Probable Error of a Mean, Biometrika 6(1): the paired test.
    Nadeau and Bengio (2003), Inference for the Generalization Error, Machine Learning 52: the variance of a mean over
        resamples is (1/n + n_test/n_train) s², not s²/n, because the training sets overlap.
    Bouckaert and Frank (2004), Evaluating the Replicability of Significance Tests for Comparing Learning Algorithms,
        PAKDD: the same correction for (repeated) cross-validation.
    Corani and Benavoli (2015), A Bayesian Approach for Comparing Cross-Validated Algorithms on Multiple Data Sets,
        Machine Learning 100: with a flat prior, 1 - p of this test is the probability of the difference, which is why
        a report may say "98% sure".
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

from branchlab.compare.limits import loss
from branchlab.compare.verdict import Evidence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.project import Goal

Unit = Literal["seed", "fold"]

_MOST_FOLDS = 10  # more of them were mostly made by repeating five
_FEWEST = 2
_NO_SPREAD = 1e-12  # share of the values below which a deviation is rounding


def weigh(
    a: Sequence[float], b: Sequence[float], *, goal: Goal | None, allowed: float, unit: Unit, confidence: float
) -> Evidence:
    """Weighs paired values of a head against those of a baseline; all are finite, and there are two pairs or more.

    `p` is one-sided: it is small when the values of `a` are worse by more than `allowed`. The differences of folds are
    no independent ones: each two training sets share most rows, and the plain test is then far too sure.
    """
    n = len(a)
    scale = max(map(abs, (*a, *b))) or 1.0  # so that no square is beyond every number
    differences = [x / scale - y / scale for x, y in zip(a, b, strict=True)]
    mean, sd = mean_of(differences), deviation(differences)
    corrected = unit == "fold"
    p, half = None, 0.0
    if sd > _NO_SPREAD:
        from scipy.special import stdtr, stdtrit

        error = sd * math.sqrt(1 / n + (overlap(n) if corrected else 0.0))
        p = float(stdtr(n - 1, (allowed / scale - loss(goal, 0.0, mean)) / error))
        half = float(stdtrit(n - 1, (1 + confidence) / 2)) * error
    else:
        sd = 0.0
    return Evidence(
        n,
        mean_of(a),
        mean_of(b),
        mean * scale,
        sd * scale,
        p,
        confidence,
        "corrected paired t" if corrected else "paired t",
        (mean - half) * scale,
        (mean + half) * scale,
        deviation(a),
        deviation(b),
        unit,
    )


def overlap(folds: int) -> float:
    """Returns the rows tested over the rows trained on, as the correction by Nadeau and Bengio needs it.

    Of k folds it is 1 / (k - 1). A record does not say how folds were made; more than ten are taken for repeats of
    five, as scikit-learn makes them, since the correction of a single round would be too small for them.
    """
    return 1 / (folds - 1) if folds <= _MOST_FOLDS else 0.25


def mean_of(values: Sequence[float]) -> float:
    """Returns the mean, which lies between the smallest and the largest value even where their sum is infinite."""
    try:
        mean = math.fsum(values) / len(values)
    except OverflowError:
        # Of halves, whose sum is a float also where each part of the largest one was rounded up.
        mean = 2 * math.fsum(value / len(values) / 2 for value in values)
    return min(max(mean, min(values)), max(values))


def deviation(values: Sequence[float]) -> float:
    """Returns the sample standard deviation, 0 for a single value."""
    if len(values) < _FEWEST:
        return 0.0
    scale, mean = max(map(abs, values)) or 1.0, mean_of(values)
    return scale * math.sqrt(math.fsum(((v / scale) - (mean / scale)) ** 2 for v in values) / (len(values) - 1))


def sureness(p: float) -> str:
    """Returns 1 - p as people say it, `98.7%`; it is never rounded up."""
    percent = math.floor((1 - p) * 1000) / 10
    return "more than 99.9%" if percent >= 99.9 else f"{percent:g}%"  # noqa: PLR2004 - beyond it digits say nothing
