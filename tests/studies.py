"""Sweeps in hand: trials made up by number, so that a test sees what an analysis or a report makes of them."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING

from branchlab.project import MetricRule, Settings
from branchlab.reading.sweep import Search
from branchlab.record.format import dump_record
from branchlab.sweep.plan import Budget, Constraint, Objective, Objectives, Parameter, Plan, Resources
from branchlab.sweep.trial import Study, Trial
from record_strategies import example, run_example

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchlab.experiment import Number, Scalar
    from scratch_repository import ScratchRepository

SPACE = (
    Parameter("lr", "float", 1e-4, 1.0, log=True),
    Parameter("depth", "int", 1, 8),
    Parameter("optimizer", "choice", choices=("adam", "sgd")),
)
ACCURACY = Objectives((Objective("accuracy", "maximize"),))
TRADE = Objectives((Objective("accuracy", "maximize"), Objective("latency", "minimize")))
BOUNDED = Objectives((Objective("accuracy", "maximize"),), (Constraint("latency", 20.0, above=False),))
SETTINGS = Settings(
    metrics={
        "accuracy": MetricRule("maximize", "optimize"),
        "latency": MetricRule("minimize", "constraint", "<= 20", unit="ms"),
    }
)


def trial(number: int, metrics: Mapping[str, Number] | None = None, **fields: object) -> Trial:
    """Returns a trial that finished, or as the fields say."""
    minute, second = divmod(31 * number, 60)
    one = Trial(
        number,
        {},
        "finished",
        metrics or {},
        branch=f"exp/tune/wide-{number:04d}-{number * 2654435761 % 65536:04x}",
        commit=f"{number:040x}",
        run=f"20261120T233015-{number:06x}",
        started=f"2026-11-20T{10 + minute // 60:02d}:{minute % 60:02d}:{second:02d}Z",
        seconds=30.0,
        method="tpe",
        author="Ada Example",
    )
    return one._replace(**fields)  # type: ignore[arg-type]


def study_of(*rows: Mapping[str, Number]) -> Study:
    """Returns a study of finished trials that measured these."""
    return Study("wide", tuple(trial(number, row) for number, row in enumerate(rows)))


def made_up(count: int = 40, *, seed: int = 3) -> Study:
    """Returns trials of SPACE: `lr` decides most, `depth` some, and `optimizer` nothing; a few did not finish."""
    draw = random.Random(seed)
    trials = []
    for number in range(count):
        lr, depth = 10 ** draw.uniform(-4, 0), draw.randint(1, 8)
        values: dict[str, Scalar] = {"lr": lr, "depth": depth, "optimizer": draw.choice(["adam", "sgd"])}
        accuracy = 0.95 - 0.08 * (math.log10(lr) + 1.5) ** 2 - 0.006 * (depth - 5) ** 2
        metrics = {"accuracy": round(accuracy, 4), "latency": 4.0 + 3.0 * depth}
        one = trial(number, metrics, values=values, batch=number // 4)
        if number % 9 == 5:
            reason = "median: accuracy 0.41 at step 3, the median of 8 trials is 0.8"
            one = one._replace(status="pruned", reason=reason, seconds=9.0, metrics={"accuracy": 0.41})
        if number == 7:
            one = one._replace(status="failed", reason="exit code 1", seconds=2.0, metrics={})
        trials.append(one)
    return Study("wide", tuple(trials))


PLAN = Plan(
    "wide",
    SPACE,
    "tpe",
    metrics=("accuracy",),
    budget=Budget(trials=60, hours=1.0),
    resources=Resources(jobs=2),
    defaults={"lr": 0.1, "depth": 3, "optimizer": "adam"},
)


def search_of(study: Study, objectives: Objectives = ACCURACY, plan: Plan | None = PLAN) -> Search:
    """Returns a study as a command sees it."""
    return Search(study, plan, objectives, SETTINGS, "sweep.toml" if plan else "")


def put_study(repository: ScratchRepository, study: Study) -> None:
    """Makes the branch of each trial of a study on top of `main`, as recording leaves it."""
    stream = []
    for one in study.trials:
        status = "stopped" if one.status == "pruned" else one.status
        run = run_example(id=one.run, started=one.started, seconds=one.seconds, status=status)
        table = {"name": study.name, "trial": one.number, "values": dict(one.values), "method": "tpe"}
        rest = {"reason": one.reason, "pruned": one.status == "pruned", "batch": one.batch}
        sweep = {**table, **{key: value for key, value in rest.items() if value}}
        record = example(run=run, params=dict(one.values), metrics=one.metrics, splits={}, best={}, sweep=sweep)
        stream.append(f"commit refs/heads/{one.branch}\ncommitter Ada Example <ada@example.org> 1800000000 +0000\n")
        stream += [_data(f"{one.branch}\n\nBranchlab-Run: {one.run}\n"), "from refs/heads/main^0\n"]
        stream += ["M 100644 inline metrics.toml\n", _data(dump_record(record).decode())]
    repository.git("fast-import", "--quiet", stdin="".join(stream))


def _data(text: str) -> str:
    return f"data {len(text.encode())}\n{text}\n"
