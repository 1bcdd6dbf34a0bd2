"""Four records as a project might hold them, for the tests of comparing and reporting."""

from __future__ import annotations

from typing import Any

from branchlab.compare.difference import CodeFile, Side
from branchlab.experiment import Experiment
from branchlab.project import MetricRule, Settings
from branchlab.record.model import Best, DataFile, Record, Run
from branchlab.text import flatten

NOW = 1_795_219_200.0  # 2026-11-21T00:00:00Z
SETTINGS = Settings(
    metrics={
        "accuracy": MetricRule("maximize", "optimize", ">= 0.90", "1%", why="agreed with the claims team"),
        "size": MetricRule("minimize", "optimize", unit="kB"),
        "inference_ms": MetricRule("minimize", "constraint", "<= 20", unit="ms"),
    }
)
TRAIN = DataFile("a91f" * 8, 1_204_551)
MORE = DataFile("b02c" * 8, 1_310_002)
NAMES = (
    "exp/model/wider",
    "exp/model/a-much-deeper-network-with-a-name-that-is-long",
    "exp/data/more-rows",
    "exp/tune/lr-1e-5",
)
CODE = (
    CodeFile("src/features.py", "A", 30, 0),
    CodeFile("train.py", "M", 4, 12),
    CodeFile("picture.png", "D", None, None),
)


def record(**changes: Any) -> Record:
    """Returns a small record with some fields changed; `run` may be a dict of changes to the run."""
    run = Run("20261120T230115-7f3a91", "finished", ("python", "train.py"), "2026-11-20T23:01:15Z", 41.2, 7, "c" * 40)
    run = run._replace(**changes.pop("run", {}))
    base = Record(run, params={"lr": 0.1}, metrics={"accuracy": 0.93}, data={"data/train.csv": TRAIN})
    return base._replace(**changes)


def side(name: str = "exp/model/wider", commit: str | None = "1" * 40, **changes: Any) -> Side:
    """Returns a record under a name."""
    return Side(name, commit, record(**changes))


def _full(number: int, status: str, accuracy: float, size: int, latency: float, **changes: Any) -> Record:
    return record(
        run={"id": f"20261120T23{number:02}15-7f3a91", "status": status, "note": changes.pop("note", "")},
        params={"lr": (0.1, 0.01, 0.1, 1e-5)[number], "seed": 7, "model": {"depth": 3 + number, "layers": [64, 32]}},
        metrics={"accuracy": accuracy, "size": size, "inference_ms": latency, "loss": 0.0001234 * (number + 1)},
        best={"accuracy": Best(accuracy + 0.01, 180)},
        splits={"test": {"accuracy": accuracy - 0.01}, "fold-0": {"accuracy": 0.9}, "fold-1": {"accuracy": 0.92}},
        slices={"region=eu": {"accuracy": accuracy + 0.002, "rows": 1200}},
        resources={"seconds": 41.2, "peak_memory": 412_000_000, "mean_cpu": 187.0},
        environment={"python": "3.11.7", "packages": {"numpy": ("2.1.0", "2.2.0")[number % 2]}},
        **changes,
    )


def sides() -> list[Side]:
    """Returns four experiments: a trade-off between two, one on other data, one that failed."""
    records = [
        _full(0, "finished", 0.9312, 7401, 8.538, note="wider net, same schedule"),
        _full(1, "finished", 0.9501, 12045, 12.5),
        _full(2, "finished", 0.964, 2346, 12.5, data={"data/train.csv": MORE, "model.skops": DataFile("5" * 32, 5200)}),
        _full(3, "failed", 0.4, 90, float("nan")),
    ]
    return [Side(name, str(i) * 40, one, i == 1) for i, (name, one) in enumerate(zip(NAMES, records, strict=True))]


def experiments() -> list[Experiment]:
    """Returns the same four as rows of the catalog."""
    return [
        Experiment(
            name=one.name,
            commit=one.commit,
            status=one.record.run.status,
            started=one.record.run.started,
            seconds=one.record.run.seconds,
            author="Ada Example",
            note=one.record.run.note,
            params=flatten(one.record.params),
            metrics=dict(one.record.metrics),
            best={name: best.value for name, best in one.record.best.items()},
            run=one.record.run.id,
            seed=one.record.run.seed,
            data={path: entry.md5 for path, entry in one.record.data.items() if not entry.output},
            stale=one.stale,
        )
        for one in sides()
    ]
