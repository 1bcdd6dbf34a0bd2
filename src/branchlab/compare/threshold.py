"""The gate that holds a metric against a number that the team agreed on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.compare.limits import figure, unusable
from branchlab.compare.paired import mean_of, sureness, weigh
from branchlab.compare.repeats import sample_of
from branchlab.compare.verdict import GateResult

if TYPE_CHECKING:
    from branchlab.compare.limits import Bound
    from branchlab.compare.repeats import Sample
    from branchlab.compare.verdict import Evidence
    from branchlab.experiment import Number
    from branchlab.project import Goal
    from branchlab.record.model import Record


def judge_threshold(metric: str, bound: Bound, value: Number | None, record: Record, confidence: float) -> GateResult:
    """Judges a value, or the mean of seeds or folds where the record has only these.

    A threshold is a promise about the value that is recorded, so the value decides. How sure seeds or folds are that
    it is kept is said beside it.
    """
    blank = GateResult(
        metric, "threshold", f"{metric} {bound}", value, None, passed=False, reason="", allowed=str(bound)
    )
    sample = sample_of(record, metric)
    if value is None and sample:
        value = mean_of(list(sample.values.values()))
    problem = f"the record has no {metric}" if value is None else unusable(value, metric)
    if problem or value is None:
        return blank._replace(reason=problem)
    passed = bound.holds(value)
    reason = f"{figure(value, bound.number)} is {'' if passed else 'not '}{bound}"
    evidence = _evidence(sample, bound, confidence) if sample else None
    if evidence and evidence.p is not None:
        sure = sureness(evidence.p if passed else 1 - evidence.p)
        reason += f", {sure} sure from {evidence.n} {evidence.unit}s"
    return blank._replace(value=value, passed=passed, reason=reason, evidence=evidence)


def _evidence(sample: Sample, bound: Bound, confidence: float) -> Evidence:
    """Weighs the values against the bound, as if every seed or fold of a baseline had just met it.

    The goal is turned round, so that `p` is small where the mean surely keeps the bound.
    """
    values = list(sample.values.values())
    goal: Goal = "minimize" if bound.sign.startswith(">") else "maximize"
    found = weigh(values, [bound.number] * len(values), goal=goal, allowed=0.0, unit=sample.unit, confidence=confidence)
    return found._replace(test=found.test.replace("paired", "one-sample"))
