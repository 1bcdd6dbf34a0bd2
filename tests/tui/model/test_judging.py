"""What is best and what no other beats: as the command line judges, and against a baseline where there is one."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from branchlab.compare.pareto import pareto_front
from branchlab.compare.ranking import RANKED, Measurements, rank
from branchlab.experiment import Experiment
from branchlab_tui.model.front import falling, unbeaten
from branchlab_tui.model.judging import Judge
from branchlab_tui.model.sheet import Sheet
from random_experiments import SETTINGS, SEVERAL

if TYPE_CHECKING:
    from collections.abc import Sequence

FEW = st.integers(0, 3).map(float)
POINTS = st.lists(st.tuples(FEW, FEW, FEW, FEW), max_size=25)


def is_plain(one: Experiment) -> bool:
    """Tells whether both judges look at an experiment: the command line's takes infinity for a value like others."""
    finite = all(isinstance(value, float) and math.isfinite(value) for value in one.metrics.values())
    return finite and one.commit is not None and bool(one.metrics) and one.status in RANKED


@given(SEVERAL)
def test_without_a_baseline_the_same_are_best_as_in_the_command_line(several: list[Experiment]) -> None:
    ones = [one for one in several if is_plain(one)]
    ranking = rank([Measurements(one.metrics, one.data) for one in ones], SETTINGS)
    judge, rows = Judge(Sheet(ones, SETTINGS), None), range(len(ones))
    best = judge.best(["accuracy", "loss", "size"], rows)
    for name, winners in best.items():
        assert winners == ranking.best.get(name, frozenset())
    assert judge.front(rows) == ranking.front


@given(POINTS)
def test_the_front_is_what_no_other_beats(points: list[tuple[float, ...]]) -> None:
    columns: Sequence[Sequence[float]] = [list(column) for column in zip(*points, strict=True)] or [[], [], [], []]

    def beats(one: tuple[float, ...], other: tuple[float, ...], count: int) -> bool:
        return one[:count] != other[:count] and all(a >= b for a, b in zip(one[:count], other[:count], strict=True))

    for count in (2, 3, 4):
        scores = columns[:count]
        beaten = {row for row, one in enumerate(points) if any(beats(other, one, count) for other in points)}
        assert unbeaten(falling(scores), scores) == set(range(len(points))) - beaten


def test_a_front_of_many_scores_is_that_of_the_command_line() -> None:
    dice = random.Random(7)
    columns = [[float(dice.randint(0, 40)) for _ in range(500)] for _ in range(4)]
    expected = pareto_front(list(zip(*columns, strict=True)), ["maximize"] * 4)
    assert unbeaten(falling(columns), columns) == expected


def experiment(name: str, accuracy: float, digest: str = "a91f", **changes: Any) -> Experiment:
    one = Experiment(name, "c" * 40, "finished", metrics={"accuracy": accuracy}, data={"data/train.csv": digest})
    return one._replace(**changes)


def best_of(ones: list[Experiment], baseline: Experiment | None = None) -> set[str]:
    rows = Judge(Sheet(ones, SETTINGS), baseline).best(["accuracy"], range(len(ones)))["accuracy"]
    return {ones[row].name for row in rows}


def test_what_was_measured_on_other_data_than_the_baseline_is_never_best() -> None:
    ones = [
        experiment("a", 0.9),
        experiment("b", 0.8),
        experiment("other", 0.99, "b02c"),
        experiment("more", 1.0, "b02c"),
    ]
    assert best_of(ones, experiment("main", 0.5)) == {"a"}
    assert best_of(ones, experiment("main", 0.5, "b02c")) == {"more"}


def test_a_baseline_without_a_record_leaves_the_choice_to_most() -> None:
    ones = [experiment("a", 0.9), experiment("b", 0.8), experiment("other", 0.99, "b02c")]
    assert best_of(ones, Experiment("main", "d" * 40, "finished")) == {"a"}


def test_nan_and_infinity_are_never_best() -> None:
    ones = [experiment("nan", math.nan), experiment("inf", math.inf), experiment("a", 0.9), experiment("b", 0.8)]
    assert best_of(ones) == {"a"}


def test_a_failed_run_is_never_best() -> None:
    assert best_of([experiment("a", 0.9, status="failed"), experiment("b", 0.8), experiment("c", 0.7)]) == {"b"}


def test_nothing_is_best_where_all_are_equally_good() -> None:
    assert best_of([experiment("a", 0.9), experiment("b", 0.9)]) == set()


def test_a_live_run_whose_data_nobody_knows_may_be_best() -> None:
    live = Experiment("live", None, "running", metrics={"accuracy": 0.99})
    assert best_of([experiment("a", 0.9), live], experiment("main", 0.5)) == {"live"}
