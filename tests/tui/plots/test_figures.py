"""What is computed from plot data: matrices, areas, slices, resources."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchlab.errors import DamagedError
from branchlab.tracking.plots import confusion_matrix, pr_curve, roc_curve
from branchlab_tui.drawing.bars import Bar
from branchlab_tui.drawing.heat import Matrix
from branchlab_tui.screens.plots.area import area_under_roc, average_precision
from branchlab_tui.screens.plots.matrix import read_matrix
from branchlab_tui.screens.plots.resources import in_fitting_unit, sampled, summary_rows
from branchlab_tui.screens.plots.slices import slice_bars, slice_keys
from branchlab_tui.screens.plots.table import read_table

TRUTH = [0, 0, 1, 1, 1]
SCORES = [0.1, 0.6, 0.35, 0.8, 0.9]
SLICES = {
    "region=eu": {"accuracy": 0.9, "rows": 40},
    "region=us": {"accuracy": 0.7, "rows": 60},
    "age=10": {"accuracy": 0.5},
    "age=9": {"accuracy": 0.6},
}


def csv_of(columns: dict[str, list[object]]) -> bytes:
    rows = zip(*columns.values(), strict=True)
    return "\n".join([",".join(columns), *(",".join(map(str, row)) for row in rows)]).encode()


def test_a_matrix_as_branchlab_logs_it_is_read_back() -> None:
    logged = confusion_matrix(["a", "b", "b"], ["a", "a", "b"])
    assert read_matrix(read_table(csv_of(logged))) == Matrix(("a", "b"), ((1, 0), (1, 1)))


@pytest.mark.parametrize("content", [b"actual,predicted\na,a\nb,a\nb,b\n", b",a,b\na,1,0\nb,1,1\n"])
def test_a_matrix_as_rows_of_predictions_and_as_a_square_is_the_same(content: bytes) -> None:
    assert read_matrix(read_table(content)) == Matrix(("a", "b"), ((1, 0), (1, 1)))


def test_labels_that_are_numbers_stand_by_size() -> None:
    assert read_matrix(read_table(b"actual,predicted\n10,9\n9,9\n")).labels == ("9", "10")


def test_a_matrix_of_too_many_labels_or_bad_counts_is_refused() -> None:
    with pytest.raises(DamagedError, match="200 labels"):
        read_matrix(read_table(b"actual,predicted\n" + b"".join(b"%d,%d\n" % (n, n) for n in range(200))))
    with pytest.raises(DamagedError, match="no numbers"):
        read_matrix(read_table(b"actual,predicted,count\na,a,many\n"))


def test_areas_are_those_of_scikit_learn() -> None:
    roc, precision = roc_curve(TRUTH, SCORES), pr_curve(TRUTH, SCORES)
    # sklearn.metrics.roc_auc_score(TRUTH, SCORES) and average_precision_score(TRUTH, SCORES), without the import
    assert area_under_roc(roc["fpr"], roc["tpr"]) == pytest.approx(0.8333333333333333)
    assert average_precision(precision["recall"], precision["precision"]) == pytest.approx(0.9166666666666665)


def test_a_curve_the_other_way_round_has_the_same_area() -> None:
    roc = roc_curve(TRUTH, SCORES)
    assert area_under_roc(roc["fpr"][::-1], roc["tpr"][::-1]) == area_under_roc(roc["fpr"], roc["tpr"])


@pytest.mark.parametrize("x", [[0.0], [0.2, 1.0], [0.0, 0.5], [0.0, float("nan"), 1.0], [0.0, 2.0]])
def test_a_curve_that_does_not_reach_across_the_square_has_no_area(x: list[float]) -> None:
    assert area_under_roc(x, x) is None
    assert average_precision(x, x) is None


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=20))
def test_an_area_lies_between_nothing_and_the_whole_square(points: list[tuple[float, float]]) -> None:
    curve = sorted([(0.0, 0.0), *points, (1.0, 1.0)])
    area = area_under_roc([x for x, _ in curve], [y for _, y in curve])
    assert area is not None
    assert -1e-9 <= area <= 1 + 1e-9


def test_slices_stand_in_their_natural_order_with_their_rows() -> None:
    assert slice_keys([SLICES]) == {"age": ("accuracy",), "region": ("accuracy",)}
    assert [bar.label for bar in slice_bars([SLICES], "age", "accuracy")] == ["9", "10"]
    assert slice_bars([SLICES], "region", "accuracy") == [Bar("eu", (0.9,), "40 rows"), Bar("us", (0.7,), "60 rows")]


def test_a_slice_that_only_one_of_two_experiments_has_is_a_gap_of_the_other() -> None:
    other = {"region=eu": {"accuracy": 0.6}, "region=asia": {"accuracy": 0.8}, "region=none": {"f1": 1.0}}
    assert slice_bars([SLICES, other], "region", "accuracy") == [
        Bar("asia", (None, 0.8)),
        Bar("eu", (0.9, 0.6), "40 rows"),
        Bar("us", (0.7, None), "60 rows"),
    ]


def test_resources_have_units_that_fit_and_unknown_columns_come_last() -> None:
    cpu, memory, other = sampled(["other", "memory_bytes", "cpu_percent"])
    assert [cpu.column, memory.column, other.column] == ["cpu_percent", "memory_bytes", "other"]
    assert in_fitting_unit(memory, 5e6).title == "memory (MB)"
    assert in_fitting_unit(memory, 5e9) == memory


def test_the_summary_of_resources_has_units() -> None:
    rows = summary_rows({"mean_cpu": 93.5, "seconds": 72.0, "peak_memory": 1.2e9, "watts": 3.0})
    assert rows == [("time", "1m 12s"), ("peak memory", "1.2 GB"), ("mean CPU", "93.5 %"), ("watts", "3")]
