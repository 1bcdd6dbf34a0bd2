"""What one more trial is expected to gain, so that a sweep can end when that is not worth its price."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.sweep.methods.search import Search
    from branchlab.sweep.trial import Told

FEWEST = 5  # trials below which a model knows nothing
_SAMPLES = 33  # quantiles of the belief; the metric's scale is bent, so its mean cannot be had from mean and deviation


def expected_gain(search: Search, told: Sequence[Told]) -> float | None:
    """Returns the highest expected improvement over the best feasible trial, in units of the metric.

    None with several objectives, with fewer than five trials that have a value, or while none is feasible.
    """
    known = [trial for trial in told if trial.losses is not None and trial.state != "running"]
    if len(search.objectives.optimize) != 1 or len(known) < FEWEST:
        return None
    import numpy as np
    from scipy.special import ndtri

    from branchlab.sweep.methods.acquisition import most_promising
    from branchlab.sweep.methods.beliefs import learnt
    from branchlab.sweep.methods.encoding import features
    from branchlab.sweep.methods.gp import best_first, promise

    beliefs = learnt(search.plan.space, told)
    if not beliefs.feasible.any():
        return None
    generator = np.random.default_rng(search.seed)
    ranked = most_promising(search.plan.space, promise(beliefs, generator), best_first(beliefs), generator)
    model, scale = beliefs.objectives[0], beliefs.scales[0]
    mean, deviation = model.predict(features(search.plan.space, ranked[:1]))
    quantiles = ndtri((np.arange(_SAMPLES) + 0.5) / _SAMPLES)
    best = min(trial.losses[0] for trial in known if trial.losses and max(trial.violations, default=0) <= 0)
    return float(np.maximum(best - scale.to_metric(mean + deviation * quantiles), 0.0).mean())
