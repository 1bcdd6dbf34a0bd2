"""What `branchlab ci` may come to, for the tests of its reports."""

from __future__ import annotations

import math
from typing import Any

from branchlab.ci.ages import Aged
from branchlab.ci.judging import NOTHING, Judged, Outcome
from branchlab.ci.revisions import Revision, Revisions
from branchlab.ci.sides import Held
from branchlab.compare.difference import ParamChange, Side, diff_records
from branchlab.compare.gates import BestEver, DataAge, GateResult, judge
from branchlab.errors import EnvironmentProblemError
from branchlab.project import CiSettings, MetricRule, Settings
from branchlab.record.history import History
from branchlab.record.model import DataFile, Record
from sample_records import CODE, MORE, TRAIN, record

RULES = Settings(
    metrics={
        "accuracy": MetricRule(
            "maximize",
            "optimize",
            ">= 0.92",
            "1%",
            max_regression_from_best="2%",
            worst_slice=">= 0.85",
            why="agreed with the claims team",
        ),
        "size": MetricRule("minimize", "optimize", unit="kB", max_regression="0.5%"),
        "inference_ms": MetricRule("minimize", "constraint", "<= 20", unit="ms"),
        "recall": MetricRule("maximize", required=True),
    },
    ci=CiSettings(front=("accuracy", "size"), max_age={"data/train.csv": "30d"}),
)
AGES = {"data/train.csv": Aged(DataAge("data/train.csv", 3 * 86_400.0, "d" * 40))}


def folds(middle: float) -> dict[str, dict[str, float]]:
    """Returns five folds with a little spread around a mean."""
    return {f"fold-{at}": {"accuracy": middle + away} for at, away in enumerate((-0.004, 0.003, 0.0, -0.001, 0.002))}


def before(**changes: Any) -> Record:
    """Returns the record of the baseline."""
    metrics = {"accuracy": 0.931, "size": 7401, "inference_ms": 12.5, "recall": 0.9, "rows": 1200}
    base = record(
        params={"lr": 0.1, "model": {"depth": 3, "layers": [64, 32]}},
        metrics=metrics,
        splits={"test": {"accuracy": 0.92}, **folds(0.931)},
        slices={"region=eu": {"accuracy": 0.94, "rows": 1200}, "region=us": {"accuracy": 0.90, "rows": 300}},
        data={"data/train.csv": TRAIN, "model.skops": DataFile("4" * 32, 5100, output=True)},
        environment={"python": "3.11.2", "packages": {"numpy": "2.0.1", "scikit-learn": "1.5.0"}},
    )
    return base._replace(**changes)


def after(**changes: Any) -> Record:
    """Returns the record of a branch that is worse in some things and better in others."""
    base = before()
    worse = base._replace(
        run=base.run._replace(id="20261121T101500-11aa22", note="wider net, same schedule"),
        params={"lr": 0.01, "model": {"depth": 5, "layers": [64, 32]}},
        metrics={**base.metrics, "accuracy": 0.9123, "inference_ms": 9.75, "recall": 0.9, "epochs": 60},
        splits={"test": {"accuracy": 0.91}, **folds(0.9123)},
        slices={"region=eu": {"accuracy": 0.95, "rows": 1200}, "region=us": {"accuracy": 0.80, "rows": 300}},
        data={"data/train.csv": TRAIN, "model.skops": DataFile("5" * 32, 5200, output=True)},
        environment={"python": "3.11.2", "packages": {"numpy": "2.0.1", "scikit-learn": "1.6.0"}},
    )
    return worse._replace(**changes)


def history(top: float) -> History:
    """Returns curves as a training has them."""
    steps = list(range(40))
    rise = [top * (1 - math.exp(-step / 8)) for step in steps]
    fall = [2.3 * math.exp(-step / 9) + 1 - top for step in steps]
    return History(steps, [float(step) for step in steps], {"accuracy": [*rise], "loss": [*fall]})


