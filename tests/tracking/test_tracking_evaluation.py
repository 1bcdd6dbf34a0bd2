from __future__ import annotations

import csv
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from branchlab.tracking.evaluation import MOST_SLICES, fold_metrics, slice_metrics
from branchlab.tracking.plots import confusion_matrix, pr_curve, roc_curve, thin, write_plot
from branchlab.tracking.warning import BranchlabWarning
from training_script import only_journal, run_folder, run_script

if TYPE_CHECKING:
    from pathlib import Path

    from scratch_repository import ScratchRepository

ROWS = st.lists(st.tuples(st.booleans(), st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9, 1.0])), min_size=2, max_size=60)


def _two_classes(rows: list[tuple[bool, float]]) -> tuple[list[int], list[float]]:
    return [0, 1, *(int(label) for label, _ in rows)], [0.3, 0.6, *(score for _, score in rows)]


@settings(max_examples=50, deadline=None)  # the first call imports scikit-learn
@given(ROWS)
def test_roc_curve_equals_scikit_learn(rows: list[tuple[bool, float]]) -> None:
    from sklearn.metrics import roc_curve as reference

    truth, scores = _two_classes(rows)
    curve = roc_curve(truth, scores)
    for ours, theirs in zip(
        ("fpr", "tpr", "threshold"), reference(truth, scores, drop_intermediate=False), strict=True
    ):
        assert curve[ours] == pytest.approx(list(theirs))


@settings(max_examples=50, deadline=None)  # the first call imports scikit-learn
@given(ROWS)
def test_pr_curve_equals_scikit_learn(rows: list[tuple[bool, float]]) -> None:
    from sklearn.metrics import precision_recall_curve

    truth, scores = _two_classes(rows)
    curve = pr_curve(truth, scores)
    precision, recall, thresholds = precision_recall_curve(truth, scores)
    assert curve["precision"] == pytest.approx(list(precision[::-1]))
    assert curve["recall"] == pytest.approx(list(recall[::-1]))
    assert curve["threshold"][1:] == pytest.approx(list(thresholds[::-1]))


@settings(max_examples=50, deadline=None)  # the first call imports scikit-learn
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1, max_size=40))
def test_confusion_matrix_equals_scikit_learn(pairs: list[tuple[str, str]]) -> None:
    from sklearn.metrics import confusion_matrix as reference

    truth, guess = map(list, zip(*pairs, strict=True))
    table = confusion_matrix(truth, guess, labels=["c", "a", "b"])
    assert table["count"] == reference(truth, guess, labels=["c", "a", "b"]).ravel().tolist()


def test_confusion_matrix_keeps_the_order_of_given_labels() -> None:
    table = confusion_matrix(np.array([1, 0, 2]), np.array([1, 1, 2]), labels=[1, 0])
    assert list(zip(*table.values(), strict=True)) == [(1, 1, 1), (1, 0, 0), (0, 1, 1), (0, 0, 0)]


def test_confusion_matrix_of_many_labels_keeps_only_pairs_that_occur() -> None:
    assert confusion_matrix(range(100), range(100))["count"] == [1] * 100


@pytest.mark.parametrize(
    ("truth", "scores", "positive"),
    [
        ([1, 1], [0.1, 0.2], None),
        ([0, 1, 2], [0.1, 0.2, 0.3], None),
        ([0, 1], [0.1, math.nan], None),
        ([0, 1], [0.1], None),
        ([0, 1], [0.1, 0.2], 7),
        ([], [], None),
    ],
)
def test_a_curve_without_two_classes_and_clean_scores_is_refused(
    truth: list[int], scores: list[float], positive: int | None
) -> None:
    for curve in (roc_curve, pr_curve):
        with pytest.raises(ValueError, match=r"curve needs|NaN|lengths differ"):
            curve(truth, scores, positive)


def test_long_curves_are_thinned_and_keep_their_ends() -> None:
    rows = [(n,) for n in range(12_345)]
    kept = thin(rows, 1_000)
    assert (len(kept), kept[0], kept[-1]) == (1_000, (0,), (12_344,))
    assert len(set(kept)) == 1_000
    labels = [n % 2 for n in range(5_000)]
    assert len(roc_curve(labels, np.linspace(0, 1, 5_000))["fpr"]) == 1_000


@pytest.mark.parametrize("name", ["../../escape", "/etc/x", "a/b", ".hidden", "", "x" * 300, "ü\n"])
def test_a_plot_of_any_name_stays_in_its_folder(tmp_path: Path, name: str) -> None:
    path = write_plot(str(tmp_path), name, {"x": [1, 2], 'y,"\n': ["a,b", 'c"\n']})
    assert (tmp_path / path).resolve().parent == tmp_path / "plots"
    assert len(list((tmp_path / "plots").iterdir())) == 1
    with (tmp_path / path).open(newline="") as file:
        assert list(csv.reader(file)) == [["x", 'y,"\n'], ["1", "a,b"], ["2", 'c"\n']]


