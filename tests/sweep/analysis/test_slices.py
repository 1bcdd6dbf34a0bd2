"""Where values lie on an axis, slices, contours, and edges."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchlab.sweep.analysis.axes import at, place, space_of
from branchlab.sweep.analysis.edges import edges
from branchlab.sweep.analysis.slices import contour, slices
from branchlab.sweep.plan import Parameter
from branchlab.sweep.trial import Study
from studies import ACCURACY, SPACE, made_up, trial

if TYPE_CHECKING:
    from branchlab.experiment import Scalar

LR, DEPTH, OPTIMIZER = SPACE


def test_a_logarithm_puts_decades_at_even_distances() -> None:
    assert [place(LR, value) for value in (1e-4, 1e-2, 1.0)] == pytest.approx([0, 0.5, 1])


@pytest.mark.parametrize("value", [2.0, 0, -1, math.nan, math.inf, "a", None, True])
def test_what_is_not_on_the_axis_has_no_place(value: Scalar) -> None:
    assert place(LR, value) is None


def test_a_choice_is_told_from_a_number_that_is_equal_to_it() -> None:
    flag = Parameter("flag", "choice", choices=(1, True, "1"))

    assert [place(flag, value) for value in (1, True, "1", 2)] == [0, 0.5, 1, None]


@given(st.floats(0, 1))
def test_place_and_at_are_inverse(share: float) -> None:
    assert place(LR, at(LR, share)) == pytest.approx(share, abs=1e-6)


def test_without_a_plan_the_range_is_what_was_tried() -> None:
    tried = ({"lr": 1e-4, "depth": 1, "name": "a"}, {"lr": 0.5, "depth": 8, "name": "b"})
    space = space_of(Study("wide", tuple(trial(number, values=values) for number, values in enumerate(tried))), ())

    assert [(one.name, one.kind, one.low, one.high, one.log) for one in space[:2]] == [
        ("lr", "float", 1e-4, 0.5, True),
        ("depth", "int", 1, 8, False),
    ]
    assert space[2].choices == ("a", "b")


def test_a_range_is_made_wider_for_a_reference_that_lies_outside() -> None:
    study = Study("wide", (trial(0, values={"depth": 12}), trial(1, values={"depth": 3})))

    (depth,) = space_of(study, SPACE)

    assert (depth.low, depth.high) == (1, 12)


def test_a_slice_has_a_point_for_each_trial_that_measured_the_metric() -> None:
    study = made_up(20)
    found = {one.parameter.name: one for one in slices(study, "accuracy", SPACE)}

    assert found.keys() == {"lr", "depth", "optimizer"}
    assert len(found["lr"].points) == sum("accuracy" in one.metrics for one in study.trials)
    assert all(0 <= point.place <= 1 for point in found["lr"].points)


def test_a_parameter_with_one_value_has_no_slice() -> None:
    study = Study("wide", tuple(trial(n, {"accuracy": n}, values={"depth": 3, "lr": 0.1 * (n + 1)}) for n in range(3)))

    assert [one.parameter.name for one in slices(study, "accuracy", SPACE)] == ["lr"]


def test_a_contour_lies_between_what_was_measured_and_is_empty_where_nothing_is_near() -> None:
    corner = [(1e-4, 1), (1.2e-4, 1), (1e-4, 2)]
    trials = [trial(n, {"accuracy": n / 10}, values={"lr": lr, "depth": d}) for n, (lr, d) in enumerate(corner)]
    surface = contour(Study("wide", tuple(trials)), LR, DEPTH, "accuracy", columns=8, rows=4)

    known = [cell for row in surface.rows for cell in row if cell is not None]
    assert known
    assert all(0 <= cell <= 0.2 for cell in known)
    assert surface.rows[0][-1] is None  # the highest depth, the highest lr
    assert surface.rows[-1][0] is not None


def edge_study(**best: float) -> Study:
    trials = [trial(n, {"accuracy": 0.5}, values={"lr": 0.01, "depth": 4}) for n in range(9)]
    return Study("wide", (*trials, trial(9, {"accuracy": 0.9}, values={"lr": 0.01, "depth": 4, **best})))


def test_a_best_value_inside_its_range_is_no_edge() -> None:
    assert edges(edge_study(), ACCURACY, SPACE) == []
    assert edges(edge_study(depth=2, lr=0.7), ACCURACY, SPACE) == []


@pytest.mark.parametrize(
    ("best", "side", "remedy"),
    [
        ({"lr": 0.99}, "high", "try high = 10"),
        ({"lr": 1e-4}, "low", "try low = 1e-5"),
        ({"depth": 8}, "high", "try high = 15"),
        ({"depth": 1}, "low", "try low = 0"),
    ],
)
def test_a_best_value_on_an_edge_comes_with_a_wider_range(best: dict[str, float], side: str, remedy: str) -> None:
    (edge,) = edges(edge_study(**best), ACCURACY, SPACE)

    assert (edge.side, edge.remedy, edge.there) == (side, remedy, 1)


def test_a_range_that_begins_at_0_is_not_made_wider_below_it() -> None:
    dropout = Parameter("dropout", "float", 0.0, 0.5)

    (edge,) = edges(edge_study(dropout=0.0), ACCURACY, (dropout,))

    assert edge.remedy == "it can hardly be below 0: fix it there and search the others"


def test_a_few_trials_say_nothing_about_edges() -> None:
    trials = edge_study(lr=1.0).trials[-5:]

    assert edges(Study("wide", trials), ACCURACY, SPACE) == []
