"""Curves of trials, made up or drawn by hypothesis, and a bank of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from branchlab.sweep.plan import Constraint, Objective, Objectives, Pruning
from branchlab.sweep.pruning.bank import Bank

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.sweep.pruning.curve import Curve

LOSS = Objectives((Objective("loss", "minimize"),))
ACCURACY = Objectives((Objective("accuracy", "maximize"),))
BOTH = Objectives((Objective("loss", "minimize"), Objective("accuracy", "maximize")))
BOUND = Objectives((Objective("loss", "minimize"),), (Constraint("latency", 50, above=False),))

Values = list[float]

# Sixty-fourths add and halve without rounding, so that ties are ties.
values = st.integers(-640, 640).map(lambda number: number / 64)
lengths = st.integers(1, 12)
curves = st.lists(values, min_size=1, max_size=12)
many_curves = st.lists(curves, min_size=1, max_size=12)
compared_rules = st.builds(
    Pruning,
    rule=st.sampled_from(["median", "percentile", "halving", "hyperband", "gain"]),
    metric=st.just(""),
    lower=st.none(),
    upper=st.none(),
    warmup=st.integers(0, 4),
    every=st.integers(1, 3),
    min_trials=st.integers(0, 4),
    percentile=st.sampled_from([0.0, 25.0, 50.0, 75.0]),
    patience=st.integers(1, 4),
    min_delta=st.sampled_from([0.0, 0.5]),
    factor=st.integers(2, 4),
)


def steps(of: Sequence[float]) -> list[tuple[int, float]]:
    """Returns values as a metric that was logged at steps 0, 1, …"""
    return list(enumerate(of))


def bank_of(rule: Pruning, others: Sequence[Sequence[float]], objectives: Objectives = LOSS) -> Bank:
    """Returns a bank in which each curve is one of the first metric of a finished trial."""
    return bank_with(rule, [{objectives.optimize[0].metric: steps(of)} for of in others], objectives)


def bank_with(rule: Pruning, others: Sequence[Curve], objectives: Objectives) -> Bank:
    """Returns a bank of finished trials with these curves."""
    bank = Bank((rule,), objectives)
    for number, curve in enumerate(others):
        bank.add(number, curve)
    return bank
