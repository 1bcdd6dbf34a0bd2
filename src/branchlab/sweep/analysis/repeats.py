"""How sure it is that one trial is better than another, from the seeds or folds both were run with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.compare.paired import sureness, weigh
from branchlab.compare.repeats import pairs_of
from branchlab.text import format_number
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from branchlab.compare.verdict import Evidence
    from branchlab.record.model import Record
    from branchlab.sweep.plan import Objective

CONFIDENCE = 0.95
_PAIR = 2


class Contest(NamedTuple):
    """One metric of two trials, part by part.

    Attributes:
        metric: which.
        evidence: what the paired test says; its `p` is small when the first trial is the worse one.
        words: the same for people.
    """

    metric: str
    evidence: Evidence
    words: str


def contest(one: Record, other: Record, objective: Objective, name: str = "the reference") -> Contest | None:
    """Compares two trials by their seeds or folds; None where fewer than two of these pair.

    The best of many trials is partly best by luck, which this test does not know: of twenty trials that are equally
    good, the best one seems better than any single other with a sureness of about 95%.
    """
    pairs = pairs_of(one, other, objective.metric)
    if len(pairs.names) < _PAIR:
        return None
    evidence = weigh(pairs.a, pairs.b, goal=objective.goal, allowed=0.0, unit=pairs.unit, confidence=CONFIDENCE)
    return Contest(objective.metric, evidence, _words(evidence, objective, name))


def _words(evidence: Evidence, objective: Objective, name: str) -> str:
    parts = f"{evidence.n} {evidence.unit}s"
    gain = evidence.difference if objective.goal == "maximize" else -evidence.difference
    # equal differences have no spread, and no test can say how sure that is
    if evidence.p is None:
        return f"{objective.metric} differs from {name} by {format_number(evidence.difference)} in each of {parts}"
    better = gain > 0
    sure = sureness(1 - evidence.p if better else evidence.p)
    word = "better" if better else "worse"
    low, high = format_number(evidence.low), format_number(evidence.high)
    return f"{sure} sure that {objective.metric} is {word} than {name}: {low} to {high} over {parts}"
