"""How a repetition of a run is judged."""

from __future__ import annotations

import math

from branchlab.compare.repetition import compare_runs
from branchlab.project import MetricRule
from branchlab.record.model import DataFile, Record, Run


def record(**changes: object) -> Record:
    run = Run("id", "finished", ("true",), "2026-01-01T00:00:00Z", 1.0)
    base = Record(run, params={"lr": 0.1}, metrics={"acc": 0.9}, data={"d": DataFile("a" * 32, 1)})
    return base._replace(**changes)  # type: ignore[arg-type]


def test_equal_runs_have_no_difference_whatever_the_environment() -> None:
    assert compare_runs(record(), record(environment={"python": "3.12"})) == []
    assert compare_runs(record(metrics={"a": math.nan}), record(metrics={"a": math.nan})) == []


def test_the_first_difference_is_an_input_when_there_is_one() -> None:
    after = record(
        metrics={"acc": 0.8},
        params={"lr": 0.2},
        data={"d": DataFile("b" * 32, 1)},
        environment={"python": "3.12"},
        run=record().run._replace(seed=3),
    )
    before = record(environment={"python": "3.11", "packages": {"six": "1"}})
    kinds = [item.kind for item in compare_runs(before, after)]
    assert kinds == ["parameter", "seed", "data", "environment", "metric"]


def test_outputs_are_no_inputs_and_tolerance_is_relative() -> None:
    output = {"d": DataFile("a" * 32, 1), "m": DataFile("c" * 32, 1, output=True)}
    assert [item.kind for item in compare_runs(record(), record(data=output, metrics={"acc": 0.91}))] == ["metric"]
    assert compare_runs(record(), record(metrics={"acc": 0.9001}), tolerance=0.001) == []
    assert len(compare_runs(record(), record(metrics={}))) == 1


def test_status_splits_and_slices_count() -> None:
    failed = record(run=record().run._replace(status="failed"))
    assert [item.kind for item in compare_runs(record(), failed)] == ["status"]
    told = record(environment={"python": "3.12"}, run=record().run._replace(seed=7))
    told = told._replace(params={**told.params, "told": "late"})
    silent = failed._replace(metrics={}, environment={"python": "3.12", "packages": {"six": "1"}})
    assert [item.kind for item in compare_runs(told, silent)] == ["status", "metric"]
    after = record(splits={"test": {"acc": 0.5}}, slices={"c=1": {"acc": 0.5}})
    assert [item.name for item in compare_runs(record(), after)] == ["test.acc", "c=1.acc"]


def test_a_metric_with_a_tolerance_may_differ_that_much() -> None:
    rules = {"acc": MetricRule(tolerance="2%"), "size": MetricRule(tolerance="5")}
    assert compare_runs(record(), record(metrics={"acc": 0.915}), rules=rules) == []
    assert len(compare_runs(record(), record(metrics={"acc": 0.93}), rules=rules)) == 1
    before = record(slices={"c=1": {"size": 100.0}})
    assert compare_runs(before, record(slices={"c=1": {"size": 105.0}}), rules=rules) == []
    assert len(compare_runs(before, record(slices={"c=1": {"size": 105.5}}), rules=rules)) == 1
