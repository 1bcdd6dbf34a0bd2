from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.sweep.plan import Constraint, Objective, Objectives, Pruning
from branchlab.sweep.pruning.bank import Bank
from branchlab.sweep.pruning.judge import judge
from pruned_curves import BOTH, BOUND, LOSS, bank_of, bank_with, steps

if TYPE_CHECKING:
    from branchlab.sweep.pruning.curve import Curve

MEDIAN = Pruning("median", min_trials=3)
GOOD = [[0.5] * 5, [0.4] * 5, [0.3] * 5]


def _two(loss: list[float], accuracy: list[float]) -> Curve:
    return {"loss": steps(loss), "accuracy": steps(accuracy)}


def test_a_reason_names_the_value_and_the_bar() -> None:
    judged = judge((MEDIAN,), LOSS, {"loss": steps([0.35, 0.34, 0.9])}, bank_of(MEDIAN, GOOD))
    assert judged is None, "its best value so far counts, so one bad step does no harm"
    judged = judge((MEDIAN,), LOSS, {"loss": steps([0.91])}, bank_of(MEDIAN, GOOD))
    assert judged == "median: loss 0.91 at step 0, the median of 3 trials is 0.4"


def test_a_percentile_is_the_part_of_the_others_that_must_be_beaten() -> None:
    others = [[float(value)] for value in range(101)]
    rule = Pruning("percentile", percentile=25)
    assert judge((rule,), LOSS, {"loss": steps([75])}, bank_of(rule, others)) is None
    judged = judge((rule,), LOSS, {"loss": steps([75.5])}, bank_of(rule, others))
    assert judged == "percentile: loss 75.5 at step 0, what beats 25% of 101 trials is 75"


def test_a_reason_shows_a_difference_however_small_it_is() -> None:
    others = [[0.123456]] * 4
    judged = judge((MEDIAN,), LOSS, {"loss": steps([0.123457])}, bank_of(MEDIAN, others))
    assert judged == "median: loss 0.1235 at step 0, the median of 4 trials is 0.123456"


def test_nobody_is_compared_before_enough_trials_have_finished() -> None:
    bank = bank_of(MEDIAN, GOOD[:2])
    bank.add(7, {"loss": steps([0.9])}, finished=False)
    assert judge((MEDIAN,), LOSS, {"loss": steps([0.91])}, bank) is None
    bank.add(7, {"loss": steps([0.9])}, finished=True)
    assert judge((MEDIAN,), LOSS, {"loss": steps([0.91])}, bank) is not None


def test_pruned_trials_count_where_they_ended_so_that_the_survivors_are_not_halved_again() -> None:
    bank = bank_of(MEDIAN, [[4] * 9, [3] * 9, [2] * 9, [1] * 9])
    mine = {"loss": steps([2.25] * 9)}
    for number in range(10, 14):
        bank.add(number, {"loss": steps([8.0])}, finished=False)
    assert judge((MEDIAN,), LOSS, mine, bank) is None
    for number in range(10, 14):
        bank.remove(number)
    bank.remove(0)
    assert judge((MEDIAN,), LOSS, mine, bank) == "median: loss 2.25 at step 0, the median of 3 trials is 2"


def test_others_that_logged_at_other_steps_are_compared_with() -> None:
    bank = bank_with(MEDIAN, [{"loss": [(0, 9), (10, value), (20, 0)]} for value in (1, 2, 3)], LOSS)
    assert judge((MEDIAN,), LOSS, {"loss": [(13, 2.5)]}, bank) == (
        "median: loss 2.5 at step 13, the median of 3 trials is 2"
    )


def test_with_two_metrics_a_trial_ends_where_it_is_hopeless_in_both() -> None:
    bank = bank_with(MEDIAN, [_two([0.5] * 5, [0.8] * 5)] * 3, BOTH)
    assert judge((MEDIAN,), BOTH, _two([0.9] * 5, [0.9] * 5), bank) is None
    assert judge((MEDIAN,), BOTH, _two([0.1] * 5, [0.1] * 5), bank) is None
    assert judge((MEDIAN,), BOTH, _two([0.9] * 5, [0.1] * 5), bank) == (
        "median: loss 0.9 at step 0, the median of 3 trials is 0.5; "
        "accuracy 0.1 at step 0, the median of 3 trials is 0.8"
    )


def test_a_metric_that_was_not_logged_yet_is_not_hopeless() -> None:
    bank = bank_with(MEDIAN, [_two([0.5] * 5, [0.8] * 5)] * 3, BOTH)
    assert judge((MEDIAN,), BOTH, {"loss": steps([0.9] * 5)}, bank) is None
    late = {"loss": steps([0.9] * 5), "accuracy": [(4, 0.1)]}
    judged = judge((MEDIAN,), BOTH, late, bank)
    assert judged is not None
    assert "accuracy 0.1 at step 4" in judged


