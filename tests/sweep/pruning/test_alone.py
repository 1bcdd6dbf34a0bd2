from __future__ import annotations

import math

import pytest

from branchlab.errors import UsageError
from branchlab.experiment import Experiment
from branchlab.sweep.plan import Pruning, PruningRule
from branchlab.sweep.pruning.final import converged
from branchlab.sweep.pruning.judge import Judge, judge
from branchlab.sweep.table import trial_of
from pruned_curves import ACCURACY, LOSS, bank_of, steps


def _reason(rule: Pruning, curve: list[float], *others: list[float]) -> str | None:
    return judge((rule,), LOSS, {"loss": steps(curve)}, bank_of(rule, others))


def test_a_value_above_the_range_ends_a_trial() -> None:
    rule = Pruning("threshold", upper=10)
    assert _reason(rule, [1, 10]) is None
    assert _reason(rule, [1, 10, 12.25, 9]) == "threshold: loss 12.25 at step 2 is above 10"


def test_a_value_below_the_range_ends_a_trial() -> None:
    rule = Pruning("threshold", lower=0.5)
    assert _reason(rule, [0.5]) is None
    assert _reason(rule, [0.5, 0.25]) == "threshold: loss 0.25 at step 1 is below 0.5"


def test_a_range_may_be_that_of_a_metric_without_a_goal() -> None:
    rule = Pruning("threshold", metric="grad_norm", upper=100)
    curve = {"loss": steps([1, 1]), "grad_norm": steps([3, 1e6])}
    assert judge((rule,), LOSS, curve, bank_of(rule, [])) == "threshold: grad_norm 1000000 at step 1 is above 100"


def test_warmup_steps_are_not_judged() -> None:
    rule = Pruning("threshold", upper=10, warmup=3)
    assert _reason(rule, [99, 99, 99, 1]) is None
    assert _reason(rule, [1, 1, 1, 99]) == "threshold: loss 99 at step 3 is above 10"


def test_only_the_first_value_of_each_interval_is_judged() -> None:
    rule = Pruning("threshold", upper=10, warmup=1, every=3)
    assert _reason(rule, [99, 1, 99, 99, 1, 99]) is None
    assert _reason(rule, [99, 1, 99, 99, 99]) == "threshold: loss 99 at step 4 is above 10"


def test_an_interval_without_a_value_at_its_start_is_judged_at_the_next() -> None:
    rule = Pruning("threshold", upper=10, every=5)
    judged = judge((rule,), LOSS, {"loss": [(0, 1), (4, 99), (7, 99)]}, bank_of(rule, []))
    assert judged == "threshold: loss 99 at step 7 is above 10"


def test_patience_counts_the_values_without_a_better_one() -> None:
    rule = Pruning("patience", patience=3)
    assert _reason(rule, [5, 4, 4, 5, 3]) is None
    assert (
        _reason(rule, [5, 4, 4, 5, 6]) == "patience: 3 values up to step 4 without a better one than loss 4 at step 1"
    )


def test_patience_takes_small_gains_for_none_until_they_add_up() -> None:
    rule = Pruning("patience", patience=3, min_delta=0.5)
    assert _reason(rule, [5, 4.75, 4.6, 4.25, 4, 3.9, 3.7]) is None
    assert _reason(rule, [5, 4.9, 4.8, 4.7]) is not None


def test_patience_counts_values_not_step_numbers() -> None:
    rule = Pruning("patience", patience=3)
    curve = {"loss": [(0, 5), (1000, 5), (2000, 5)]}
    assert judge((rule,), LOSS, curve, bank_of(rule, [])) is None


def test_a_plateau_is_a_full_window_that_hardly_moves() -> None:
    rule = Pruning("plateau", patience=3, min_delta=0.25)
    assert _reason(rule, [1, 1]) is None
    assert _reason(rule, [3, 2, 1, 1.5, 1.25]) is None
    assert _reason(rule, [3, 2, 1.5, 1.25, 1.5]) == "plateau: the last 3 values of loss up to step 4 lie within 0.25"


