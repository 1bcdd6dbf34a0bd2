"""What the other trials of a sweep did, kept so that judging a step costs the same however many there are."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from branchlab.sweep.pruning.curve import targets
from branchlab.sweep.pruning.ladder import Ladder
from branchlab.sweep.pruning.standing import Standing, track_of
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab.experiment import Number
    from branchlab.sweep.plan import Objectives, Pruning
    from branchlab.sweep.pruning.curve import Curve, Target
    from branchlab.sweep.pruning.standing import Track

CLIMBS = ("halving", "hyperband")


class _Member(NamedTuple):
    """What one trial added."""

    tracks: Mapping[str, Track]
    kept: tuple[str, ...]
    ends: Mapping[str, tuple[int, float]]
    finished: bool


class Bank:
    """The curves of the trials that ended, sorted step by step.

    Trials that broke a constraint are left out of every comparison of an optimised metric: they may well be better in
    it, and a trial that keeps the constraint must not end for that.

    Attributes:
        targets: the metrics that can be compared.
    """

    def __init__(self, rules: Sequence[Pruning], objectives: Objectives) -> None:
        self.targets = targets(objectives)
        self._standings = {name: Standing() for name in self.targets}
        self._kept = {name: Standing() for name, target in self.targets.items() if target.limit is not None}
        self._ladders = {
            (rule, name): Ladder(rule) for rule in rules if rule.rule in CLIMBS for name in metrics_of(rule, objectives)
        }
        self._members: dict[int, _Member] = {}
        self._ends: dict[str, tuple[int, float]] = {}
        self.finished = 0

    def add(
        self, number: int, curve: Curve, *, finished: bool = True, metrics: Mapping[str, Number] | None = None
    ) -> None:
        """Takes in a trial that has ended, in place of what was known of the same number.

        Args:
            number: of the trial.
            curve: what it logged; of one that was pruned up to that step (`until`).
            finished: False for one that was pruned.
            metrics: its summary values, which tell whether it kept the constraints; else the last ones of the curve do.
        """
        self.remove(number)
        points = {name: _losses(target, curve) for name, target in self.targets.items() if curve.get(name)}
        kept = {name: self._keeps(name, points, metrics or {}) for name in self._kept}
        member = _Member(
            # a constraint is compared among all, an optimised metric only among those that keep all constraints
            {name: track_of(of) for name, of in points.items() if name in kept or all(kept.values())},
            tuple(name for name in kept if finished and kept[name] and name in points),
            {name: _end(of) for name, of in points.items() if finished and all(kept.values())},
            finished,
        )
        self._members[number] = member
        self.finished += finished
        for name, track in member.tracks.items():
            self._standings[name].add(track)
        for name in member.kept:
            self._kept[name].add(track_of(points[name]))
        for name, end in member.ends.items():
            self._ends[name] = _further(self._ends.get(name), end)
        self._climb(number, points, member)

    def remove(self, number: int) -> None:
        """Forgets a trial; one that is not there is no mistake."""
        member = self._members.pop(number, None)
        if member is None:
            return
        self.finished -= member.finished
        for name, track in member.tracks.items():
            self._standings[name].remove(track)
        for name in member.kept:
            self._kept[name].remove(member.tracks[name])
        for ladder in self._ladders.values():
            ladder.remove(number)
        self._ends = {}
        # made again from all: a maximum does not tell what it was without one of them
        for other in self._members.values():
            for name, end in other.ends.items():
                self._ends[name] = _further(self._ends.get(name), end)

    def at(self, metric: str, step: int) -> Sequence[float]:
        """Returns the losses of the others at a step, best first."""
        return self._standings[metric].at(step)

    def kept(self, metric: str, step: int) -> Sequence[float]:
        """Returns the losses at a step of the finished trials that kept this constraint in the end, best first."""
        return self._kept[metric].at(step)

    def end(self, metric: str) -> tuple[int, float] | None:
        """Returns the last step and the best loss of all finished trials; None before there is one."""
        return self._ends.get(metric)

    def ladder(self, rule: Pruning, metric: str) -> Ladder:
        """Returns the rungs of a halving or Hyperband rule that the bank was made with."""
        return self._ladders[rule, metric]

    def _keeps(self, name: str, points: Mapping[str, list[tuple[int, float]]], metrics: Mapping[str, Number]) -> bool:
        target = self.targets[name]
        if name in metrics:
            return target.keeps(metrics[name])
        return name not in points or points[name][-1][1] <= (target.limit or 0.0)

    def _climb(self, number: int, points: Mapping[str, list[tuple[int, float]]], member: _Member) -> None:
        for (rule, name), ladder in self._ladders.items():
            if name in member.tracks:
                ladder.add(number, points[name])
            if rule.rule == "hyperband" and name in self._ends:
                # steps count from 0
                ladder.stretch(self._ends[name][0] + 1)


def metrics_of(rule: Pruning, objectives: Objectives) -> tuple[str, ...]:
    """Returns the metrics that a rule looks at: the named one, or all that are optimised."""
    return (rule.metric,) if rule.metric else tuple(objective.metric for objective in objectives.optimize)


def _losses(target: Target, curve: Curve) -> list[tuple[int, float]]:
    return [(point[0], target.loss(point[-1])) for point in curve[target.metric]]


def _end(points: Sequence[tuple[int, float]]) -> tuple[int, float]:
    finite = [loss for _, loss in points if math.isfinite(loss)]
    return max(step for step, _ in points), min(finite, default=math.inf)


def _further(a: tuple[int, float] | None, b: tuple[int, float]) -> tuple[int, float]:
    return b if a is None else (max(a[0], b[0]), min(a[1], b[1]))
