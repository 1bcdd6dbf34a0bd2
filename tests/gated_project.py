"""A project with gates: a baseline that recorded twice, and an experiment that is worse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from branchlab.record.format import dump_record
from branchlab.record.history import History, dump_history
from sample_records import record

if TYPE_CHECKING:
    from scratch_repository import ScratchRepository

SETTINGS = """\
[metrics.accuracy]
goal = "maximize"
strategy = "optimize"
threshold = ">= 0.90"
why = "agreed with the claims team"
[metrics.size]
goal = "minimize"
unit = "kB"
"""
CURVE = [0.5, 0.7, 0.8, 0.85]


def record_here(repository: ScratchRepository, number: int, accuracy: float, **changes: Any) -> str:
    """Changes the code, then commits a record of it as a run does; returns the commit of the record."""
    repository.write("train.py", f"print({number})\n")
    code = repository.commit(f"code {number}")
    run = {"id": f"20261120T23{number:02}15-7f3a91", "code": code, **changes.pop("run", {})}
    metrics = changes.pop("metrics", {"accuracy": accuracy, "size": 7000 + number})
    made = record(run=run, metrics=metrics, params={"lr": 0.1 / (number + 1)}, **changes)
    repository.write("metrics.toml", dump_record(made))
    curve = [value * accuracy for value in CURVE]
    history = History(list(range(len(curve))), [0.5 * step for step in range(len(curve))], {"accuracy": [*curve]})
    repository.write("metrics/history.csv", dump_history(history))
    return repository.commit(f"run {number}\n\nBranchlab-Run: {made.run.id}")


def make_gated(repository: ScratchRepository, settings: str = SETTINGS) -> ScratchRepository:
    """Makes `main` with accuracies of 0.95 and 0.93, and `exp/model/wider` with 0.91, which is checked out."""
    repository.write("branchlab.toml", settings)
    repository.write("params.toml", "lr = 0.1\n")
    repository.commit("start")
    record_here(repository, 1, 0.95)
    record_here(repository, 2, 0.93)
    repository.git("switch", "--quiet", "--create", "exp/model/wider")
    record_here(repository, 3, 0.91)
    return repository
