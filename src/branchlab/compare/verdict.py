"""What the gates are told, and what each of them says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from branchlab.experiment import Number
    from branchlab.record.model import Record

GateKind = Literal[
    "record",
    "required",
    "threshold",
    "regression",
    "best_regression",
    "slice_threshold",
    "worst_slice",
    "slice_regression",
    "slice_gap",
    "front",
    "age",
]


class BestEver(NamedTuple):
    """The best value that a metric ever had on the baseline, and where: the full id of the commit and its record."""

    value: Number
    commit: str
    record: Record


class DataAge(NamedTuple):
    """How old the content of a path is.

    Attributes:
        path: relative to the project.
        seconds: since the commit that last changed its content; None when nobody can tell.
        commit: full id of that commit; empty when there is none.
    """

    path: str
    seconds: float | None
    commit: str = ""


class Evidence(NamedTuple):
    """What seeds or folds say about a difference; A is the head, B the baseline, or the bound of a threshold.

    Attributes:
        n: number of pairs.
        mean_a: over the pairs.
        mean_b: the same.
        difference: mean of A minus B; positive means larger, not better.
        sd: sample standard deviation of the paired differences.
        p: one-sided: how likely such a loss is when no more than the allowed one is real; for a threshold, how likely
            such values are when it is not kept. None when all pairs differ by the same: there is no spread to go by.
        confidence: how sure the settings want to be; the interval below is two-sided at this level.
        test: `paired t`, or `corrected paired t` for folds, whose training sets overlap; `one-sample` for `paired`
            beside a threshold.
        low: lower end of the interval of the difference.
        high: upper end.
        sd_a: sample standard deviation of A's values.
        sd_b: of B's.
        unit: what the pairs are, `seed` or `fold`.
    """

    n: int
    mean_a: float
    mean_b: float
    difference: float
    sd: float
    p: float | None
    confidence: float
    test: str
    low: float
    high: float
    sd_a: float = 0.0
    sd_b: float = 0.0
    unit: str = "seed"


class GateResult(NamedTuple):
    """What one gate says. What cannot be judged has not passed, and `reason` says why.

    Attributes:
        metric: its name in the settings; for the Pareto front all of them, for an age the path, for the record empty.
        kind: which gate.
        rule: in words of the settings, `accuracy >= 0.90`.
        value: what was judged; None where it is missing.
        baseline: what it was judged against.
        passed: whether the gate lets the change through.
        reason: one sentence part without a full stop; never empty when the gate failed.
        slice: the slice that decided, `region=eu`.
        allowed: the limit as the settings write it, `1%`.
        evidence: of seeds or folds, where there are two pairs or more.
    """

    metric: str
    kind: GateKind
    rule: str
    value: Number | None
    baseline: Number | None
    passed: bool
    reason: str
    slice: str = ""
    allowed: str = ""
    evidence: Evidence | None = None
