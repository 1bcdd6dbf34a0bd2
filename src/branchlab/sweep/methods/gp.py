"""Bayesian optimisation with Gaussian processes, for few and dear trials."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.sweep.methods.acquisition import among_the_good, log_feasible, log_improvement, most_promising
from branchlab.sweep.methods.beliefs import learnt
from branchlab.sweep.methods.drawing import sequence
from branchlab.sweep.methods.encoding import features, points, snapped
from branchlab.sweep.methods.fresh import fresh
from branchlab.sweep.methods.scalarise import scalarised_improvement
from branchlab.sweep.methods.search import draws
from branchlab.sweep.space import from_unit
from branchlab.sweep.trial import Told

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    import numpy as np
    from numpy.typing import NDArray

    from branchlab.sweep.methods.acquisition import Promise
    from branchlab.sweep.methods.beliefs import Beliefs
    from branchlab.sweep.methods.search import Search
    from branchlab.sweep.plan import Space
    from branchlab.sweep.trial import Proposal

    Matrix = NDArray[np.float64]
    Vector = NDArray[np.float64]

_PATIENCE = 4  # trials, or as many as parameters, that may bring next to nothing
_NOTHING = 0.01  # standard deviations of the losses
_AWAY = (0.05, 0.1, 0.2, 0.4)  # from all trials, in features: edges of the cube are 1, as are two choices apart
_APART = 0.03  # the second trial of a batch from all others; each further one twice as far
_TURNS = 3  # trials of which one is crossed from good ones, and one is sent away when the search is stuck
_CLOSE = 30.0  # taken from the logarithm of what a point promises that was tried already
_FIRST = (5, 20)  # trials that are spread evenly before a model is asked: at least and at most


def propose_gp(search: Search, told: Sequence[Told], count: int, first_number: int) -> list[Proposal]:
    """Proposes Sobol points first, then those with the highest expected improvement (Jones et al. 1998).

    Trials of the same batch, and those that run, are believed to come to what is expected of them. Constraints weigh
    the improvement with the probability that they are kept; several objectives are weighed at random for each trial
    (ParEGO, Knowles 2006).
    """
    space, random = search.plan.space, draws(search, first_number, "gp")
    spread = _to_spread(space, told, count)
    proposals = fresh(space, told, sequence(search, first_number), spread, random)
    if len(proposals) < spread or spread == count:
        return proposals
    import numpy as np

    generator = np.random.default_rng(random.getrandbits(64))
    beliefs = learnt(space, [*told, *(Told(-1, proposal.values, None, state="running") for proposal in proposals)])
    seen = [*told, *(Told(-1, proposal.values, None, state="running") for proposal in proposals)]
    stuck = _stuck(beliefs)
    for place in range(count - len(proposals)):
        away = min(_APART * 2 ** (place - 1), _AWAY[-1]) if place else 0.0
        turn = (first_number + len(proposals)) % _TURNS
        other = _another_choice(space, random) if stuck and turn == 0 else {}
        if other or turn == 1:
            promising = promise(beliefs, generator, away)
            ranked = among_the_good(space, promising, best_first(beliefs), generator, other)
        else:
            away = max(random.choice(_AWAY), away) if stuck and turn == 0 else away
            ranked = most_promising(space, promise(beliefs, generator, away), best_first(beliefs), generator)
        found = fresh(space, seen, (from_unit(space, point.tolist()) for point in ranked), 1, random)
        if not found:
            break
        proposals += found
        seen.append(Told(-1, found[0].values, None, state="running"))
        beliefs = beliefs.believing(features(space, snapped(space, points(space, [found[0].values])))[0])
    return proposals


def _to_spread(space: Space, told: Sequence[Told], count: int) -> int:
    """Returns how many of `count` trials are spread evenly, because too little is known."""
    if sum(trial.losses is not None and trial.state != "running" for trial in told) < 2:  # noqa: PLR2004 - a line needs two points
        return count
    least, most = _FIRST
    first = min(max(len(space) + 2, least), most)
    return min(max(first - len(told), 0), count)


def _another_choice(space: Space, random: Random) -> dict[int, float]:
    """Returns one value of one choice that does not depend on others, by its coordinate; nothing without choices."""
    places = [place for place, parameter in enumerate(space) if parameter.kind == "choice" and not parameter.when]
    return {random.choice(places): random.random()} if places else {}


def _stuck(beliefs: Beliefs) -> bool:
    """Tells whether the last trials brought next to nothing."""
    import numpy as np

    losses = np.where(beliefs.feasible, beliefs.losses[:, 0], np.inf)
    before = losses[: -max(_PATIENCE, beliefs.cube.shape[1])]
    return bool(np.isfinite(before).any() and before.min() - losses.min() < _NOTHING)


def promise(beliefs: Beliefs, generator: np.random.Generator, away: float = 0.0) -> Promise:
    """Returns what a trial at given features promises, as a logarithm; larger is better.

    With `away`, what lies closer to any trial promises less: the way out of a local optimum.
    """
    import numpy as np

    known = beliefs.objectives[0].rows[: len(beliefs.cube)]
    improvement: Promise | None = None
    if beliefs.feasible.any() and len(beliefs.objectives) > 1:
        improvement = scalarised_improvement(beliefs, generator)
    elif beliefs.feasible.any():
        model = beliefs.objectives[0]
        best = float(np.min(model.predict(known[beliefs.feasible])[0]))

        def improvement(rows: Matrix) -> Vector:
            return log_improvement(*model.predict(rows), best)

    def promised(rows: Matrix) -> Vector:
        total = np.zeros(len(rows)) if improvement is None else improvement(rows)
        for model, limit in zip(beliefs.constraints, beliefs.limits, strict=True):
            total = total + log_feasible(*model.predict(rows), limit)
        if away:
            near = np.minimum(_nearest(rows, beliefs.objectives[0].rows) / away, 1.0)
            total = total - _CLOSE * (1 - near)
        return np.asarray(total)

    return promised


def _nearest(rows: Matrix, others: Matrix) -> Vector:
    """Returns the distance of each row to the nearest of others."""
    import numpy as np
    from scipy.spatial.distance import cdist

    return np.asarray(cdist(rows, others).min(axis=1))


def best_first(beliefs: Beliefs) -> Matrix:
    """Returns the points of the trials, feasible ones first and then by loss; of several objectives by their sum."""
    import numpy as np

    return np.asarray(beliefs.cube[np.lexsort((beliefs.losses.sum(axis=1), ~beliefs.feasible))])
