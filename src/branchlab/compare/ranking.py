"""The best of many: per metric among those measured on the same data, and over all optimised metrics at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.compare.inputs import input_key, largest_group, rule_of
from branchlab.compare.pareto import best_positions, pareto_front
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab.experiment import Number
    from branchlab.project import MetricRule, Settings

# What a failed or damaged run left was perhaps not measured to the end.
RANKED = ("finished", "stopped", "running", "unrecorded")
_ENOUGH = 2  # with fewer there is nothing to rank, and with one metric the front is its best value


class Measurements(NamedTuple):
    """What one experiment measured.

    Attributes:
        values: by full name.
        inputs: digest by path of what it read.
        data: digest by path of all its data.
        known: False for a run that is not recorded: what it read is told by its record.
    """

    values: Mapping[str, Number]
    inputs: Mapping[str, str]
    data: Mapping[str, str] = {}
    known: bool = True


class Ranking(NamedTuple):
    """Positions of experiments.

    Attributes:
        best: by metric with a goal, where the best value stands; empty when all are equally good.
        apart: by metric, whose value was measured on other data than that of most; these are never best, nor is
            a run of which nobody knows yet what it read, where others read something.
        front: which no other beats in all optimised metrics; empty unless there are two such metrics.
    """

    best: Mapping[str, frozenset[int]]
    apart: Mapping[str, frozenset[int]]
    front: frozenset[int]


def rank(measured: Sequence[Measurements], settings: Settings, metric_of: Mapping[str, str] | None = None) -> Ranking:
    """Ranks experiments; `metric_of` gives the metric a full name is a value of, where that is not its last part."""
    names = dict.fromkeys(name for item in measured for name in item.values)
    best, apart, judged = {}, {}, {}
    groups: dict[tuple[str, ...], frozenset[int]] = {}
    for name in names:
        rule = rule_of(settings, name, (metric_of or {}).get(name, ""))
        if rule.measured_on not in groups:
            groups[rule.measured_on] = _largest(measured, rule)
        judged[name] = alike = groups[rule.measured_on]
        values = [item.values.get(name) if place in alike else None for place, item in enumerate(measured)]
        winners = frozenset(best_positions(values, rule.goal))
        best[name] = winners if len(winners) < len(alike) else frozenset()
        apart[name] = frozenset(
            p for p, item in enumerate(measured) if p not in alike and item.known and name in item.values
        )
    return Ranking(best, apart, _front(measured, settings, judged))


def _largest(measured: Sequence[Measurements], rule: MetricRule) -> frozenset[int]:
    """Returns the positions of most of those that measured something, all on the same data."""
    places = [place for place, item in enumerate(measured) if item.values]
    # `measured_on` may name what another run made: then outputs tell, too (`inputs.incomparable_because`).
    tables = [(item.data if rule.measured_on else None) or item.inputs for item in map(measured.__getitem__, places)]
    keys = [input_key(table, rule) for table in tables]
    # Eight trials that run must not outvote three that are recorded.
    voters = [at for at, place in enumerate(places) if measured[place].known] or range(len(places))
    most = next((keys[voters[at]] for at in largest_group([keys[at] for at in voters])), None)
    return frozenset(place for place, key in zip(places, keys, strict=True) if key == most)


def _front(
    measured: Sequence[Measurements], settings: Settings, judged: Mapping[str, frozenset[int]]
) -> frozenset[int]:
    goals = {
        name: rule.goal
        for name, rule in settings.metrics.items()
        if rule.strategy == "optimize" and rule.goal and name in judged
    }
    if len(goals) < _ENOUGH:
        return frozenset()
    points = [
        [item.values.get(name) if place in judged[name] else None for name in goals]
        for place, item in enumerate(measured)
    ]
    return frozenset(pareto_front(points, list(goals.values())))
