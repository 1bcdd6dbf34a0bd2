"""How far a run is comes from a parameter that says how far it goes, or from its own words; never from a guess."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchlab.reading.progress import find_progress
from branchlab.tracking.reading import Point


def points(*steps: int, each: float = 2.0) -> list[Point]:
    return [Point(step, each * (place + 1), 0.5) for place, step in enumerate(steps)]


@pytest.mark.parametrize("name", ["steps", "max_steps", "train.epochs", "num_train_epochs", "n_iter", "total-steps"])
def test_a_parameter_tells_how_many_steps_there_are(name: str) -> None:
    progress = find_progress({name: 10, "lr": 0.1}, {"loss": points(0, 1, 2)})
    assert progress is not None
    assert (progress.done, progress.total, progress.share) == (3, 10, 0.3)


@pytest.mark.parametrize("name", ["warmup_steps", "log_every_steps", "early_stopping_rounds", "steps_per_epoch"])
def test_other_numbers_of_steps_are_not_taken_for_all(name: str) -> None:
    assert find_progress({name: 10}, {"loss": points(0, 1)}) is None


@pytest.mark.parametrize("total", ["10", True, 10.0, None, -3])
def test_only_whole_numbers_are_steps(total: str | float | None) -> None:
    assert find_progress({"steps": total}, {"loss": points(0, 1)}) is None


def test_of_epochs_and_steps_the_one_counts_that_the_run_has_not_passed() -> None:
    params = {"epochs": 30, "max_steps": 10_000}
    by_epoch = find_progress(params, {"loss": points(0, 1)})
    by_step = find_progress(params, {"loss": points(100, 200)})
    assert by_epoch is not None
    assert by_epoch.total == 30
    assert by_step is not None
    assert by_step.total == 10_000


def test_the_rest_takes_as_long_as_the_last_steps_did_less_the_silence() -> None:
    progress = find_progress({"steps": 10}, {"loss": points(0, 1, 2)}, silent=0.5)
    assert progress is not None
    assert progress.seconds == 7 * 2.0 - 0.5


def test_a_step_that_takes_longer_than_all_should_promises_nothing() -> None:
    progress = find_progress({"steps": 3}, {"loss": points(0, 1)}, silent=30.0)
    assert progress is not None
    assert (progress.done, progress.seconds) == (2, None)


def test_steps_may_count_from_one_and_in_leaps() -> None:
    progress = find_progress({"steps": 40}, {"loss": points(10, 20)})
    assert progress is not None
    assert (progress.done, progress.seconds) == (20, 4.0)


def test_the_output_tells_where_no_parameter_does() -> None:
    progress = find_progress({}, {}, "Epoch 3/10: loss 0.2")
    assert progress is not None
    assert (progress.done, progress.total, progress.seconds) == (3, 10, None)
    assert find_progress({}, {}, " 43%|████ | 39/90 [00:01<00:02]") is None  # of one epoch, perhaps


@given(
    st.dictionaries(st.sampled_from(["steps", "epochs", "lr"]), st.integers(-5, 100)),
    st.lists(st.integers(-10, 100), max_size=5),
    st.text(max_size=20),
)
def test_a_share_lies_between_nothing_and_all(params: dict[str, int], steps: list[int], said: str) -> None:
    progress = find_progress(params, {"loss": points(*steps)} if steps else {}, said)
    if progress is not None:
        assert 0 <= progress.share <= 1
        assert progress.seconds is None or progress.seconds >= 0
