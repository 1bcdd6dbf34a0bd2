"""What the table of a comparison says, and what its plots are given, without a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchlab.compare.comparison import Comparison, Row, compare_records
from branchlab.compare.difference import MetricChange, Side, diff_records
from branchlab_tui.screens.compare.cells import code_cells, metric_cells, value_cells
from branchlab_tui.screens.compare.order import order_by
from branchlab_tui.screens.compare.panes import Arrangement, arrange, next_pane
from branchlab_tui.screens.compare.variables import parallel_variables, points_of, usual_axes, variables_of
from branchlab_tui.screens.compare.verdicts import verdict_cell
from sample_records import CODE, MORE, SETTINGS, record, side, sides

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchlab_tui.model.state import Delta


def judged(ones: list[Side]) -> list[Mapping[str, MetricChange]]:
    return [{change.name: change for change in diff_records(one, ones[0], SETTINGS).metrics} for one in ones]


def row(comparison: Comparison, name: str) -> Row:
    return next(row for row in comparison.rows if row.name == name)


@pytest.mark.parametrize(
    ("delta", "texts"),
    [
        ("value", ["0.9312", "0.9501 ★", "0.9640 ≠", "0.4000"]),
        ("both", ["0.9312", "0.9501   +2.0% ▲★", "0.9640   +3.5% ≠", "0.4000  -57.0% ▼"]),
        ("percent", ["0.9312", "+2.0% ▲★", "+3.5% ≠", "-57.0% ▼"]),
        ("delta", ["0.9312", "+0.0189 ▲★", "+0.0328 ≠", "-0.5312 ▼"]),
    ],
)
def test_a_metric_shows_values_or_differences_with_their_marks(delta: Delta, texts: list[str]) -> None:
    ones = sides()
    accuracy = row(compare_records(ones, SETTINGS), "accuracy")
    cells = metric_cells(accuracy, judged(ones), 0, delta)
    assert [cell.text.rstrip() for cell in cells] == texts


def test_what_is_missing_is_a_dot_and_a_small_number_keeps_its_digits() -> None:
    shown = metric_cells(Row("metrics", "loss", (None, 1e-7, 12345.0), differs=True), [{}, {}, {}], 0, "value")
    assert [cell.text.strip() for cell in shown] == ["·", "1e-7", "12345"]


@pytest.mark.parametrize(
    ("metrics", "text"),
    [
        ({"accuracy": 0.99, "size": 1}, "▲ wins 2/2"),
        ({"accuracy": 0.5, "size": 9000}, "▼ loses 2/2"),
        ({"accuracy": 0.99, "size": 9000}, "mixed 1/2"),
        ({"accuracy": 0.93, "size": 10}, "= same"),
        ({"loss": 0.5}, "≠ apart"),
    ],
)
def test_the_verdict_counts_what_can_be_judged(metrics: dict[str, float], text: str) -> None:
    base, one = side(metrics={"accuracy": 0.93, "size": 10}), side(metrics=metrics)
    assert verdict_cell(judged([base, one])[1]).text == text


def test_data_and_code_that_are_those_of_the_reference_are_a_mark() -> None:
    ones = [side(), side(), side(data={"data/train.csv": MORE})]
    data = row(compare_records(ones, SETTINGS), "data/train.csv")
    assert [cell.text for cell in value_cells(data, ones, 0)] == ["1.2 MB a91fa91f", "=", "1.3 MB b02cb02c"]
    assert [cell.text for cell in code_cells([(), (), CODE], ones, 0)] == ["11111111", "=", "+34 −12"]  # noqa: RUF001 - as wide as the plus


def test_columns_are_ordered_best_first_behind_the_reference() -> None:
    comparison = compare_records(sides(), SETTINGS)
    assert order_by(comparison, "metrics/accuracy", 0) == [0, 2, 1, 3]
    assert order_by(comparison, "metrics/size", 1) == [1, 3, 2, 0]
    assert order_by(comparison, "metrics/inference_ms", 0) == [0, 1, 2, 3]
    assert order_by(comparison, "verdict", 0) is None


def test_axes_are_at_most_eight_and_keep_the_metrics_that_count() -> None:
    ones = [
        Side(
            f"e{n}",
            None,
            record(params={f"p{k}": n + k for k in range(12)}, metrics={"accuracy": n, "size": -n, "x": n}),
        )
        for n in range(3)
    ]
    variables = variables_of(compare_records(ones, SETTINGS))
    axes = parallel_variables(variables, SETTINGS)
    assert [axis.title for axis in axes] == ["p0", "p1", "p10", "p11", "p2", "accuracy ↑", "size kB ↓", "x"]
    assert usual_axes(variables, SETTINGS) == ("metrics.size", "metrics.accuracy")


def test_a_scatter_without_goals_takes_the_front_of_all_and_one_with_goals_its_own() -> None:
    comparison = compare_records(sides(), SETTINGS)
    known = {one.key: one for one in variables_of(comparison)}
    names = ["a", "b", "c", "d"]
    own = points_of(names, known["metrics.size"], known["metrics.accuracy"], comparison.front, 0)
    assert [point.name for point in own if point.front] == ["a", "b", "d"]
    depth = points_of(names, known["params.model.depth"], known["metrics.accuracy"], frozenset([1]), 0)
    assert [point.name for point in depth if point.front] == ["b"]
    assert [point.name for point in depth if point.marked] == ["a"]


def test_plots_stand_below_the_table_from_36_lines_on() -> None:
    assert arrange(120, 35, 20, "table", zoomed=False).shown == {"table"}
    assert arrange(120, 40, 20, "table", zoomed=False) == Arrangement(frozenset(["table", "parallel"]), 20)
    assert arrange(120, 40, 20, "scatter", zoomed=False).shown == {"table", "scatter"}
    assert arrange(200, 60, 100, "table", zoomed=False) == Arrangement(frozenset(["table", "parallel", "scatter"]), 36)
    assert arrange(200, 60, 100, "scatter", zoomed=True).shown == {"scatter"}
    assert [next_pane("table", 1), next_pane("scatter", 1), next_pane("table", -1)] == ["parallel", "table", "scatter"]