@pytest.mark.parametrize("columns", [{}, {"a": [1], "b": [1, 2]}])
def test_plot_columns_must_fit_together(tmp_path: Path, columns: dict[str, list[int]]) -> None:
    with pytest.raises(ValueError, match=r"rows|columns"):
        write_plot(str(tmp_path), "p", columns)
    assert not (tmp_path / "plots").exists()


def test_slices_are_scored_by_name_or_function() -> None:
    found = slice_metrics(np.array(["a", "b", "a"]), [1, 0, 1], [1, 1, 0], ["accuracy", "f1", "mean_absolute_error"])
    assert found == {
        "a": {"accuracy": 0.5, "f1": pytest.approx(2 / 3), "mean_absolute_error": 0.5, "rows": 2},
        "b": {"accuracy": 0.0, "f1": 0.0, "mean_absolute_error": 1.0, "rows": 1},
    }
    assert slice_metrics([1, 1], [1, 0], [1, 1], {"n": lambda truth, _: len(truth)}) == {"1": {"n": 2, "rows": 2}}
    assert slice_metrics("aab", [1, 1, 0], [1, 0, 0])["a"]["accuracy"] == 0.5


def test_an_unknown_metric_is_named() -> None:
    with pytest.raises(ValueError, match="no metric acuracy"):
        slice_metrics([1], [1], [1], ["acuracy"])


def test_only_the_largest_of_many_slices_are_kept() -> None:
    values = [*range(1_000), 7, 7]
    with pytest.warns(BranchlabWarning, match="1000 slices"):
        found = slice_metrics(values, values, values)
    assert len(found) == MOST_SLICES
    assert next(iter(found)) == "7"


def test_folds_of_a_real_cross_validation() -> None:
    from sklearn.datasets import load_iris
    from sklearn.dummy import DummyClassifier
    from sklearn.model_selection import cross_validate

    rows, labels = load_iris(return_X_y=True)
    scores: dict[str, Any] = cross_validate(
        DummyClassifier(strategy="uniform", random_state=1), rows, labels, cv=4, scoring=["accuracy", "f1_macro"]
    )
    result = fold_metrics(scores)
    assert len(result.folds) == 4
    assert result.folds[1] == {"accuracy": scores["test_accuracy"][1], "f1_macro": scores["test_f1_macro"][1]}
    assert result.summary["accuracy"] == pytest.approx(np.mean(scores["test_accuracy"]))
    assert result.summary["accuracy_std"] == pytest.approx(np.std(scores["test_accuracy"], ddof=1))
    assert result.summary.keys() == {"accuracy", "accuracy_std", "f1_macro", "f1_macro_std"}


def test_folds_of_bare_scores_take_the_given_name() -> None:
    result = fold_metrics(np.array([0.5]), "accuracy")
    assert (result.folds, result.summary) == ([{"accuracy": 0.5}], {"accuracy": 0.5})


def test_a_script_logs_everything_an_evaluation_gives(repository: ScratchRepository) -> None:
    _, words = run_script(
        repository.path,
        """
with branchlab.start_run() as run:
    run.log_confusion_matrix(["a", "b"], ["a", "a"])
    run.log_pr_curve([0, 1], [0.1, 0.9], name="pr/test")
    run.log_roc_curve(["no", "yes"], [0.1, 0.9], positive="no")
    run.log_plot("importance", {"feature": ["x", "y"], "weight": [0.5, 0.25]})
    run.log_slices("region", ["eu", "us"], [1, 1], [1, 0])
    run.log_cross_validation([0.5, 1.0], name="accuracy")
    run.log_fold(2, accuracy=0.1)
    run.log_seed(7, accuracy=0.2)
""",
    )
    assert words == ""
    journal = only_journal(repository.path)
    assert journal.plots == [f"plots/{name}.csv" for name in ("confusion_matrix", "pr_test", "roc_curve", "importance")]
    assert journal.slices == {"region=eu": {"accuracy": 1, "rows": 1}, "region=us": {"accuracy": 0, "rows": 1}}
    splits = {"fold-0": 0.5, "fold-1": 1.0, "fold-2": 0.1, "seed-7": 0.2}
    assert journal.splits == {name: {"accuracy": value} for name, value in splits.items()}
    assert journal.summary["accuracy"] == 0.75
    text = (run_folder(repository.path) / "plots" / "importance.csv").read_text()
    assert text == "feature,weight\nx,0.5\ny,0.25\n"
