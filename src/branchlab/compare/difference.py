"""What differs between two records, and which of the two is better where that can be said.

Everything is seen from A, judged against B: `delta` is A minus B, `better` means that A is, `added` that only A has it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from branchlab.compare.inputs import importance, incomparable_because, rule_of
from branchlab.project import within
from branchlab.text import flatten
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchlab.experiment import Number, Scalar
    from branchlab.project import Goal, MetricRule, Settings, Strategy
    from branchlab.record.model import DataFile, Record

Verdict = Literal["better", "worse", "same", "incomparable"]
DataStatus = Literal["added", "removed", "changed"]

# Reasons that a report says in words of its own.
ONLY_A, ONLY_B, NO_GOAL = "only A has it", "only B has it", "no goal is set"


class Side(NamedTuple):
    """One of the things compared.

    Attributes:
        name: as people know it: a branch, or the short id of a commit.
        commit: full object id; None while the run is not recorded.
        record: what it says.
        stale: commits came after the one that holds the record.
        changed: paths whose content is another one since then, where that was asked for.
    """

    name: str
    commit: str | None
    record: Record
    stale: bool = False
    changed: tuple[str, ...] = ()


class MetricChange(NamedTuple):
    """One metric on both sides.

    Attributes:
        name: `accuracy`, `test.accuracy` for a split, `slices.region=eu.accuracy` for a slice.
        metric: the metric it is a value of, `accuracy`.
        a: None where it was not measured.
        b: the same.
        delta: a minus b; None where one is missing.
        verdict: `incomparable` always comes with a reason.
        reason: why it cannot be judged, else empty.
        goal: None when nobody said.
        unit: of the value.
        strategy: the metric's role.
    """

    name: str
    metric: str
    a: Number | None
    b: Number | None
    delta: Number | None
    verdict: Verdict
    reason: str = ""
    goal: Goal | None = None
    unit: str = ""
    strategy: Strategy = "store"


class ParamChange(NamedTuple):
    """One parameter, or one entry of the environment, that differs; None where it is missing."""

    name: str
    a: Scalar
    b: Scalar


class DataChange(NamedTuple):
    """One input or output that differs by content; `a` and `b` are digests, None where the path is missing."""

    path: str
    status: DataStatus
    a: str | None
    b: str | None
    a_bytes: int | None
    b_bytes: int | None
    a_files: int | None
    b_files: int | None
    output: bool


class CodeFile(NamedTuple):
    """One file that differs in code; line counts are None for a binary file, `status` is git's letter."""

    path: str
    status: str
    added: int | None
    removed: int | None


class Difference(NamedTuple):
    """Two records side by side. Metrics are all there; of everything else only what differs."""

    a: Side
    b: Side
    metrics: tuple[MetricChange, ...]
    params: tuple[ParamChange, ...]
    data: tuple[DataChange, ...]
    environment: tuple[ParamChange, ...]
    code: tuple[CodeFile, ...] = ()


class Measured(NamedTuple):
    """A measured value under its full name, and the metric it is a value of."""

    metric: str
    value: Number


def measured_values(record: Record) -> dict[str, Measured]:
    """Returns every value of a record by its full name: metrics first, then splits, then slices."""
    values = {name: Measured(name, value) for name, value in sorted(record.metrics.items())}
    for split, metrics in sorted(record.splits.items()):
        for name, value in sorted(metrics.items()):
            values[f"{split}.{name}"] = Measured(name, value)
    for part, metrics in sorted(record.slices.items()):
        for name, value in sorted(metrics.items()):
            values[f"slices.{part}.{name}"] = Measured(name, value)
    return values


def diff_records(a: Side, b: Side, settings: Settings, code: tuple[CodeFile, ...] = ()) -> Difference:
    """Compares A with B; `code` is what git says about the files of both."""
    return Difference(
        a,
        b,
        tuple(_metrics(a.record, b.record, settings)),
        tuple(_params(flatten(a.record.params), flatten(b.record.params))),
        tuple(_data(a.record.data, b.record.data)),
        tuple(_params(flatten(a.record.environment), flatten(b.record.environment))),
        code,
    )


def same_scalar(a: Scalar, b: Scalar) -> bool:
    """Tells whether two parameters are the same to a person: `1` is `1.0`, but not `true`; NaN is NaN."""
    if isinstance(a, bool) != isinstance(b, bool):
        return False
    both_nan = a != a and b != b  # noqa: PLR0124 - only NaN differs from itself
    return a == b or both_nan


def _metrics(a: Record, b: Record, settings: Settings) -> list[MetricChange]:
    first, second = measured_values(a), measured_values(b)
    changes = []
    for name in dict.fromkeys([*first, *second]):
        metric = (first.get(name) or second[name]).metric
        rule = rule_of(settings, name, metric)
        blank = MetricChange(name, metric, None, None, None, "incomparable", "", rule.goal, rule.unit, rule.strategy)
        pair = [side[name].value if name in side else None for side in (first, second)]
        changes.append(_judge(blank, pair[0], pair[1], incomparable_because(a.data, b.data, rule), rule))
    return sorted(changes, key=lambda change: importance(settings, change.name))


def _judge(blank: MetricChange, a: Number | None, b: Number | None, other_data: str, rule: MetricRule) -> MetricChange:
    delta = None if a is None or b is None else _minus(a, b)
    # Equal values are the same whichever direction is better, so they need no goal.
    reason = _missing(a, b) or other_data or ("" if a == b or blank.goal else NO_GOAL)
    verdict: Verdict = "incomparable"
    if not reason and a is not None and b is not None:
        verdict = "same" if within(rule, b, a) else "better" if (a > b) == (blank.goal == "maximize") else "worse"
    return blank._replace(a=a, b=b, delta=delta, verdict=verdict, reason=reason)


def _minus(a: Number, b: Number) -> Number:
    return 0 if a == b else a - b  # two infinities are the same, and their difference is NaN


def _missing(a: Number | None, b: Number | None) -> str:
    if a is None or b is None:
        return ONLY_B if a is None else ONLY_A
    if a != a or b != b:  # noqa: PLR0124 - only NaN differs from itself
        return "not a number"
    return ""


def _params(a: Mapping[str, Scalar], b: Mapping[str, Scalar]) -> list[ParamChange]:
    names = sorted(a.keys() | b.keys())
    return [
        ParamChange(name, a.get(name), b.get(name))
        for name in names
        if not same_scalar(a.get(name), b.get(name))  # a record leaves out what has no value
    ]


def _data(a: Mapping[str, DataFile], b: Mapping[str, DataFile]) -> list[DataChange]:
    changes = []
    for path in sorted(a.keys() | b.keys()):
        one, other = a.get(path), b.get(path)
        if one and other and one.md5 == other.md5:
            continue
        status: DataStatus = "changed" if one and other else "added" if one else "removed"
        changes.append(
            DataChange(
                path,
                status,
                one.md5 if one else None,
                other.md5 if other else None,
                one.bytes if one else None,
                other.bytes if other else None,
                one.files if one else None,
                other.files if other else None,
                any(side.output for side in (one, other) if side),
            )
        )
    return changes
