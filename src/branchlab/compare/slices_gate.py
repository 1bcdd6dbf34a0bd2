"""The gates that look at slices: a threshold for one, the worst, the loss of each, and the gap between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.compare.inputs import incomparable_because
from branchlab.compare.limits import allowance, exceeds, figure, loss, moved, parse_bound, unusable
from branchlab.compare.regression import allowed_loss
from branchlab.compare.verdict import GateResult
from branchlab.text import some_of
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from branchlab.compare.verdict import GateKind
    from branchlab.experiment import Number
    from branchlab.project import Goal, MetricRule
    from branchlab.record.model import Record

_ROWS = "rows"  # the size of a slice, which `log_slice` keeps beside its metrics
_FEWEST = 2


class _Slices(NamedTuple):
    """The slices that count for the gates of one metric: value by slice, and how many have too few rows to count."""

    values: Mapping[str, Number]
    small: int = 0


class _Fall(NamedTuple):
    """What a slice lost, and what it was allowed to."""

    part: str
    before: Number
    after: Number
    lost: float
    allowed: float

    @property
    def too_large(self) -> bool:
        return exceeds(self.lost, self.allowed, self.before, self.after)


def judge_slices(
    metric: str, rule: MetricRule, head: Record, base: Record | None, least_rows: int
) -> Iterator[GateResult]:
    """Yields what the gates of a metric's slices say, in the order of the settings."""
    for part, text in rule.slice_thresholds.items():
        yield _one(metric, part, text, head, least_rows)
    here = _slices(metric, rule, head, least_rows)
    there = _slices(metric, rule, base, least_rows) if base else _Slices({})
    by = f" by {' and '.join(rule.slices)}" if rule.slices else ""
    # Slices of other data are other slices: none of them has vanished.
    alike = base is not None and not incomparable_because(head.data, base.data, rule)
    gone = "" if not alike else _vanished(metric, here, there, head)
    if rule.worst_slice:
        blank = _blank(metric, "worst_slice", f"{metric} of the worst slice{by} {parse_bound(rule.worst_slice)}")
        yield _worst(blank, rule, here, gone)
    if rule.max_slice_regression:
        text = rule.max_slice_regression
        blank = _blank(metric, "slice_regression", f"{metric} of each slice{by} loses at most {text}", text)
        yield _losses(blank, rule, head, base, _Both(here, there, gone))
    if rule.max_slice_gap:
        text = rule.max_slice_gap
        blank = _blank(metric, "slice_gap", f"{metric} of slices{by} at most {text} apart", text)
        yield _gap(blank, rule.goal, here, gone)


class _Both(NamedTuple):
    """Slices of the head and of the base, and which of the latter the head lacks, in words."""

    here: _Slices
    there: _Slices
    gone: str


def _blank(metric: str, kind: GateKind, rule: str, allowed: str = "") -> GateResult:
    return GateResult(metric, kind, rule, None, None, passed=False, reason="", allowed=allowed)


def _slices(metric: str, rule: MetricRule, record: Record, least_rows: int) -> _Slices:
    """Picks the slices that have the metric; one that does not say how many rows it has counts."""
    found = {
        part: values[metric]
        for part, values in sorted(record.slices.items())
        if metric in values and (not rule.slices or part.partition("=")[0] in rule.slices)
    }
    small = {part for part in found if _is_small(record, part, least_rows)}
    return _Slices({part: value for part, value in found.items() if part not in small}, len(small))


def _is_small(record: Record, part: str, least_rows: int) -> bool:
    rows = record.slices[part].get(_ROWS)
    return rows is not None and rows < least_rows


def _vanished(metric: str, here: _Slices, there: _Slices, head: Record) -> str:
    """Says which slices the base counts and the head does not: a slice must not leave by being left out."""
    gone = [part for part in there.values if part not in here.values]
    if not gone:
        return ""
    shrunk = [part for part in gone if metric in head.slices.get(part, {})]
    what = f"has too few rows here: {some_of(shrunk)}" if shrunk == gone else f"is missing here: {some_of(gone)}"
    return f"a slice of the base {what}"


def _one(metric: str, part: str, text: str, head: Record, least_rows: int) -> GateResult:
    bound = parse_bound(text)
    blank = _blank(metric, "slice_threshold", f"{metric} of {part} {bound}", str(bound))._replace(slice=part)
    value = head.slices.get(part, {}).get(metric)
    if value is None:
        return blank._replace(reason=f"the record has no {metric} of {part}")
    blank = blank._replace(value=value)
    if problem := unusable(value, f"{metric} of {part}"):
        return blank._replace(reason=problem)
    if _is_small(head, part, least_rows):
        rows = figure(head.slices[part][_ROWS])
        return blank._replace(reason=f"{part} has {rows} rows, too few to judge: at least {least_rows} are asked for")
    passed = bound.holds(value)
    return blank._replace(passed=passed, reason=f"{figure(value, bound.number)} is {'' if passed else 'not '}{bound}")


