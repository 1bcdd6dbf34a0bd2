"""How far a sweep is, and whether seeds say that a trial is better."""

from __future__ import annotations

import pytest

from branchlab.record.model import Record
from branchlab.sweep.analysis.progress import progress
from branchlab.sweep.analysis.repeats import contest
from branchlab.sweep.plan import Budget, Objective, Plan, Resources
from branchlab.sweep.trial import Study
from record_strategies import run_example
from studies import ACCURACY, SPACE, trial

NOON = 1_800_000_000
ISO = "2027-01-15T08:00:00Z"  # NOON


def plan(budget: Budget, jobs: int | None = 2) -> Plan:
    return Plan("wide", SPACE, budget=budget, resources=Resources(jobs=jobs))


def finished(count: int, seconds: float = 60.0) -> Study:
    rows = [trial(n, {"accuracy": 0.9 - n / 100}, started=ISO, seconds=seconds) for n in range(count)]
    return Study("wide", tuple(rows))


def test_the_time_to_the_end_is_that_of_the_trials_that_are_left_on_all_slots() -> None:
    found = progress(finished(4), plan(Budget(trials=9)), ACCURACY, now=NOON)

    assert found.left == 180  # five trials in three rounds of two
    assert found.limits[0].left == 5
    assert found.done == ""


def test_the_limit_that_is_reached_first_decides() -> None:
    found = progress(finished(4), plan(Budget(trials=1000, hours=0.05)), ACCURACY, now=NOON)

    assert found.left == pytest.approx(120)


@pytest.mark.parametrize(
    ("budget", "name"),
    [
        (Budget(trials=4), "trials"),
        (Budget(hours=0.01), "hours"),
        (Budget(cost=0.1, price_per_hour=2.0), "cost"),
        (Budget(patience=3), "patience"),
    ],
)
def test_a_budget_that_is_spent_is_named(budget: Budget, name: str) -> None:
    found = progress(finished(4), plan(budget), ACCURACY, now=NOON)

    assert found.done == name
    assert found.left == 0


def test_a_space_that_is_smaller_than_the_budget_ends_the_sweep() -> None:
    assert progress(finished(4), plan(Budget(trials=100)), ACCURACY, now=NOON, points=4).done == "space"


def test_two_trials_at_a_time_take_wall_time_once_and_cost_twice() -> None:
    found = progress(finished(2, seconds=3600), plan(Budget(cost=10, price_per_hour=3.0)), ACCURACY, now=NOON)

    assert (found.wall, found.busy) == (3600, 7200)
    assert found.limits[0].used == 6


def test_time_in_which_trials_overlap_counts_once() -> None:
    later = "2027-01-15T08:00:30Z"
    rows = (trial(0, started=ISO, seconds=60.0), trial(1, started=later, seconds=60.0))

    assert progress(Study("wide", rows), None, ACCURACY, now=NOON).wall == 90


def test_a_running_trial_counts_until_now_and_is_no_trial_that_has_ended() -> None:
    study = Study("wide", (trial(0, status="running", started=ISO, seconds=0.0),))
    found = progress(study, plan(Budget(trials=2)), ACCURACY, now=NOON + 90)

    assert (found.busy, found.counts["running"], found.limits[0].used) == (90, 1, 0)


def test_a_reused_trial_costs_nothing() -> None:
    study = Study("wide", (trial(0, {"accuracy": 1}, reused="1" * 40, started=ISO),))
    found = progress(study, plan(Budget(trials=2)), ACCURACY, now=NOON)

    assert (found.busy, found.counts["reused"], found.limits[0].used) == (0, 1, 1)


def test_nothing_is_promised_before_the_first_trial_and_without_a_plan() -> None:
    assert progress(Study("wide"), plan(Budget(trials=9, hours=1)), ACCURACY, now=NOON).left is None
    assert progress(finished(3), None, ACCURACY, now=NOON).limits == ()


def test_a_start_that_is_no_time_is_no_fault() -> None:
    study = Study("wide", (trial(0, {"accuracy": 1}, started="yesterday", seconds=5.0),))

    assert progress(study, None, ACCURACY, now=NOON).busy == 5


def seeded(*values: float) -> Record:
    splits = {f"seed-{number}": {"accuracy": value} for number, value in enumerate(values)}
    return Record(run_example(), metrics={"accuracy": sum(values) / len(values)}, splits=splits)


def test_seeds_that_agree_make_sure_that_a_trial_is_better() -> None:
    found = contest(seeded(0.91, 0.92, 0.935), seeded(0.81, 0.83, 0.82), Objective("accuracy", "maximize"))

    assert found is not None
    assert "accuracy is better than the reference" in found.words
    assert "over 3 seeds" in found.words


def test_a_smaller_value_is_better_where_the_goal_says_so() -> None:
    found = contest(seeded(0.91, 0.92, 0.935), seeded(0.81, 0.83, 0.82), Objective("accuracy", "minimize"))

    assert found is not None
    assert "accuracy is worse" in found.words


def test_trials_without_seeds_are_not_compared() -> None:
    one = Record(run_example(), metrics={"accuracy": 0.9})

    assert contest(one, one, Objective("accuracy", "maximize")) is None
