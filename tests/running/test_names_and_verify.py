"""How a run gets its name, and how a repetition is judged."""

from __future__ import annotations

import math

import pytest

from branchlab.errors import UsageError
from branchlab.project import MetricRule, Naming
from branchlab.record.model import DataFile, Record, Run
from branchlab.running.names import Name, check_place, choose_name, complete_name, free_name
from branchlab.running.verify import compare_runs

RUN = "20261120T233015-7f3a9c"


def chosen(asked: str = "", *, current: str | None = None, label: str = "", naming: Naming = Naming()) -> Name:  # noqa: B008 - immutable
    return choose_name(naming, asked, current=current, label=label, run=RUN, user="ada")


@pytest.mark.parametrize(
    ("asked", "full"),
    [
        ("wider", "exp/model/wider"),
        ("tune/low", "exp/tune/low"),
        ("exp/data/more", "exp/data/more"),
    ],
)
def test_a_short_name_is_completed_by_the_rule(asked: str, full: str) -> None:
    assert complete_name(Naming(), asked, user="ada") == full
    assert chosen(asked) == Name(full)


@pytest.mark.parametrize("asked", ["", "Wider", "exp/none/x", "a/b/c/d", "-f", "release/1", "x y"])
def test_a_bad_name_is_refused_with_a_good_one(asked: str) -> None:
    with pytest.raises(UsageError) as caught:
        complete_name(Naming(), asked, user="ada")
    assert caught.value.hint.startswith("use exp/")


def test_without_a_name_it_comes_from_parameters_then_branch_then_run() -> None:
    assert chosen(label="lr-0.1", current="exp/model/x") == Name("exp/tune/lr-0.1", free=True)
    assert chosen(current="exp/model/x") == Name("exp/model/x", free=True)
    assert chosen(current="main") == Name("exp/model/run-7f3a9c", free=True)
    assert chosen("wider", label="lr-0.1") == Name("exp/model/wider-lr-0.1")


def test_user_and_date_fields_are_filled_in() -> None:
    naming = Naming(pattern="{user}/{date}/{slug}")
    name = chosen("", naming=naming).branch
    assert name.startswith("ada/2")
    assert name.endswith("/run-7f3a9c")


def test_numbers_are_added_only_to_names_chosen_here() -> None:
    taken = {"exp/model/x", "exp/model/x-2"}
    assert free_name(Name("exp/model/x", free=True), taken) == "exp/model/x-3"
    with pytest.raises(UsageError, match="exists already") as caught:
        free_name(Name("exp/model/x"), taken)
    assert "exp/model/x-3 is free" in caught.value.hint


@pytest.mark.parametrize("other", ["exp", "exp/model", "exp/model/x/deeper"])
def test_a_branch_in_the_way_is_found_before_the_run(other: str) -> None:
    with pytest.raises(UsageError, match="stands in the way"):
        check_place(Name("exp/model/x", free=True), {other, "exp/modelling"})
    check_place(Name("exp/model/x"), {"exp/modelling", "exp/model/xy"})


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
