"""Every rule of the settings, applied to the record of a change.

What cannot be judged has not passed: a value that is missing or no number, one measured on other data, a record of
other code. One side only counts as worse, that which the goal of a metric says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.compare.difference import measured_values
from branchlab.compare.inputs import importance, incomparable_because, rule_of
from branchlab.compare.limits import age_figure, age_limit, figure, loss, parse_bound, unusable
from branchlab.compare.regression import Beside, judge_regression, regression
from branchlab.compare.slices_gate import judge_slices
from branchlab.compare.threshold import judge_threshold
from branchlab.compare.verdict import BestEver, DataAge, Evidence, GateKind, GateResult
from branchlab.project import within
from branchlab.text import some_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from branchlab.compare.difference import Side
    from branchlab.experiment import Number
    from branchlab.project import MetricRule, Settings
    from branchlab.record.model import Record

__all__ = ["BestEver", "DataAge", "Evidence", "GateKind", "GateResult", "judge"]

_BASE = "the base"


def judge(
    settings: Settings, base: Side | None, head: Side, best: Mapping[str, BestEver], ages: Mapping[str, DataAge]
) -> tuple[GateResult, ...]:
    """Returns what every gate of the settings says, passed or not, the most important first.

    Args:
        settings: with the gates.
        base: None when there is no record to compare with.
        head: the change under test.
        best: the best value that the baseline ever had, by metric.
        ages: of the data, by path.
    """
    against = base.record if base else None
    metrics = sorted(settings.metrics, key=lambda name: importance(settings, name))
    found = [gate for name in metrics for gate in _metric(settings, name, against, head.record, best.get(name))]
    if settings.ci.front:
        found.append(_front(settings, against, head.record))
    # Ages are of data alone: where nothing else is judged, nobody asks what the record is of.
    record = [_record(head)] if found else []
    return (*record, *found, *(_age(path, text, ages.get(path)) for path, text in settings.ci.max_age.items()))


def _record(head: Side) -> GateResult:
    """Judges whether what was measured is the code under test: else no other gate says anything about it."""
    run = head.record.run
    blank = GateResult("record", "record", "the record is of this code", None, None, passed=False, reason="")
    if not run.id:
        return blank._replace(reason=f"{head.name} has no record")
    if run.status == "failed":
        return blank._replace(reason="the run failed, so it was perhaps not measured to the end")
    if run.merged:
        return blank._replace(reason="it was put together by a merge and is not measured again yet")
    if run.differs:
        return blank._replace(reason=f"what ran had other code: {some_of(run.differs)}")
    if head.stale:
        files = f": {some_of(head.changed)}" if head.changed else ""
        return blank._replace(reason=f"the code is not what was measured{files}")
    remarks = ["the run was stopped by hand"] if run.status == "stopped" else []
    # Only remarked: that code was taken up late is no sign that it differs, which `differs` would name.
    remarks += [] if run.exact else ["the code was taken up after the run had begun"]
    return blank._replace(passed=True, reason=", ".join(remarks))


def _metric(
    settings: Settings, name: str, base: Record | None, head: Record, best: BestEver | None
) -> Iterator[GateResult]:
    """Yields the gates of one metric in the order of the settings."""
    rule, confidence = settings.metrics[name], settings.ci.confidence
    value = _value(head, name)
    if rule.required:
        problem = f"the record has no {name}" if value is None else unusable(value, name)
        yield GateResult(name, "required", f"{name} is recorded", value, None, passed=not problem, reason=problem)
    if rule.threshold:
        yield judge_threshold(name, parse_bound(rule.threshold), value, head, confidence)
    if rule.max_regression:
        beside = Beside(base, _BASE, _value(base, name) if base else None)
        blank = regression(name, "regression", rule.max_regression)
        yield judge_regression(blank, rule, value, head, beside, confidence)
    if rule.max_regression_from_best:
        yield _from_best(
            regression(name, "best_regression", rule.max_regression_from_best), rule, head, best, confidence
        )
    yield from judge_slices(name, rule, head, base, settings.ci.min_slice_rows)


def _from_best(
    blank: GateResult, rule: MetricRule, head: Record, best: BestEver | None, confidence: float
) -> GateResult:
    value = _value(head, blank.metric)
    if best is None:
        return blank._replace(value=value, reason=f"the baseline never had {blank.metric}")
    beside = Beside(best.record, f"the best ({best.commit[:8]})", best.value)
    return judge_regression(blank, rule, value, head, beside, confidence)


def _value(record: Record, name: str) -> Number | None:
    # A metric may be called `test.accuracy` itself.
    if name in record.metrics:
        return record.metrics[name]
    measured = measured_values(record).get(name)  # of a split or slice
    return measured.value if measured else None


def _front(settings: Settings, base: Record | None, head: Record) -> GateResult:
    """Judges whether the base is as good in all metrics of the front and better in one."""
    names = settings.ci.front
    listed = f"{', '.join(names[:-1])} and {names[-1]}"
    blank = GateResult(
        ", ".join(names), "front", f"the base does not beat it in {listed}", None, None, passed=False, reason=""
    )
    if base is None:
        return blank._replace(reason=f"{_BASE} has no record to compare with")
    better: list[str] = []
    worse: list[str] = []
    for name in names:
        rule = rule_of(settings, name)
        after, before = _value(head, name), _value(base, name)
        problem = (
            unusable(after, name)
            or unusable(before, f"{name} of {_BASE}")
            or incomparable_because(head.data, base.data, rule)
        )
        if problem or after is None or before is None:
            return blank._replace(reason=problem)
        if not within(rule, before, after):
            worsened = loss(rule.goal, before, after) > 0
            (worse if worsened else better).append(f"{name} ({figure(before)} to {figure(after, before)})")
    if not worse:
        return blank._replace(passed=True, reason=f"better in {', '.join(better)}" if better else "the same in all")
    if better:
        return blank._replace(passed=True, reason=f"worse in {', '.join(worse)}, but better in {', '.join(better)}")
    return blank._replace(reason=f"worse in {', '.join(worse)}, and better in none")


def _age(path: str, text: str, age: DataAge | None) -> GateResult:
    """Judges how old the content of a path is; `value` counts in the unit of the limit."""
    number, unit, seconds = age_limit(text)
    blank = GateResult(path, "age", f"{path} at most {text} old", None, None, passed=False, reason="", allowed=text)
    if age is None or age.seconds is None:
        return blank._replace(reason=f"nothing tells when {path} came into the repository")
    old = age.seconds / seconds
    since = f", since {age.commit[:8]}" if age.commit else ""
    told = age_figure(old, number)
    told = f"{told} {unit}{'' if told == '1' else 's'} old{since}"
    return blank._replace(value=old, passed=old <= number, reason=told)
