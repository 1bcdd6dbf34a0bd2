"""The volume a front covers, against counting cells."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchlab.sweep.analysis.hypervolume import hypervolume, volumes
from branchlab.sweep.trial import Study
from studies import ACCURACY, TRADE, study_of

SIDE = 5


def points(dimensions: int) -> st.SearchStrategy[list[tuple[float, ...]]]:
    coordinates = st.integers(0, SIDE + 1).map(float)
    return st.lists(st.tuples(*[coordinates] * dimensions), max_size=6)


@pytest.mark.parametrize("dimensions", [1, 2, 3, 4])
def test_the_volume_is_the_number_of_dominated_cells(dimensions: int) -> None:
    @given(points(dimensions))
    def holds(found: list[tuple[float, ...]]) -> None:
        cells = itertools.product(range(SIDE), repeat=dimensions)
        counted = sum(any(all(x <= y for x, y in zip(point, cell, strict=True)) for point in found) for cell in cells)
        assert hypervolume(found, (float(SIDE),) * dimensions) == pytest.approx(counted)

    holds()


def test_the_share_never_falls_and_is_0_for_a_front_of_worst_values() -> None:
    rows = [(0.5, 10), (0.9, 20), (0.4, 30), (0.8, 5), (0.95, 5)]
    shares = [one.share for one in volumes(study_of(*({"accuracy": x, "latency": y} for x, y in rows)), TRADE)]

    assert shares == sorted(shares)
    assert shares[-1] == 1.0  # one trial is best in both


def test_one_metric_has_no_volume_and_neither_has_an_empty_study() -> None:
    assert volumes(study_of({"accuracy": 0.5}), ACCURACY) == []
    assert volumes(Study("wide"), TRADE) == []
