from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from branchlab.sweep.pruning.standing import Standing, mark_after, mark_before, quantile, track_of

numbers = st.floats(-1e6, 1e6)
tracks = st.lists(st.tuples(st.integers(-5, 400), numbers), min_size=1, max_size=20)


@given(st.lists(tracks, max_size=8), st.integers(-10, 450))
def test_others_stand_where_they_stood_when_they_last_logged(trials: list[list[tuple[int, float]]], step: int) -> None:
    standing = Standing()
    for trial in trials:
        standing.add(track_of(trial))
    logged = [{at: loss for at, loss in trial if at <= step} for trial in trials]
    assert list(standing.at(step)) == sorted(losses[max(losses)] for losses in logged if losses)


@given(st.integers(0, 10**12))
def test_a_step_lies_between_its_marks_and_not_far_from_either(step: int) -> None:
    before, after = mark_before(step), mark_after(step)
    assert before <= step <= after
    assert after - before <= step / 256
    assert mark_before(before) == before == mark_after(before)
    assert mark_before(after) == after == mark_after(after)


@given(st.integers(0, 512))
def test_early_steps_are_kept_apart(step: int) -> None:
    assert mark_before(step) == step == mark_after(step)


def test_a_curve_of_a_million_steps_takes_few_marks() -> None:
    assert len({mark_after(step) for step in range(0, 1_000_000, 7)}) < 3_400


@given(st.lists(numbers, min_size=1, max_size=30), st.floats(0, 100))
def test_a_percentile_is_that_of_numpy(values: list[float], percent: float) -> None:
    assert quantile(sorted(values), percent) == float(np.percentile(values, percent))