def test_a_rule_that_names_its_metric_needs_no_other_to_be_hopeless() -> None:
    rule = MEDIAN._replace(metric="loss")
    bank = bank_with(rule, [_two([0.5] * 5, [0.8] * 5)] * 3, BOTH)
    assert judge((rule,), BOTH, _two([0.9] * 5, [0.9] * 5), bank) is not None


def test_halving_with_two_metrics_lets_the_best_in_either_go_on() -> None:
    rule = Pruning("halving", warmup=1, factor=3, min_trials=2)
    bank = bank_with(rule, [_two([0.5] * 5, [0.8] * 5)] * 5, BOTH)
    assert judge((rule,), BOTH, _two([0.9] * 5, [0.9] * 5), bank) is None
    assert judge((rule,), BOTH, _two([0.9] * 5, [0.1] * 5), bank) == (
        "halving: loss 0.9 at step 1 is place 6 of 6, the best 2 go on; "
        "accuracy 0.1 at step 1 is place 6 of 6, the best 2 go on"
    )


def test_a_constraint_that_is_broken_as_by_nobody_who_kept_it_ends_a_trial() -> None:
    others = [{"loss": steps([0.5] * 4), "latency": steps([start, 60, 55, 40])} for start in (70, 80, 90)]
    bank = bank_with(MEDIAN, others, BOUND)
    ahead = steps([0.1] * 4)
    assert judge((MEDIAN,), BOUND, {"loss": ahead, "latency": steps([90, 60, 55, 50])}, bank) is None
    assert judge((MEDIAN,), BOUND, {"loss": ahead, "latency": steps([90, 61])}, bank) == (
        "constraint: latency 61 at step 1 breaks <= 50, and of 3 trials that kept it none was worse than 60 there"
    )


def test_a_lower_bound_is_broken_from_below() -> None:
    objectives = Objectives((Objective("loss", "minimize"),), (Constraint("recall", 0.5, above=True),))
    bank = bank_with(MEDIAN, [{"loss": steps([1]), "recall": steps([0.25, 0.75])}] * 3, objectives)
    low = {"loss": steps([1]), "recall": steps([0.2])}
    assert judge((MEDIAN,), objectives, low, bank) == (
        "constraint: recall 0.2 at step 0 breaks >= 0.5, and of 3 trials that kept it none was worse than 0.25 there"
    )


def test_trials_that_break_a_constraint_do_not_raise_the_bar() -> None:
    bank = Bank((MEDIAN,), BOUND)
    for number in range(8):
        kept = number < 4
        bank.add(number, {"loss": steps([1.0 if kept else 0.1])}, metrics={"latency": 40 if kept else 90})
    assert judge((MEDIAN,), BOUND, {"loss": steps([0.9])}, bank) is None
    assert judge((MEDIAN,), BOUND, {"loss": steps([1.1])}, bank) == (
        "median: loss 1.1 at step 0, the median of 4 trials is 1"
    )


def test_the_median_of_a_constraint_is_asked_only_where_it_is_broken() -> None:
    rule = MEDIAN._replace(metric="latency")
    bank = bank_with(rule, [{"latency": steps([value])} for value in (20, 30, 60)], BOUND)
    assert judge((rule,), BOUND, {"latency": steps([45])}, bank) is None
    assert judge((rule,), BOUND, {"latency": steps([55])}, bank) is not None


def test_trials_of_another_bracket_are_not_competitors() -> None:
    rule = Pruning("hyperband", warmup=1, factor=3, min_trials=1)
    bank = bank_of(rule, [[1.0] * 27] * 12)
    ladder = bank.ladder(rule, "loss")
    assert ladder.brackets == 4
    judged = {number: judge((rule,), LOSS, {"loss": steps([2.0] * 27)}, bank, number=number) for number in range(12)}
    for number, reason in judged.items():
        begins = ladder.bracket(number)
        assert reason is None or f"at step {3**begins}" in reason
    assert {ladder.bracket(number) for number in judged} == {0, 1, 2, 3}


def test_hyperband_waits_until_it_knows_how_long_a_trial_is() -> None:
    rule = Pruning("hyperband", warmup=1, min_trials=0)
    bank = Bank((rule,), LOSS)
    for number in range(5):
        bank.add(number, {"loss": steps([1.0] * 9)}, finished=False)
    assert judge((rule,), LOSS, {"loss": steps([2.0] * 9)}, bank) is None
