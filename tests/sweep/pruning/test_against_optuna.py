"""The same curves to Optuna's own pruners and to ours: every trial must end at the same step, or not at all."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import optuna
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from branchlab.sweep.plan import Objectives, Pruning
from branchlab.sweep.pruning.bank import Bank
from branchlab.sweep.pruning.brackets import bracket
from branchlab.sweep.pruning.curve import until
from branchlab.sweep.pruning.judge import Judge
from pruned_curves import ACCURACY, LOSS, Values, curves, steps

if TYPE_CHECKING:
    from collections.abc import Sequence

optuna.logging.set_verbosity(optuna.logging.WARNING)

goals = st.sampled_from([LOSS, ACCURACY])
sweeps = st.lists(curves, min_size=4, max_size=16)
noisy_sweeps = st.lists(st.lists(st.floats(-3, 3), min_size=9, max_size=9), min_size=8, max_size=16)


def _ends_by_optuna(
    pruner: optuna.pruners.BasePruner, objectives: Objectives, sweep: Sequence[Values]
) -> list[int | None]:
    study = optuna.create_study(pruner=pruner, direction=objectives.optimize[0].goal)
    return [_end_by_optuna(study, curve) for curve in sweep]


def _end_by_optuna(study: optuna.Study, curve: Values) -> int | None:
    trial = study.ask()
    for step, value in enumerate(curve):
        trial.report(value, step)
        if trial.should_prune():
            study.tell(trial, state=optuna.trial.TrialState.PRUNED)
            return step
    study.tell(trial, 0.0)
    return None


def _ends(rule: Pruning, objectives: Objectives, sweep: Sequence[Values], *, keep_pruned: bool) -> list[int | None]:
    bank = Bank((rule,), objectives)
    metric = objectives.optimize[0].metric
    found = []
    for number, values in enumerate(sweep):
        curve = {metric: steps(values)}
        follower = Judge((rule,), objectives, bank, number=number)
        follower.look(curve)
        found.append(follower.step)
        if follower.step is None:
            bank.add(number, curve)
        elif keep_pruned:
            bank.add(number, until(curve, follower.step), finished=False)
    return found


@settings(deadline=None, max_examples=60)
@given(
    sweeps | noisy_sweeps, goals, st.integers(0, 4), st.integers(1, 3), st.integers(1, 4), st.sampled_from([25, 50, 75])
)
def test_a_percentile_ends_the_same_trials_at_the_same_steps(
    sweep: list[Values], objectives: Objectives, warmup: int, every: int, least: int, beat: int
) -> None:
    longest = max(map(len, sweep))
    whole = [values for values in sweep if len(values) == longest]  # Optuna forgets trials that ended before a step
    rule = Pruning("percentile", warmup=warmup, every=every, min_trials=least, percentile=beat)
    theirs = optuna.pruners.PercentilePruner(100 - beat, least, warmup, every, n_min_trials=least)
    expected = _ends_by_optuna(theirs, objectives, whole)
    assert _ends(rule, objectives, whole, keep_pruned=False) == expected


@settings(deadline=None, max_examples=40)
@given(noisy_sweeps, goals, st.integers(0, 4), st.integers(1, 3), st.integers(1, 4))
def test_the_median_ends_the_same_trials_at_the_same_steps(
    sweep: list[Values], objectives: Objectives, warmup: int, every: int, least: int
) -> None:
    rule = Pruning("median", warmup=warmup, every=every, min_trials=least)
    theirs = optuna.pruners.MedianPruner(least, warmup, every, n_min_trials=least)
    expected = _ends_by_optuna(theirs, objectives, sweep)
    assert _ends(rule, objectives, sweep, keep_pruned=False) == expected


@settings(deadline=None, max_examples=60)
@given(sweeps | noisy_sweeps, goals, st.integers(1, 3), st.integers(2, 4))
def test_halving_ends_the_same_trials_at_the_same_steps(
    sweep: list[Values], objectives: Objectives, low: int, factor: int
) -> None:
    rule = Pruning("halving", warmup=low, factor=factor, min_trials=0)
    theirs = optuna.pruners.SuccessiveHalvingPruner(low, factor)
    expected = _ends_by_optuna(theirs, objectives, sweep)
    assert _ends(rule, objectives, sweep, keep_pruned=True) == expected


@settings(deadline=None, max_examples=40)
@given(noisy_sweeps, goals, st.integers(2, 3))
def test_hyperband_is_halving_within_each_bracket(sweep: list[Values], objectives: Objectives, factor: int) -> None:
    """Optuna draws its brackets from a checksum of the study's name, so the trials of one of ours are told it apart."""
    rule, rungs = Pruning("hyperband", warmup=1, factor=factor, min_trials=0), 4 if factor == 2 else 3
    metric, goal = objectives.optimize[0]
    bank = Bank((rule,), objectives)
    bank.add(-1, {metric: steps([1e9 if goal == "minimize" else -1e9] * 9)})  # tells how long a trial is
    bank.ladder(rule, metric).remove(-1)
    pruners = [optuna.pruners.SuccessiveHalvingPruner(1, factor, rung) for rung in range(rungs)]
    studies = [optuna.create_study(pruner=pruner, direction=goal) for pruner in pruners]
    for number, values in enumerate(sweep):
        follower = Judge((rule,), objectives, bank, number=number)
        follower.look({metric: steps(values)})
        assert follower.step == _end_by_optuna(studies[bracket(number, rungs, factor)], values)
        known = values if follower.step is None else values[: follower.step + 1]
        bank.add(number, {metric: steps(known)}, finished=follower.step is None)


@settings(deadline=None, max_examples=30)
@given(noisy_sweeps, st.integers(0, 4), st.integers(1, 3))
def test_a_threshold_ends_the_same_trials_at_the_same_steps(sweep: list[Values], warmup: int, every: int) -> None:
    rule = Pruning("threshold", warmup=warmup, every=every, lower=-2.5, upper=2.0)
    theirs = optuna.pruners.ThresholdPruner(-2.5, 2.0, warmup, every)
    assert _ends(rule, LOSS, sweep, keep_pruned=False) == _ends_by_optuna(theirs, LOSS, sweep)


@pytest.mark.filterwarnings("ignore:All-NaN")
def test_a_value_that_is_no_number_ends_a_trial_at_the_step_where_optuna_ends_it() -> None:
    sweep = [[1.0] * 4, [math.nan] * 4]
    rule = Pruning("median", min_trials=1)
    assert _ends(rule, LOSS, sweep, keep_pruned=False) == [None, 0]
    assert _ends_by_optuna(optuna.pruners.MedianPruner(1), LOSS, sweep) == [None, 0]