@pytest.mark.parametrize("values", [[1, math.nan, 1], [math.nan, 1, 1], [1, 1, math.nan], [math.inf] * 3])
def test_a_window_with_what_is_no_number_is_no_plateau(values: list[float]) -> None:
    rule = Pruning("plateau", metric="grad_norm", patience=3, min_delta=0.25)
    curve = {"loss": steps([3, 2, 1]), "grad_norm": steps(values)}
    assert judge((rule,), LOSS, curve, bank_of(rule, [])) is None


SLOW = [9, 8, 7, 6, 5, 4.9, 4.8, 4.7]  # gains 0.1 a step at its end
FAST = [9, 8, 7, 6, 5, 4, 3, 2, 1, 0.5]


def test_a_gain_that_cannot_catch_the_best_ends_a_trial() -> None:
    rule = Pruning("gain", patience=2, min_delta=0.25, min_trials=1)
    assert _reason(rule, SLOW, FAST) == (
        "gain: loss improved by 0.2 in 2 values up to step 6, so by step 9 it would reach 4.5, "
        "not better than the best trial (0.5) by more than 0.25"
    )


def test_a_gain_that_can_catch_the_best_goes_on() -> None:
    rule = Pruning("gain", patience=2, min_delta=0.25, min_trials=1)
    assert _reason(rule, SLOW, [*FAST[:4], *[4.8] * 6]) is None


def test_who_outlasts_all_others_has_an_end_that_nobody_knows() -> None:
    rule = Pruning("gain", patience=2, min_delta=0.25, min_trials=1)
    assert _reason(rule, SLOW, [9, 1, 1, 1, 1, 1]) is None
    assert _reason(rule, SLOW, [9, 1, 1, 1, 1, 1, 1]) is not None


def test_a_trial_that_is_ahead_is_not_ended_for_a_small_gain() -> None:
    rule = Pruning("gain", patience=2, min_delta=0.25, min_trials=1)
    assert _reason(rule, [1.9, 1.9, 1.9, 1.9], [9, 8, 7, 6, 5, 4, 3, 2]) is None


def test_a_gain_is_not_judged_before_enough_trials_have_finished() -> None:
    rule = Pruning("gain", patience=2, min_delta=0.25, min_trials=2)
    assert _reason(rule, SLOW, FAST) is None
    assert _reason(rule, SLOW, FAST, FAST) is not None


@pytest.mark.parametrize("rule", ["median", "percentile", "halving", "hyperband", "patience", "gain"])
def test_a_rule_that_must_know_what_is_better_refuses_a_metric_without_a_goal(rule: PruningRule) -> None:
    rules = (Pruning(rule, metric="weight_norm"),)
    with pytest.raises(UsageError, match="weight_norm is neither"):
        Judge(rules, ACCURACY, bank_of(rules[0], [], ACCURACY))


def test_a_factor_that_lets_everybody_go_on_is_refused() -> None:
    rule = Pruning("halving", factor=1)
    with pytest.raises(UsageError, match="at least 2"):
        judge((rule,), LOSS, {}, bank_of(rule, [[1.0]]))


def test_the_first_of_several_rules_is_the_reason() -> None:
    rules = (Pruning("threshold", upper=50), Pruning("patience", patience=2))
    assert judge(rules, LOSS, {"loss": steps([1, 99, 99])}, bank_of(rules[0], [])) == (
        "threshold: loss 99 at step 1 is above 50"
    )


def test_who_has_converged_has_final_values() -> None:
    ended = {rule: _reason(Pruning(rule, patience=2), [1, 1, 1, 1]) for rule in ("patience", "plateau")}
    assert all(reason and converged(reason) for reason in ended.values())
    assert not converged("median: loss 9 at step 2, the median of 8 trials is 1.5")
    assert not converged("")


def test_a_trial_that_has_converged_is_finished_to_a_study() -> None:
    row = Experiment("exp/tune/x", "1" * 40, "stopped", sweep="s", trial=3, search={"pruned": True})
    worse = row._replace(search={"pruned": True, "reason": "median: loss 9 at step 2, the median of 8 trials is 1.5"})
    flat = row._replace(search={"pruned": True, "reason": "plateau: the last 9 values of loss lie within 0"})
    assert (trial_of(worse).status, trial_of(flat).status) == ("pruned", "finished")
