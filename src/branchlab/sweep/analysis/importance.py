"""Which parameters matter for a metric, over any set of experiments.

A random forest learns the metric from the parameters, and each parameter is as important as the forest gets worse, on
experiments that it has not seen, when the values of this parameter are shuffled.

Sources:
    Breiman (2001), Random Forests, Machine Learning 45: the forest and the permutation importance.
    Hutter, Hoos and Leyton-Brown (2014), An Efficient Approach for Assessing Hyperparameter Importance, ICML: that a
        forest over finished trials answers the question.
    Conover and Iman (1981), Rank Transformations as a Bridge, The American Statistician 35(3): ranks in the place of
        values, so that one diverged trial does not decide everything, and a logarithm changes nothing.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol

from branchlab.compare.paired import deviation
from branchlab.sweep.analysis.ranking import value_of
from branchlab.sweep.objectives import is_finite
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab.experiment import Number, Scalar
    from branchlab.sweep.analysis.ranking import Value
    from branchlab.sweep.trial import Study

FEWEST = 10  # with fewer, five folds hold one or two each
_ROUGH = 30
_FOLDS = 5
_TREES = 60
_SHUFFLES = 5
_WEAK = 0.2  # R² below which the order of parameters is mostly luck
_MOST_PARAMETERS = 200


class Measured(Protocol):
    """What is asked of an experiment; `Experiment` has it."""

    @property
    def status(self) -> str:
        """How it ended; only finished ones count."""

    @property
    def params(self) -> Mapping[str, Scalar]:
        """Its parameters, flat."""

    @property
    def metrics(self) -> Mapping[str, Number]:
        """Its metrics, flat."""


class Setting(NamedTuple):
    """A trial as an experiment that has been measured."""

    status: str
    params: Mapping[str, Scalar]
    metrics: Mapping[str, Number]


class Weight(NamedTuple):
    """How much one parameter matters.

    Attributes:
        parameter: its name.
        share: of all that the parameters explain, from 0 to 1; the shares of an importance sum up to 1.
        spread: standard deviation of the share over the folds.
        values: how many different values it took.
    """

    parameter: str
    share: float
    spread: float
    values: int


class Importance(NamedTuple):
    """How much each parameter matters for one metric.

    Attributes:
        metric: which.
        weights: most important first; empty where it cannot be told.
        experiments: how many were learned from.
        explained: R² on experiments that the forest had not seen: 1 when the parameters explain the order of the
            experiments in full, 0 or less when they explain nothing.
        note: why it cannot be told, or why to doubt it; else empty.
    """

    metric: str
    weights: tuple[Weight, ...] = ()
    experiments: int = 0
    explained: float = 0.0
    note: str = ""


def settings_of(study: Study, metric: str, value: Value = "last") -> list[Setting]:
    """Returns the trials of a study as experiments for the importance of one metric."""
    found = []
    for trial in study.trials:
        reached = value_of(trial, metric, value)
        found.append(Setting(trial.status, trial.values, {} if reached is None else {metric: reached}))
    return found


def importance(
    experiments: Sequence[Measured], metric: str, parameters: Sequence[str] = (), *, seed: int = 0
) -> Importance:
    """Returns how much each parameter matters for a metric.

    Args:
        experiments: trials, or any other experiments; a hand-made branch counts as much as a trial.
        metric: which.
        parameters: look at these alone; at all that differ when empty.
        seed: of the forest and the shuffles; the answer is the same each time.

    Takes half a second for 50 experiments and less than one for 1,000; loading scikit-learn takes longer.
    """
    known = [one for one in experiments if one.status == "finished" and is_finite(one.metrics.get(metric))]
    differ = [name for name in differing(known) if not parameters or name in parameters]
    names = differ[:_MOST_PARAMETERS]
    plain = Importance(metric, experiments=len(known))
    if len(known) < FEWEST:
        return plain._replace(note=f"{_counted(len(known))} {metric}, and {FEWEST} are needed")
    targets = [float(one.metrics[metric]) for one in known]
    if len(set(targets)) == 1:
        return plain._replace(note=f"{metric} is the same in all of them")
    if not names:
        return plain._replace(note="no parameter differs between them")
    explained, drops = _learn([[one.params.get(name) for name in names] for one in known], targets, seed)
    weights = _weights(names, known, drops)
    notes = (_doubt(metric, len(known), explained, weights), _left_out(len(differ)))
    return Importance(metric, weights, len(known), explained, "; ".join(filter(None, notes)))


def differing(experiments: Sequence[Measured]) -> list[str]:
    """Returns the parameters that differ; without texts of which no two are alike, such as the name of an output."""
    found = []
    for name in sorted({name for one in experiments for name in one.params}):
        values = [one.params.get(name) for one in experiments]
        distinct = {(type(value).__name__, value) for value in values}
        texts = all(isinstance(value, str) for value in values)
        if len(distinct) > 1 and not (texts and len(distinct) == len(values)):
            found.append(name)
    return found


def _counted(count: int) -> str:
    if not count:
        return "no finished experiment has"
    return "1 finished experiment has" if count == 1 else f"{count} finished experiments have"


def _learn(rows: list[list[Scalar]], targets: list[float], seed: int) -> tuple[float, list[list[float]]]:
    """Returns R² on unseen experiments, and for each fold by how much it falls when a parameter is shuffled."""
    import numpy as np
    from sklearn.ensemble import RandomForestRegressor
    from sklearn.model_selection import KFold

    table = np.array([_codes(column) for column in zip(*rows, strict=True)], dtype=float).T
    ranks = np.array(_ranks(targets))
    random = np.random.default_rng(seed)
    guesses = np.zeros(len(ranks))
    drops = []
    for seen, unseen in KFold(_FOLDS, shuffle=True, random_state=seed).split(table):
        forest = RandomForestRegressor(_TREES, min_samples_leaf=2, random_state=seed, n_jobs=1)
        forest.fit(table[seen], ranks[seen])
        guesses[unseen] = forest.predict(table[unseen])
        error = float(np.mean((guesses[unseen] - ranks[unseen]) ** 2))
        stacked = np.repeat(table[unseen][None, :, :], table.shape[1] * _SHUFFLES, axis=0)
        for column in range(table.shape[1]):
            for shuffle in range(_SHUFFLES):
                # From all experiments, because a fold of two has hardly another order.
                drawn = random.choice(table[:, column], size=len(unseen))
                stacked[column * _SHUFFLES + shuffle, :, column] = drawn
        shuffled = forest.predict(stacked.reshape(-1, table.shape[1])).reshape(table.shape[1], -1, len(unseen))
        drops.append([float(np.mean((part - ranks[unseen]) ** 2)) - error for part in shuffled])
    spread = float(np.mean((ranks - ranks.mean()) ** 2))
    return 1 - float(np.mean((guesses - ranks) ** 2)) / spread, drops


def _codes(column: Sequence[Scalar]) -> list[float]:
    """Returns a column as numbers: texts by their order, truth values as 0 and 1, and NaN where there is none."""
    texts = sorted({str(value) for value in column if isinstance(value, str)})
    place = {text: float(number) for number, text in enumerate(texts)}
    return [
        # scikit-learn's floats are of 32 bits, where 1e39 is infinite and refused
        math.nan if value is None else place[value] if isinstance(value, str) else min(max(float(value), -1e30), 1e30)
        for value in column
    ]


def _ranks(values: Sequence[float]) -> list[float]:
    """Returns the rank of each value as a share, the mean rank for those that are alike."""
    ordered = sorted(values)
    first: dict[float, int] = {}
    last: dict[float, int] = {}
    for place, value in enumerate(ordered):
        first.setdefault(value, place)
        last[value] = place
    return [(first[value] + last[value]) / 2 / (len(values) - 1) for value in values]


def _weights(names: Sequence[str], known: Sequence[Measured], drops: list[list[float]]) -> tuple[Weight, ...]:
    means = [max(sum(fold[at] for fold in drops) / len(drops), 0.0) for at in range(len(names))]
    total = sum(means)
    if not total:
        return ()
    shares = [_shares(fold) for fold in drops]
    found = []
    for at, name in enumerate(names):
        here = [share[at] for share in shares]
        values = len({(type(value).__name__, value) for value in (one.params.get(name) for one in known)})
        found.append(Weight(name, means[at] / total, deviation(here), values))
    return tuple(sorted(found, key=lambda weight: -weight.share))


def _shares(drops: Sequence[float]) -> list[float]:
    kept = [max(drop, 0.0) for drop in drops]
    total = sum(kept)
    return [drop / total if total else 0.0 for drop in kept]


def _left_out(count: int) -> str:
    return f"of {count} parameters the first {_MOST_PARAMETERS} by name" if count > _MOST_PARAMETERS else ""


def _doubt(metric: str, count: int, explained: float, weights: Sequence[Weight]) -> str:
    if not weights or explained <= 0:
        return f"the parameters do not explain {metric}: what differs is chance, or something that is no parameter"
    if explained < _WEAK:
        return f"the parameters explain little of {metric}, so their order is mostly luck"
    return "so few give a rough order only" if count < _ROUGH else ""
