from __future__ import annotations

from branchlab.sweep.plan import Fidelity, Plan
from branchlab.sweep.pruning.chances import second_chances
from branchlab.sweep.trial import Told, Trial

PLAN = Plan("s", (), checkpoint="model.pt", second_chance=2)
TRIALS = [
    Trial(0, {}, "finished"),
    Trial(1, {}, "pruned", reason="median: …"),
    Trial(2, {}, "pruned", reason="nan: loss is not a number at step 3"),
    Trial(3, {}, "pruned", reason="halving: …"),
    Trial(4, {}, "pruned", reason="threshold: loss 99 at step 1 is above 50"),
    Trial(5, {}, "pruned", reason="gain: …"),
    Trial(6, {}, "failed"),
    Trial(7, {}, "stopped"),
]
TOLD = [Told(trial.number, {}, (9.0 - trial.number,), state="pruned") for trial in TRIALS]


def test_the_best_of_the_pruned_trials_go_on() -> None:
    assert second_chances(PLAN, TRIALS, TOLD) == (5, 3)
    assert second_chances(PLAN._replace(second_chance=9), TRIALS, TOLD) == (5, 3, 1)


def test_a_chance_that_was_taken_counts() -> None:
    taken = [trial._replace(status="finished", parent="c0ffee") if trial.number == 5 else trial for trial in TRIALS]
    assert second_chances(PLAN, taken, TOLD) == (3,)
    again = [trial._replace(parent="c0ffee") if trial.number in (3, 5) else trial for trial in TRIALS]
    assert second_chances(PLAN, again, TOLD) == ()
    assert second_chances(PLAN._replace(second_chance=3), again, TOLD) == (1,)


def test_without_a_checkpoint_nobody_can_go_on() -> None:
    assert second_chances(PLAN._replace(checkpoint=""), TRIALS, TOLD) == ()
    assert second_chances(PLAN._replace(second_chance=0), TRIALS, TOLD) == ()


def test_where_trials_go_on_by_other_rules_there_are_no_second_chances() -> None:
    assert second_chances(PLAN._replace(fidelity=Fidelity("epochs", 1, 9)), TRIALS, TOLD) == ()
    assert second_chances(PLAN._replace(method="pbt"), TRIALS, TOLD) == ()
