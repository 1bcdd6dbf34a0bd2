"""Metrics of branchlab.toml become losses and violations; those of the test split are never read."""

from __future__ import annotations

import math

import pytest

from branchlab.errors import UsageError
from branchlab.project import MetricRule, Settings
from branchlab.sweep.objectives import is_test, losses, objectives, told, violations
from branchlab.sweep.plan import Constraint, Objective, Objectives, Plan
from branchlab.sweep.trial import Told, Trial

SETTINGS = Settings(
    metrics={
        "accuracy": MetricRule("maximize", "optimize"),
        "size": MetricRule("minimize", "store"),
        "latency": MetricRule("minimize", "constraint", "<= 20"),
        "note": MetricRule(),
        "recall": MetricRule(None, "constraint", "> 0.5"),
        "test.accuracy": MetricRule("maximize"),
    }
)
PLAN = Plan("s", ())
BOTH = Objectives((Objective("accuracy", "maximize"),), (Constraint("latency", 20, above=False),))


def test_the_strategies_of_the_settings_decide() -> None:
    assert objectives(PLAN, SETTINGS) == Objectives(
        (Objective("accuracy", "maximize"),),
        (Constraint("latency", 20.0, above=False), Constraint("recall", 0.5, above=True)),
    )


def test_the_metrics_that_a_sweep_names_are_those_that_count() -> None:
    found = objectives(PLAN._replace(metrics=("size", "accuracy", "latency")), SETTINGS)
    assert [objective.metric for objective in found.optimize] == ["size", "accuracy"]
    assert [constraint.metric for constraint in found.constraints] == ["latency"]


@pytest.mark.parametrize(
    ("names", "message", "hint"),
    [
        (("latency",), "the sweep has no metric to optimise", 'add strategy = "optimize"'),
        (("note",), "the sweep cannot optimise note: branchlab.toml gives it no goal", 'add goal = "maximize"'),
        (("acuracy",), "the sweep names the metric acuracy, which branchlab.toml does not have", "did you mean accur"),
        (
            ("zzz\x1b",),
            "the sweep names the metric zzz\\x1b, which branchlab.toml does not have",
            "add [metrics.zzz\\x",
        ),
        (("test.accuracy",), "test.accuracy is a metric of the test split, and a search never reads those", "name oth"),
    ],
)
def test_what_cannot_be_optimised_is_named(names: tuple[str, ...], message: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        objectives(PLAN._replace(metrics=names), SETTINGS)
    assert caught.value.message == message
    assert caught.value.hint.startswith(hint)


def test_a_test_metric_with_a_strategy_is_refused_too() -> None:
    rule = MetricRule("maximize", "optimize")
    with pytest.raises(UsageError, match="test_auc is a metric of the test split"):
        objectives(PLAN, Settings(metrics={"accuracy": rule, "test_auc": rule}))


@pytest.mark.parametrize(
    "name", ["test", "test.a", "test/a", "test_a", "Test-a", "a_test", "a/test2", "tests.a", "testing"]
)
def test_metrics_of_the_test_split_are_known_by_name(name: str) -> None:
    assert is_test(name)


@pytest.mark.parametrize("name", ["latest", "latest_loss", "attestation", "contest.a", "validation", "detest"])
def test_other_metrics_are_not_taken_for_those(name: str) -> None:
    assert not is_test(name)


def test_a_loss_is_smaller_for_the_better() -> None:
    several = Objectives((Objective("accuracy", "maximize"), Objective("size", "minimize")))
    assert losses(several, {"accuracy": 0.9, "size": 3}, {}, "last") == (-0.9, 3.0)


def test_the_best_of_the_curve_counts_where_it_is_asked_for() -> None:
    metrics, best = {"accuracy": 0.5}, {"accuracy": 0.9}
    assert losses(BOTH, metrics, best, "last") == (-0.5,)
    assert losses(BOTH, metrics, best, "best") == (-0.9,)
    assert losses(BOTH, metrics, {}, "best") == (-0.5,)


@pytest.mark.parametrize("metrics", [{}, {"accuracy": math.nan}, {"accuracy": math.inf}])
def test_what_is_missing_or_not_finite_is_no_loss(metrics: dict[str, float]) -> None:
    assert losses(BOTH, metrics, {}, "last") is None


@pytest.mark.parametrize(
    ("latency", "recall", "expected"), [(19, 0.6, (-1, -0.1)), (20, 0.5, (0, 0)), (30, 0.25, (10, 0.25))]
)
def test_a_constraint_is_broken_by_so_much(latency: float, recall: float, expected: tuple[float, ...]) -> None:
    found = violations(objectives(PLAN, SETTINGS), {"latency": latency, "recall": recall})
    assert found == pytest.approx(expected)


def test_a_constraint_without_a_value_is_broken_by_infinity() -> None:
    assert violations(objectives(PLAN, SETTINGS), {"latency": math.nan}) == (math.inf, math.inf)


def test_trials_are_told_in_order_of_number_with_their_state() -> None:
    def trial(number: int, status: str, **metrics: float) -> Trial:
        return Trial(number, {"lr": number / 10}, status, metrics)  # type: ignore[arg-type]

    trials = [
        trial(5, "stopped", accuracy=0.9),
        trial(2, "pruned", accuracy=0.2, latency=1),
        trial(4, "failed"),
        trial(1, "finished", latency=1),
        trial(3, "running", accuracy=0.9),
        trial(0, "finished", accuracy=0.5, latency=30),
        trial(6, "pruned"),
    ]
    assert told(PLAN, BOTH, trials) == [
        Told(0, {"lr": 0.0}, (-0.5,), (10.0,), "complete"),
        Told(1, {"lr": 0.1}, None, (), "failed"),
        Told(2, {"lr": 0.2}, (-0.2,), (-19.0,), "pruned"),
        Told(3, {"lr": 0.3}, None, (), "running"),
        Told(4, {"lr": 0.4}, None, (), "failed"),
        Told(5, {"lr": 0.5}, None, (), "failed"),
        Told(6, {"lr": 0.6}, None, (math.inf,), "pruned"),
    ]