def outcome(
    head: Record | None = None,
    base: Record | None = None,
    settings: Settings = RULES,
    name: str = "exp/model/wider",
    **changes: Any,
) -> Outcome:
    """Judges two records as the command does, without a repository; `base=None` takes the usual one."""
    tested, stood = head or after(), base or before()
    sides = Side(name, "a" * 40, tested), Side("main", "b" * 40, stood)
    best = {name: BestEver(value, "c" * 40, stood) for name, value in (("accuracy", 0.935), ("inference_ms", 11.0))}
    ages = {path: aged.age for path, aged in AGES.items()}
    recorded = bool(stood.run.id)
    gates = judge(settings, sides[1] if recorded else None, sides[0], best, ages)
    revisions = Revisions(
        Revision(name, "a" * 40, b""), Revision("main", "b" * 40, b""), Revision("main", "b" * 40, b""), "where it left"
    )
    judged = Judged(
        revisions,
        settings,
        Held(sides[0], history(0.91)),
        Held(sides[1], history(0.93)) if recorded else NOTHING._replace(side=sides[1]),
        diff_records(*sides, settings, CODE),
        gates,
        (),
        best,
        {"accuracy": [0.9, 0.935, 0.931], "inference_ms": [11.0, 12.0, 12.5]},
        AGES,
        (),
    )._replace(**changes)
    verdict = "fail" if any(not gate.passed for gate in judged.gates) else "pass"
    return Outcome("fail" if verdict == "fail" else "pass", "main", name, judged)


def failing() -> Outcome:
    """Returns a branch that fails on several gates and loosened one."""
    rules = (ParamChange("metrics.accuracy.threshold", ">= 0.92", ">= 0.95"),)
    return outcome(rules=rules)


def passing() -> Outcome:
    """Returns a branch that is better in all that matters."""
    metrics = {"accuracy": 0.951, "size": 7000, "inference_ms": 9.75, "recall": 0.93, "rows": 1200}
    slices = {"region=eu": {"accuracy": 0.96, "rows": 1200}, "region=us": {"accuracy": 0.91, "rows": 300}}
    return outcome(after(metrics=metrics, splits={"test": {"accuracy": 0.94}, **folds(0.951)}, slices=slices))


def incomparable() -> Outcome:
    """Returns a branch on other data, with values that are missing or no numbers, against a stale record."""
    metrics = {"accuracy": float("nan"), "inference_ms": 9.75}
    return outcome(after(metrics=metrics, data={"data/train.csv": MORE}))


def unseen() -> Outcome:
    """Returns a branch whose gates all hold as far as a shallow clone shows."""
    good = passing()
    assert good.judged
    gates = tuple(
        gate._replace(passed=False, reason="the past is not here") if gate.kind == "best_regression" else gate
        for gate in good.judged.gates
    )
    cut = tuple(gate for gate in gates if not gate.passed)
    return Outcome("unknown", good.base, good.head, good.judged._replace(gates=gates, unseen=cut))


def unknown() -> Outcome:
    """Returns what a shallow clone comes to."""
    problem = EnvironmentProblemError("this clone is shallow: it lacks where x and main parted", "branchlab ci --fetch")
    return Outcome("unknown", "main", "exp/model/wider", problem=problem)


def many(count: int = 200) -> Outcome:
    """Returns a branch with very many metrics, each with a gate that fails."""
    names = [f"metric-{number:03}" for number in range(count)]
    settings = Settings(metrics={name: MetricRule("maximize", "optimize", ">= 0.9") for name in names})
    values = {name: 0.5 + number / 1000 for number, name in enumerate(names)}
    return outcome(after(metrics=values), before(metrics=dict.fromkeys(names, 0.8)), settings)


HOSTILE = "a|b\n<img src=x onerror=alert(1)> `x` [y](https://evil.example) @team #1 \x1b[31m\u202e\ufffe</details>"


def hostile(name: str = HOSTILE) -> Outcome:
    """Returns a branch where every name is chosen by somebody who means no good."""
    settings = Settings(
        metrics={name: MetricRule("maximize", "optimize", ">= 0.9", unit=name, why=name)},
        ci=CiSettings(max_age={name: "1d"}),
    )
    bad = after(
        run=after().run._replace(note=name, command=(name,), id=name),
        metrics={name: 0.5},
        params={name: name},
        slices={name: {name: 0.4, "rows": 3}},
        data={name: DataFile("5" * 32, 1)},
        environment={name: name},
    )
    good = bad._replace(run=before().run, metrics={name: 0.6}, params={}, slices={name: {name: 0.5}}, environment={})
    made = outcome(bad, good, settings, name)
    assert made.judged
    gate = GateResult(name, "threshold", name, 0.5, None, passed=False, reason=name, slice=name, allowed=name)
    curves = made.judged.head.curves._replace(columns={name: [0.1, float("nan"), None, 0.3] * 10})
    head = made.judged.head._replace(curves=curves, problem=name)
    return made._replace(judged=made.judged._replace(gates=(gate,), head=head))
