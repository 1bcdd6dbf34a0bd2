"""What a model believes of the objectives and constraints of a sweep, from the trials so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.sweep.methods.encoding import features, points, snapped
from branchlab.sweep.methods.surrogate import Scale, Surrogate, fit, scale_of
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from branchlab.sweep.plan import Space
    from branchlab.sweep.trial import Told

    Matrix = NDArray[np.float64]
    Vector = NDArray[np.float64]

_MOST = 300  # trials that a model is fitted to: its cost grows with their cube


class Beliefs(NamedTuple):
    """One surrogate per objective and per constraint.

    Attributes:
        cube: snapped points of the trials that were learnt from, shape (trials, parameters).
        losses: their losses on the models' scales, shape (trials, objectives); smaller is better.
        feasible: which of them keep all constraints.
        objectives: a model of each loss.
        scales: the way back from a model to the metric, for each.
        constraints: a model of each violation.
        limits: what is no violation on the scale of each.
    """

    cube: Matrix
    losses: Matrix
    feasible: NDArray[np.bool_]
    objectives: tuple[Surrogate, ...]
    scales: tuple[Scale, ...]
    constraints: tuple[Surrogate, ...]
    limits: tuple[float, ...]

    def believing(self, row: Vector) -> Beliefs:
        """Returns what would be believed, had a trial at these features come to what is expected."""
        return self._replace(
            objectives=tuple(model.believing(row) for model in self.objectives),
            constraints=tuple(model.believing(row) for model in self.constraints),
        )


def learnt(space: Space, told: Sequence[Told]) -> Beliefs:
    """Fits the models; trials that failed count as bad as the worst, those that run are believed to go as expected.

    At least one trial must have losses.
    """
    import numpy as np

    ended = _thinned([trial for trial in told if trial.state != "running"])
    known = [trial.losses for trial in ended if trial.losses is not None]
    # were failed trials left out, the model would ask again where they fail
    worst = tuple(np.max(np.asarray(known), axis=0))
    losses = np.asarray([worst if trial.losses is None else trial.losses for trial in ended])
    cube = snapped(space, points(space, [trial.values for trial in ended]))
    rows = features(space, cube)
    scales = tuple(scale_of(column) for column in losses.T)
    scaled = np.stack([scale.to_model(column) for scale, column in zip(scales, losses.T, strict=True)], axis=1)
    constraints, limits = _constraints(rows, ended)
    feasible = np.asarray([t.losses is not None and all(v <= 0 for v in t.violations) for t in ended])
    objectives = tuple(fit(rows, column) for column in scaled.T)
    beliefs = Beliefs(cube, scaled, feasible, objectives, scales, constraints, limits)
    running = [trial.values for trial in told if trial.state == "running"]
    for row in features(space, snapped(space, points(space, running))) if running else ():
        beliefs = beliefs.believing(row)
    return beliefs


def _constraints(rows: Matrix, ended: Sequence[Told]) -> tuple[tuple[Surrogate, ...], tuple[float, ...]]:
    import numpy as np

    measured = [place for place, trial in enumerate(ended) if trial.losses is not None and trial.violations]
    if not measured:
        return (), ()
    violations = np.asarray([ended[place].violations for place in measured])
    scales = [scale_of(column) for column in violations.T]
    models = tuple(
        fit(rows[measured], scale.to_model(column)) for scale, column in zip(scales, violations.T, strict=True)
    )
    return models, tuple(float(scale.to_model(np.zeros(1))[0]) for scale in scales)


def _thinned(ended: Sequence[Told]) -> Sequence[Told]:
    """Leaves the best half and every so many of the others when there are too many trials."""
    if len(ended) <= _MOST:
        return ended
    order = sorted(ended, key=lambda trial: (trial.losses is None, sum(trial.losses or ()), trial.number))
    best, others = order[: _MOST // 2], order[_MOST // 2 :]
    spread = [others[place * len(others) // (_MOST // 2)] for place in range(_MOST // 2)]
    return sorted(best + spread, key=lambda trial: trial.number)
