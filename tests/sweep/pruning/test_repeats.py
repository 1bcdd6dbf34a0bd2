from __future__ import annotations

import math
import random

import pytest

from branchlab.sweep.pruning.repeats import hopeless
from pruned_curves import BOTH, LOSS

Parts = dict[str, dict[str, float]]


def _parts(*losses: float, metric: str = "loss") -> Parts:
    return {f"seed-{number}": {metric: loss} for number, loss in enumerate(losses, 1)}


BEST = _parts(0.50, 0.52, 0.48, 0.51, 0.49)


def test_a_trial_that_is_worse_in_each_seed_is_hopeless() -> None:
    assert hopeless(LOSS, _parts(1.0, 1.03, 0.97), BEST, total=5) == (
        "repeats: loss 1 over 3 seeds, the best trial has 0.5 (more than 99.9% sure)"
    )


def test_a_trial_that_is_better_or_about_the_same_is_not() -> None:
    assert hopeless(LOSS, _parts(0.1, 0.12, 0.09), BEST, total=5) is None
    assert hopeless(LOSS, _parts(0.51, 0.5, 0.5), BEST, total=5) is None


def test_one_seed_says_nothing() -> None:
    assert hopeless(LOSS, _parts(99.0), BEST, total=5) is None


def test_only_seeds_that_both_have_are_compared() -> None:
    mine = {"seed-1": {"loss": 1.0}, "seed-2": {"loss": 1.03}, "seed-9": {"loss": 0.97}}
    assert hopeless(LOSS, mine, {"seed-7": {"loss": 0.5}, "seed-8": {"loss": 0.5}}, total=5) is None
    found = hopeless(LOSS, {**mine, **_parts(1.0, 1.03, 0.97)}, BEST, total=5)
    assert found is not None
    assert "over 3 seeds" in found


def test_the_same_difference_in_each_seed_needs_three_of_them() -> None:
    assert hopeless(LOSS, _parts(1.0, 1.0), _parts(0.5, 0.5, 0.5), total=4) is None
    assert hopeless(LOSS, _parts(1.0, 1.0, 1.0), _parts(0.5, 0.5, 0.5), total=4) is not None
    assert hopeless(LOSS, _parts(0.5, 0.5, 0.5), _parts(0.5, 0.5, 0.5), total=4) is None


def test_with_two_metrics_it_must_be_worse_in_both() -> None:
    def both(losses: list[float], accuracies: list[float]) -> Parts:
        pairs = enumerate(zip(losses, accuracies, strict=True))
        return {f"seed-{number}": {"loss": loss, "accuracy": accuracy} for number, (loss, accuracy) in pairs}

    best = both([0.5, 0.52, 0.48], [0.8, 0.82, 0.79])
    assert hopeless(BOTH, both([1.0, 1.03, 0.97], [0.9, 0.91, 0.92]), best, total=5) is None
    assert hopeless(BOTH, both([1.0, 1.03, 0.97], [0.1, 0.11, 0.12]), best, total=5) is not None


def test_folds_are_weighed_as_such() -> None:
    mine, best = _parts(0.56, 0.65, 0.56, 0.62), _parts(0.50, 0.52, 0.48, 0.49)
    assert hopeless(LOSS, mine, best, total=10, unit="seed") is not None
    assert hopeless(LOSS, mine, best, total=10, unit="fold") is None


def test_when_all_parts_have_ended_there_is_nothing_left_to_save() -> None:
    assert hopeless(LOSS, _parts(1.0, 1.03, 0.97, 1.0, 1.0), BEST, total=5) is None


@pytest.mark.parametrize("strange", [math.nan, math.inf])
def test_a_part_without_a_number_leaves_no_mean(strange: float) -> None:
    assert hopeless(LOSS, _parts(strange), {}, total=5) == f"nan: loss of seed-1 is {strange}"


def test_of_trials_as_good_as_the_best_few_are_ended_wrongly() -> None:
    """Three looks at 5% in all: of 400 such trials 20 are expected, and 35 would be four deviations more."""
    draw = random.Random(7)
    wrong = 0
    for _ in range(400):
        mine, best = ([draw.gauss(1, 0.1) for _ in range(5)] for _ in range(2))
        wrong += any(hopeless(LOSS, _parts(*mine[:seen]), _parts(*best), total=5) for seen in (2, 3, 4))
    assert wrong <= 35
