from __future__ import annotations

from branchlab.compare.comparison import Row, compare_records
from branchlab.compare.ranking import Measurements, rank
from branchlab.project import MetricRule, Settings
from sample_records import MORE, SETTINGS, side, sides


def rows_by_name(rows: tuple[Row, ...]) -> dict[str, Row]:
    return {row.name: row for row in rows}


def test_only_what_differs_is_shown_and_the_rest_counted() -> None:
    chosen = [side(params={"lr": 0.1, "x": 1}), side(params={"lr": 0.2, "x": 1})]
    comparison = compare_records(chosen, SETTINGS)
    everything = compare_records(chosen, SETTINGS, everything=True)
    assert [row.name for row in comparison.rows] == ["lr"]
    assert comparison.hidden == len(everything.rows) - 1
    assert everything.hidden == 0


def test_a_missing_value_differs_from_any_other() -> None:
    comparison = compare_records([side(params={"lr": 0.1}), side(params={})], SETTINGS)
    assert rows_by_name(comparison.rows)["lr"].values == (0.1, None)


def test_the_best_is_marked_among_values_measured_on_the_same_data() -> None:
    row = rows_by_name(compare_records(sides(), SETTINGS).rows)["accuracy"]
    assert (row.best, row.apart) == (frozenset({1}), frozenset({2}))


def test_what_a_failed_run_left_is_never_best() -> None:
    row = rows_by_name(compare_records(sides(), SETTINGS).rows)["size"]
    assert row.best == frozenset({0})


def test_nothing_is_best_where_all_are_equal() -> None:
    rows = compare_records([side(), side(), side()], SETTINGS, everything=True).rows
    assert rows_by_name(rows)["accuracy"].best == frozenset()


def test_the_front_holds_both_ends_of_the_trade_off_and_none_measured_on_other_data() -> None:
    assert compare_records(sides(), SETTINGS).front == frozenset({0, 1})


def test_there_is_no_front_of_one_optimised_metric() -> None:
    settings = Settings(metrics={"accuracy": MetricRule("maximize", "optimize")})
    assert compare_records(sides(), settings).front == frozenset()


def test_the_group_that_is_compared_is_the_largest_and_the_first_on_a_tie() -> None:
    pair = [side(data={"d": MORE}, metrics={"accuracy": 0.1}), side(metrics={"accuracy": 0.9})]
    row = rows_by_name(compare_records(pair, SETTINGS).rows)["accuracy"]
    assert (row.best, row.apart) == (frozenset(), frozenset({1}))


def test_measured_on_decides_per_metric_who_is_apart() -> None:
    settings = Settings(
        metrics={"accuracy": MetricRule("maximize", measured_on=("test",)), "loss": MetricRule("minimize")}
    )
    measured = [
        Measurements({"accuracy": 0.9, "loss": 1}, {"test": "t", "train": "a"}),
        Measurements({"accuracy": 0.8, "loss": 2}, {"test": "t", "train": "a"}),
        Measurements({"accuracy": 0.7, "loss": 0}, {"test": "t", "train": "b"}),
    ]
    ranking = rank(measured, settings)
    assert ranking.apart == {"accuracy": frozenset(), "loss": frozenset({2})}
    assert ranking.best == {"accuracy": frozenset({0}), "loss": frozenset({0})}


def test_a_run_that_measured_nothing_has_no_say_in_which_data_counts() -> None:
    stopped, finished = Measurements({}, {}), Measurements({"accuracy": 0.9}, {"train": "a"})
    assert rank([stopped, stopped, finished], SETTINGS).apart["accuracy"] == frozenset()
    assert rank([stopped, stopped, finished, finished], SETTINGS).best["accuracy"] == frozenset()


def test_a_run_of_which_nobody_knows_what_it_read_is_neither_best_nor_apart_and_has_no_vote() -> None:
    recorded = [Measurements({"accuracy": value}, {"train": "a"}) for value in (0.8, 0.7)]
    running = Measurements({"accuracy": 0.9}, {}, known=False)
    ranking = rank([running, *recorded, running, running], SETTINGS)
    assert (ranking.best["accuracy"], ranking.apart["accuracy"]) == (frozenset({1}), frozenset())
    without_data = [item._replace(inputs={}) for item in recorded]
    assert rank([running, *without_data], SETTINGS).best["accuracy"] == frozenset({0})