def _unjudged(here: _Slices, gone: str, metric: str, fewest: int = 1) -> str:
    """Says why the slices of the head cannot be judged, else nothing."""
    if gone:
        return gone
    for part, value in here.values.items():
        if problem := unusable(value, f"{metric} of {part}"):
            return problem
    if len(here.values) < fewest:
        count = {0: "no slice", 1: "only one slice"}[len(here.values)]
        small = f", and {here.small} with too few rows" if here.small else ""
        return f"the record has {count} of {metric} to judge{small}"
    return ""


def _worst(blank: GateResult, rule: MetricRule, here: _Slices, gone: str) -> GateResult:
    if reason := _unjudged(here, gone, blank.metric):
        return blank._replace(reason=reason)
    bound = parse_bound(rule.worst_slice)
    part, value = _ends(here, rule.goal)[0]
    passed = bound.holds(value)
    failing = [name for name, size in here.values.items() if not bound.holds(size)]
    also = f"; also not {bound}: {some_of([name for name in failing if name != part])}" if len(failing) > 1 else ""
    reason = f"{part} has {figure(value, bound.number)}, the worst of {len(here.values)}{also}"
    return blank._replace(value=value, passed=passed, reason=reason, slice=part, allowed=str(bound))


def _gap(blank: GateResult, goal: Goal | None, here: _Slices, gone: str) -> GateResult:
    if reason := _unjudged(here, gone, blank.metric, _FEWEST):
        return blank._replace(reason=reason)
    (worst, low), (best, high) = _ends(here, goal)
    size, allowed = loss(goal, high, low), allowance(blank.allowed, high)  # of the best slice, where it is a percentage
    passed = not exceeds(size, allowed, high, low)
    reason = (
        f"{best} has {figure(high)} and {worst} {figure(low)}, "
        f"{figure(size, allowed)} apart with {figure(allowed)} allowed"
    )
    return blank._replace(value=size, passed=passed, reason=reason, slice=worst)


def _ends(here: _Slices, goal: Goal | None) -> tuple[tuple[str, Number], tuple[str, Number]]:
    """Returns the worst slice and the best, by name on a tie."""
    # From a value down to 0: whichever the goal, the worst has the least to lose.
    ordered = sorted(here.values.items(), key=lambda item: loss(goal, item[1], 0))
    return ordered[0], ordered[-1]


def _losses(blank: GateResult, rule: MetricRule, head: Record, base: Record | None, both: _Both) -> GateResult:
    if base is None:
        return blank._replace(reason="the base has no record to compare with")
    if other := incomparable_because(head.data, base.data, rule):
        return blank._replace(reason=other)
    before, after = both.there.values, both.here.values
    common = [part for part in after if part in before]
    for part in common:
        if problem := unusable(before[part], f"{blank.metric} of {part} of the base"):
            return blank._replace(reason=problem, slice=part)
    if reason := _unjudged(both.here, both.gone, blank.metric):
        return blank._replace(reason=reason)
    if not common:
        return blank._replace(reason=f"the base has no slice of {blank.metric} to compare with")
    falls = [_fall(blank, rule, part, before[part], after[part]) for part in common]
    return _most_lost(blank, rule.goal, falls, len(after) - len(common))


def _fall(blank: GateResult, rule: MetricRule, part: str, before: Number, after: Number) -> _Fall:
    return _Fall(part, before, after, loss(rule.goal, before, after), allowed_loss(rule, blank.allowed, before))


def _most_lost(blank: GateResult, goal: Goal | None, falls: list[_Fall], new: int) -> GateResult:
    # A percentage allows each slice another loss, so it counts how far each is beyond its own.
    most = max(falls, key=lambda fall: fall.lost - fall.allowed)
    failing = [fall.part for fall in falls if fall.too_large]
    blank = blank._replace(value=most.after, baseline=most.before, passed=not failing, slice=most.part)
    added = f"; {new} new" if new else ""
    if most.lost <= 0:
        return blank._replace(reason=f"none of {len(falls)} got worse{added}")
    reason = (
        f"{most.part} {moved(goal, most.lost)} by {figure(most.lost, most.allowed)}, {figure(most.allowed)} allowed"
    )
    others = [part for part in failing if part != most.part]
    also = f"; so did {some_of(others)}" if others else ""
    return blank._replace(reason=f"{reason}{also}{added}")
