"""Compares a run with its repetition: inputs first, in the order in which they could explain the outcome."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from branchlab.compare.inputs import input_digests, rule_among
from branchlab.project import within
from branchlab.text import flatten, safe_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from branchlab.project import MetricRule
    from branchlab.record.model import Record


class Departure(NamedTuple):
    """One thing that is not the same; `before` and `after` are texts fit for showing."""

    kind: str
    name: str
    before: str
    after: str


def compare_runs(
    before: Record, after: Record, tolerance: float = 0.0, rules: Mapping[str, MetricRule] | None = None
) -> list[Departure]:
    """Returns what differs: parameters, seed, data, environment, then metrics, splits and slices.

    Only a difference in how the run ended or in a measured value makes the repetition a failure: without one the
    list is empty, whatever the environment was.

    Args:
        before: the record.
        after: what the repetition left.
        tolerance: relative difference of a metric that is fine, as in `math.isclose`.
        rules: what the team agreed on; a metric's own `tolerance` holds where it allows more.
    """
    measured = [*_status(before, after), *_measured(before, after, tolerance, rules or {})]
    return [*_inputs(before, after), *measured] if measured else []


def _inputs(before: Record, after: Record) -> Iterator[Departure]:
    """Names inputs that differ. What a repetition that ended otherwise had no time to tell is no difference.

    Neither is a package that only one side imported: another set of installed ones has another hash.
    """
    cut_short = before.run.status != after.run.status
    yield from _differing("parameter", flatten(before.params), flatten(after.params), told_by_both=cut_short)
    if before.run.seed != after.run.seed and not (cut_short and after.run.seed is None):
        yield Departure("seed", "", str(before.run.seed), str(after.run.seed))
    yield from _differing("data", input_digests(before.data), input_digests(after.data))
    yield from _differing("environment", flatten(before.environment), flatten(after.environment), told_by_both=True)


def _status(before: Record, after: Record) -> Iterator[Departure]:
    if before.run.status != after.run.status:
        yield Departure("status", "", before.run.status, after.run.status)


def _measured(before: Record, after: Record, tolerance: float, rules: Mapping[str, MetricRule]) -> Iterator[Departure]:
    groups = [("metric", before.metrics, after.metrics)]
    for kind, old, new in (("split", before.splits, after.splits), ("slice", before.slices, after.slices)):
        groups += [(kind, _prefixed(name, old), _prefixed(name, new)) for name in sorted({*old, *new})]
    for kind, old_values, new_values in groups:
        for name in sorted({*old_values, *new_values}):
            old_value, new_value = old_values.get(name), new_values.get(name)
            rule = rule_among(rules, name)
            if old_value is None or new_value is None or not _same(old_value, new_value, tolerance, rule):
                # In full: rounded, two values that differ could look the same.
                yield Departure(kind, name, str(old_value), str(new_value))


def _prefixed(name: str, groups: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    return {f"{name}.{metric}": value for metric, value in groups.get(name, {}).items()}


def _same(old: float, new: float, tolerance: float, rule: MetricRule) -> bool:
    if math.isnan(old) or math.isnan(new):
        return math.isnan(old) and math.isnan(new)
    return within(rule, old, new) or math.isclose(old, new, rel_tol=tolerance, abs_tol=0.0)


def _differing(
    kind: str, old: Mapping[str, object], new: Mapping[str, object], *, told_by_both: bool = False
) -> Iterator[Departure]:
    for name in sorted(old.keys() & new.keys() if told_by_both else old.keys() | new.keys()):
        if old.get(name) != new.get(name):
            yield Departure(kind, name, safe_text(str(old.get(name))), safe_text(str(new.get(name))))
