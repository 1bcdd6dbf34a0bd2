"""Gates from a command line hold as if they stood in the settings."""

from __future__ import annotations

import pytest

from branchlab.compare.extra_gates import with_gates
from branchlab.errors import UsageError
from branchlab.project import MetricRule, Settings

KNOWN = Settings(metrics={"accuracy": MetricRule("maximize", "optimize", ">= 0.8", slices=("region",))})


@pytest.mark.parametrize(
    ("gate", "metric", "key", "value"),
    [
        ("accuracy >= 0.90", "accuracy", "threshold", ">= 0.90"),
        ("accuracy>=0.90", "accuracy", "threshold", ">=0.90"),
        ("  latency ms < 20 ", "latency ms", "threshold", "< 20"),
        ("val/loss<=1e-3", "val/loss", "threshold", "<=1e-3"),
        ("accuracy max_regression 1%", "accuracy", "max_regression", "1%"),
        ("accuracy max_regression_from_best 0.02", "accuracy", "max_regression_from_best", "0.02"),
        ("accuracy worst_slice >= 0.85", "accuracy", "worst_slice", ">= 0.85"),
        ("accuracy max_slice_gap 10%", "accuracy", "max_slice_gap", "10%"),
        ("accuracy required", "accuracy", "required", True),
        ("f1 goal maximize", "f1", "goal", "maximize"),
        ("accuracy[region=eu] >= 0.9", "accuracy", "slice_thresholds", {"region=eu": ">= 0.9"}),
    ],
)
def test_a_gate_becomes_a_key_of_its_metric(gate: str, metric: str, key: str, value: object) -> None:
    found = with_gates(KNOWN, [gate]).metrics
    assert getattr(found[metric], key) == value
    assert found["accuracy"].slices == ("region",)


def test_a_goal_may_come_after_the_gate_that_needs_it() -> None:
    found = with_gates(KNOWN, ["f1 max_regression 1%", "f1 goal maximize"]).metrics
    assert found["f1"] == MetricRule("maximize", max_regression="1%")


def test_a_gate_on_a_split_has_the_goal_of_its_metric_and_not_its_gates() -> None:
    found = with_gates(KNOWN, ["test.accuracy max_regression 1%"]).metrics
    assert found["test.accuracy"] == MetricRule("maximize", max_regression="1%")


def test_later_gates_build_on_earlier_ones_and_those_of_the_settings() -> None:
    gates = ["f1 goal maximize", "f1 max_regression 1%", "accuracy[a=1] > 0", "accuracy[a=2] > 1", "accuracy > 0.95"]
    found = with_gates(KNOWN, gates).metrics
    assert found["f1"] == MetricRule("maximize", max_regression="1%")
    assert (found["accuracy"].threshold, found["accuracy"].slice_thresholds) == ("> 0.95", {"a=1": "> 0", "a=2": "> 1"})
    assert KNOWN.metrics["accuracy"].threshold == ">= 0.8"


@pytest.mark.parametrize(
    ("gate", "words"),
    [
        ("accuracy", "--gate 'accuracy' is no gate"),
        ("", "--gate '' is no gate"),
        (">= 0.9", "is no gate"),
        ("accuracy >= much", "--gate: metrics.accuracy.threshold must be a comparison"),
        ("accuracy max_regression", "--gate: metrics.accuracy.max_regression must be a number or percentage"),
        ("accuracy max_regression 1%%", "--gate: metrics.accuracy.max_regression must be a number or percentage"),
        ("f1 max_regression 1%", "--gate: metrics.f1.max_regression needs a goal"),
        ("accuracy required maybe", "--gate: metrics.accuracy.required must be true or false"),
        ("accuracy goal more", "--gate: metrics.accuracy.goal is 'more'"),
        ("\x1b[2J", "--gate '\\\\x1b[2J' is no gate"),
    ],
)
def test_what_is_no_gate_is_refused(gate: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        with_gates(KNOWN, [gate])
    assert words in caught.value.message
