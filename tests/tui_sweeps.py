"""Sweeps for the terminal UI: losses in hand, and a project with the trials of `studies`."""

from __future__ import annotations

import fcntl
import json
import math
from contextlib import contextmanager
from typing import TYPE_CHECKING

from branchlab.project import MetricRule, Settings
from branchlab.reading.sweep import Search
from branchlab.sweep.plan import Objective, Objectives
from branchlab.sweep.trial import Study
from branchlab.tracking.state import LOCK_FILE, RunState, write_state
from scratch_repository import ScratchRepository
from studies import made_up, put_study, trial

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SETTINGS = Settings(
    metrics={
        "loss": MetricRule("minimize", "optimize"),
        "accuracy": MetricRule("maximize", "optimize"),
        "latency": MetricRule("minimize", "constraint", "<= 20"),
    }
)
LOSS = Objectives((Objective("loss", "minimize"),))
BOTH = Objectives((Objective("accuracy", "maximize"), Objective("loss", "minimize")))
BRANCHLAB = """\
[project]
command = "python train.py"

[metrics.accuracy]
goal = "maximize"
strategy = "optimize"

[metrics.latency]
goal = "minimize"
strategy = "constraint"
threshold = "<= 20"
"""
TWO_GOALS = BRANCHLAB.replace('strategy = "constraint"\nthreshold = "<= 20"', 'strategy = "optimize"')
SWEEP = """\
[sweep]
name = "wide"
method = "tpe"

[space]
lr = { low = 1e-4, high = 1.0, log = true }
depth = { low = 1, high = 8 }
optimizer = ["adam", "sgd"]

[budget]
trials = 40
"""


def search_of(*losses: float, objectives: Objectives = LOSS) -> Search:
    """Returns a sweep whose trials have these losses; NaN for one that failed."""
    trials = tuple(
        trial(
            number,
            {} if math.isnan(loss) else {"loss": loss, "accuracy": loss, "latency": 10.0 * number},
            status="failed" if math.isnan(loss) else "finished",
            values={"lr": 10.0 ** -(number % 4), "optimizer": ("adam", "sgd")[number % 2]},
        )
        for number, loss in enumerate(losses)
    )
    return Search(Study("wide", trials), None, objectives, SETTINGS)


def make_sweep_project(folder: Path, count: int = 10, settings: str = BRANCHLAB) -> ScratchRepository:
    """Makes a project with so many trials of one sweep, and an experiment by hand that is none of them."""
    folder.mkdir(parents=True)
    repository = ScratchRepository(folder)
    repository.git("init", "--quiet", "--initial-branch", "main")
    params = 'lr = 0.01\ndepth = 3\noptimizer = "adam"\n'
    files = {"branchlab.toml": settings, "params.toml": params, "sweep.toml": SWEEP, "train.py": "print(1)\n"}
    repository.commit("start", **files)
    put_study(repository, made_up(count))
    repository.git("branch", "exp/model/by-hand", "main")
    return repository


def add_trials(repository: ScratchRepository, first: int, last: int) -> None:
    """Records the trials from one number to before another."""
    study = made_up(last)
    put_study(repository, study._replace(trials=study.trials[first:]))


@contextmanager
def running_trial(repository: ScratchRepository, number: int) -> Iterator[Path]:
    """Holds a trial alive that has logged a little; yields its run folder."""
    one = made_up(number + 1).trials[number]
    folder = repository.path / ".git" / "branchlab" / "runs" / one.run
    folder.mkdir(parents=True, exist_ok=True)
    state = RunState(
        one.run,
        one.branch,
        command=("python", "train.py"),
        project=str(repository.path),
        started="2026-11-21T11:58:00Z",
        params=dict(one.values),
        sweep={"name": "wide", "trial": number, "values": dict(one.values), "method": "tpe"},
    )
    write_state(str(folder), state)
    lines = [{"k": "start", "params": {}}, {"k": "log", "s": 1, "t": 2.5, "m": {"accuracy": 0.5}}]
    (folder / "journal.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    (folder / "output.log").write_text("epoch 1\n")
    with (folder / LOCK_FILE).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder
