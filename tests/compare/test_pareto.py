from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

from hypothesis import given
from hypothesis import strategies as st

from branchlab.compare.pareto import best_positions, pareto_front

if TYPE_CHECKING:
    from branchlab.experiment import Number
    from branchlab.project import Goal

GOALS = st.sampled_from(["maximize", "minimize"])
VALUES = st.one_of(st.none(), st.integers(-3, 3), st.sampled_from([math.nan, math.inf, -math.inf, 0.5]))


def dominates(a: list[Number], b: list[Number], goals: list[Goal]) -> bool:
    signs = [1 if goal == "maximize" else -1 for goal in goals]
    pairs = [(x * s, y * s) for x, y, s in zip(a, b, signs, strict=True)]
    return all(x >= y for x, y in pairs) and any(x > y for x, y in pairs)


@given(st.data())
def test_front_is_what_no_complete_row_dominates(data: st.DataObject) -> None:
    goals = cast("list[Goal]", data.draw(st.lists(GOALS, min_size=1, max_size=4)))
    width = len(goals)
    rows = data.draw(st.lists(st.lists(VALUES, min_size=width, max_size=width), max_size=12))
    complete = {i: r for i, r in enumerate(rows) if all(v is not None and math.isfinite(v) for v in r)}
    points = cast("dict[int, list[Number]]", complete)
    expected = {i for i, r in points.items() if not any(dominates(other, r, goals) for other in points.values())}
    assert pareto_front(rows, goals) == expected


def test_front_of_no_goals_is_empty() -> None:
    assert pareto_front([[]], []) == set()


def test_front_holds_both_ends_of_a_trade_off_and_not_what_is_worse_in_both() -> None:
    rows = [(0.9, 10), (0.95, 100), (0.89, 11)]
    assert pareto_front(rows, ["maximize", "minimize"]) == {0, 1}


@given(st.lists(VALUES), GOALS)
def test_best_is_never_missing_nan_or_infinite_and_nothing_beats_it(values: list[Number | None], goal: Goal) -> None:
    best = best_positions(values, goal)
    known = [value for value in values if value is not None and math.isfinite(value)]
    assert bool(best) == bool(known)
    top = (max if goal == "maximize" else min)(known) if known else None
    assert {values[i] for i in best} == ({top} if known else set())
    assert len(best) == known.count(cast("Number", top))


def test_a_metric_without_a_goal_has_no_best() -> None:
    assert best_positions([1, 2], None) == set()
