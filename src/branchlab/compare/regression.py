"""The gate against losses: a metric of a change beside that of the base, or the best that there ever was.

Where both were measured with the same seeds or folds, their mean counts, and a loss beyond the allowed one fails when
the paired test is as sure of it as the settings ask for. Few pairs are never sure, and a spread that a change itself
brings must not excuse it: a mean that is worse than every value of the base fails however unsure the test is
(docs/design/0009-how-sure-a-gate-is.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.compare.inputs import incomparable_because
from branchlab.compare.limits import allowance, exceeds, figure, loss, moved, unusable
from branchlab.compare.paired import mean_of, sureness, weigh
from branchlab.compare.repeats import pairs_of
from branchlab.compare.verdict import GateResult
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from branchlab.compare.repeats import Pairs
    from branchlab.compare.verdict import Evidence, GateKind
    from branchlab.experiment import Number
    from branchlab.project import Goal, MetricRule
    from branchlab.record.model import Record


class Beside(NamedTuple):
    """What a metric is held against.

    Attributes:
        record: None when there is none.
        whose: in words, `the base`.
        value: the metric there.
    """

    record: Record | None
    whose: str
    value: Number | None


class _Loss(NamedTuple):
    """A loss of a metric, and the one that is allowed."""

    goal: Goal | None
    before: Number
    after: Number
    allowed: float

    @property
    def size(self) -> float:
        return loss(self.goal, self.before, self.after)

    @property
    def too_large(self) -> bool:
        return exceeds(self.size, self.allowed, self.before, self.after)


def judge_regression(
    blank: GateResult, rule: MetricRule, value: Number | None, head: Record, beside: Beside, confidence: float
) -> GateResult:
    """Judges a loss; `blank` names the gate and its `allowed` loss."""
    blank = blank._replace(value=value, baseline=beside.value)
    if beside.record is None:
        return blank._replace(reason=f"{beside.whose} has no record to compare with")
    pairs = pairs_of(head, beside.record, blank.metric)
    if pairs.names:
        blank = blank._replace(value=mean_of(pairs.a), baseline=mean_of(pairs.b))
    reason = _incomparable(blank, rule, head, beside, pairs)
    if reason or blank.value is None or blank.baseline is None:
        return blank._replace(reason=reason)
    found = _Loss(rule.goal, blank.baseline, blank.value, allowed_loss(rule, blank.allowed, blank.baseline))
    if not pairs.names:
        note = f" ({pairs.note})" if pairs.note else ""
        return blank._replace(passed=not found.too_large, reason=f"{change_words(found)}{note}")
    return _weighed(blank, found, pairs, confidence)


def allowed_loss(rule: MetricRule, text: str, before: Number) -> float:
    """Returns the allowed loss from a value; what the `tolerance` calls the same is no loss."""
    return max(allowance(text, before), allowance(rule.tolerance, before))


def change_words(found: _Loss) -> str:
    """Returns how a value changed, beside what is allowed where it got worse."""
    if not found.size:
        return "the same"
    share = f" ({figure(abs(found.size / found.before) * 100)}%)" if found.before and found.too_large else ""
    size = figure(abs(found.size), found.allowed if found.size > 0 else None)
    limit = f", {figure(found.allowed)} allowed" if found.size > 0 else ""
    return f"{moved(found.goal, found.size)} by {size}{share}{limit}"


def _incomparable(blank: GateResult, rule: MetricRule, head: Record, beside: Beside, pairs: Pairs) -> str:
    if beside.record is None:
        return ""
    for names, values, whose in ((pairs.names, pairs.a, ""), (pairs.names, pairs.b, f" of {beside.whose}")):
        for name, value in zip(names, values, strict=True):
            if problem := unusable(value, f"{name}{whose}"):
                return problem
    return (
        unusable(blank.value, blank.metric)
        or unusable(blank.baseline, f"{blank.metric} of {beside.whose}")
        or incomparable_because(head.data, beside.record.data, rule)
    )


def _weighed(blank: GateResult, found: _Loss, pairs: Pairs, confidence: float) -> GateResult:
    evidence = weigh(pairs.a, pairs.b, goal=found.goal, allowed=found.allowed, unit=pairs.unit, confidence=confidence)
    passed, how_sure = _decide(found, pairs, evidence)
    note = f" ({pairs.note})" if pairs.note else ""
    reason = f"the mean of {evidence.n} {pairs.unit}s {_is_same(found)}{change_words(found)}{note}; {how_sure}"
    return blank._replace(passed=passed, reason=reason, evidence=evidence)


def _is_same(found: _Loss) -> str:
    return "" if found.size else "is "


def _decide(found: _Loss, pairs: Pairs, evidence: Evidence) -> tuple[bool, str]:
    """Returns whether a gate holds over seeds or folds, and how sure that is in words."""
    if evidence.p is None:
        return not found.too_large, f"it is the same change in every {pairs.unit}"
    if not found.too_large:
        return True, f"{sureness(1 - evidence.p)} sure that no more than the allowed loss is real"
    sure = sureness(evidence.p)
    if evidence.p <= 1 - evidence.confidence:
        return False, f"{sure} sure that more than the allowed loss is real"
    if _beyond_all(found, pairs):
        return False, f"only {sure} sure that more is real, but it is worse than every {pairs.unit} of the base"
    asked = f"{evidence.confidence * 100:g}%"
    return True, f"only {sure} sure that more is real, and {asked} is asked for: more {pairs.unit}s would tell"


def _beyond_all(found: _Loss, pairs: Pairs) -> bool:
    # Over two seeds the test sees half of the losses of four deviations: docs/design/0009-how-sure-a-gate-is.md.
    worst = min(pairs.b) if found.goal == "maximize" else max(pairs.b)
    return exceeds(loss(found.goal, worst, found.after), found.allowed, worst, found.after)


def regression(metric: str, kind: GateKind, allowed: str) -> GateResult:
    """Returns a gate against losses that has not been judged yet."""
    since = " from the best ever" if kind == "best_regression" else ""
    return GateResult(
        metric, kind, f"{metric} loses at most {allowed}{since}", None, None, passed=False, reason="", allowed=allowed
    )
