"""A project that is the same to the last byte each time: experiments of every kind, for pictures of the terminal UI."""

from __future__ import annotations

import fcntl
import json
import math
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from branchlab.record.format import dump_record
from branchlab.record.history import History, dump_history
from branchlab.record.model import Best, DataFile, Record, Run
from branchlab.tracking.state import LOCK_FILE, RunState, write_state
from scratch_repository import ScratchRepository

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = 1_795_262_400.0  # 2026-11-21T12:00:00Z
SETTINGS = """\
[project]
command = "python train.py"

[metrics.accuracy]
goal = "maximize"
strategy = "optimize"
threshold = ">= 0.85"
max_regression = "1%"
why = "agreed with the claims team"

[metrics.latency_ms]
goal = "minimize"
strategy = "optimize"
unit = "ms"

[metrics.loss]
goal = "minimize"
"""
PARAMS = "lr = 0.1\nepochs = 40\n[model]\nwidth = 64\ndropout = 0.0\n"
TRAIN = "import branchlab\n\nwith branchlab.start_run() as run:\n    run.log(accuracy=0.9)\n"
_TRAIN_DATA = DataFile("a91f3c55d0e1b2a3948576fedcba0123", 1_204_551)
_MORE_DATA = DataFile("0f1e2d3c4b5a69788796a5b4c3d2e1f0", 1_310_002)
_STEPS = 40


class _Trial(NamedTuple):
    name: str
    lr: float
    width: int
    accuracy: float
    latency: float
    status: str = "finished"
    note: str = ""
    more: bool = False


_TRIALS = (
    _Trial("exp/model/wider", 0.1, 128, 0.9312, 8.54, note="wider net, same schedule"),
    _Trial("exp/model/a-much-deeper-network-with-a-long-name", 0.1, 64, 0.9401, 12.1),
    _Trial("exp/tune/lr-0.01", 0.01, 64, 0.8951, 7.91, note="[red]no markup[/red] here, \x1b[31mand no colour"),
    _Trial("exp/tune/lr-0.001", 0.001, 64, 0.8204, 7.9),
    _Trial("exp/data/more-rows", 0.1, 64, 0.9502, 7.95, more=True),
    _Trial("exp/feature/scaled", 0.1, 64, 0.9107, 7.7),
    _Trial("exp/fix/learning-rate", 3.0, 64, float("nan"), 7.9, status="failed", note="diverged at once"),
    _Trial("exp/model/narrow", 0.1, 16, 0.8702, 3.02),
)


def make_pictured_project(folder: Path) -> ScratchRepository:
    """Makes the project: a baseline with a record, eight experiments, a damaged one."""
    folder.mkdir(parents=True)
    repository = ScratchRepository(folder)
    with _fixed_dates("2026-11-14T09:00:00Z"):
        repository.git("init", "--quiet", "--initial-branch", "main")
        repository.write("branchlab.toml", SETTINGS)
        repository.write("params.toml", PARAMS)
        repository.write("train.py", TRAIN)
        repository.commit("start")
        _record(repository, _Trial("main", 0.1, 64, 0.9003, 7.9), 0)
    for number, trial in enumerate(_TRIALS, 1):
        with _fixed_dates(f"2026-11-{14 + number // 2:02}T{8 + number:02}:30:00Z"):
            repository.git("switch", "--quiet", "--create", trial.name, "main")
            changed = PARAMS.replace("lr = 0.1", f"lr = {trial.lr}").replace("width = 64", f"width = {trial.width}")
            repository.write("params.toml", changed)
            repository.write("train.py", TRAIN + f"\n# {trial.name}\n")
            _record(repository, trial, number)
    with _fixed_dates("2026-11-20T10:00:00Z"):
        repository.git("switch", "--quiet", "--create", "exp/fix/damaged", "main")
        repository.write("metrics.toml", "<<<<<<< HEAD\n")
        repository.commit("a merge that went wrong")
    repository.git("switch", "--quiet", "main")
    return repository


@contextmanager
def live_run(repository: ScratchRepository, points: int = 13) -> Iterator[Path]:
    """Holds a run alive that has logged some points, the first at step 1; yields its folder."""
    run = "20261121T115800-1a2b3c"
    folder = repository.path / ".git" / "branchlab" / "runs" / run
    folder.mkdir(parents=True, exist_ok=True)
    state = RunState(
        run,
        "exp/model/live",
        command=("python", "train.py"),
        project=str(repository.path),
        started="2026-11-21T11:58:00Z",
        note="still training",
        params={"lr": 0.05, "epochs": 40, "model": {"width": 96, "dropout": 0.0}},
    )
    write_state(str(folder), state)
    (folder / "journal.jsonl").write_text(json.dumps({"k": "start", "params": {"lr": 0.05}}) + "\n")
    for step in range(1, points):
        append_point(folder, step)
    (folder / "output.log").write_text("".join(f"epoch {step}: \x1b[32mok\x1b[0m\n" for step in range(points)))
    with (folder / LOCK_FILE).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


def append_point(folder: Path, step: int) -> None:
    """Logs one more point of a live run."""
    values = _curves(0.93, step)
    line = {"k": "log", "s": step, "t": 2.5 * step, "m": {"accuracy": values[0], "loss": values[1]}}
    with (folder / "journal.jsonl").open("a") as journal:
        journal.write(json.dumps(line) + "\n")


def _record(repository: ScratchRepository, trial: _Trial, number: int) -> None:
    record = _record_of(trial, number, repository.git("rev-parse", "HEAD"))
    repository.write("metrics.toml", dump_record(record))
    steps = list(range(_STEPS if trial.status == "finished" else 3))
    values = [_curves(0.6 if math.isnan(trial.accuracy) else trial.accuracy, step) for step in steps]
    columns: dict[str, list[float | None]] = {
        "accuracy": [one for one, _ in values],
        "loss": [one for _, one in values],
    }
    history = History(steps, [0.9 * step for step in steps], columns)
    repository.write("metrics/history.csv", dump_history(history))
    yes, no = round(90 * record.metrics["loss"]) if number % 2 else 7, 5 + number
    repository.write(
        "metrics/plots/confusion_matrix.csv",
        f"actual,predicted,count\nmalignant,malignant,{60 - no}\nmalignant,benign,{no}\nbenign,malignant,{yes}\n"
        f"benign,benign,{90 - yes}\n",
    )
    rates = [place / 10 for place in range(11)]
    roc = "".join(f"{rate},{rate ** (1 / (2 + number))}\n" for rate in rates)
    repository.write("metrics/plots/roc.csv", f"fpr,tpr\n{roc}")
    repository.commit(f"{trial.name}\n\nBranchlab-Run: {record.run.id}")


def _record_of(trial: _Trial, number: int, code: str) -> Record:
    day, hour = 14 + number // 2, 8 + number
    run = Run(
        f"202611{day:02}T{hour:02}3000-{number:06x}",
        "finished" if trial.status == "finished" else "failed",
        ("python", "train.py"),
        f"2026-11-{day:02}T{hour:02}:30:00Z",
        36.5 + 11 * number,
        7,
        code,
        trial.note,
        exit_code=0 if trial.status == "finished" else 1,
    )
    loss = 0.2 + (1 - trial.accuracy if trial.accuracy == trial.accuracy else 5.0)
    metrics: dict[str, Any] = {"accuracy": trial.accuracy, "latency_ms": trial.latency, "loss": loss}
    best = {} if math.isnan(trial.accuracy) else {"accuracy": Best(trial.accuracy + 0.004, 31)}
    return Record(
        run,
        params={"lr": trial.lr, "epochs": 40, "model": {"width": trial.width, "dropout": 0.0}},
        metrics=metrics,
        best=best,
        splits={"test": {"accuracy": trial.accuracy - 0.01}},
        slices={
            "region=eu": {"accuracy": trial.accuracy + 0.012, "rows": 1200},
            "region=us": {"accuracy": trial.accuracy - 0.021 * (number % 3), "rows": 800},
        },
        data={"data/train.csv": _MORE_DATA if trial.more else _TRAIN_DATA},
        resources={"seconds": run.seconds, "peak_memory": 412_000_000 + number, "mean_cpu": 187.0},
        environment={"python": "3.11.7", "platform": "Linux", "packages": {"numpy": "2.1.0", "scikit-learn": "1.5.2"}},
    )


def _curves(end: float, step: int) -> tuple[float, float]:
    """Returns accuracy and loss at a step: they approach their end, with a ripple that is always the same."""
    rest = math.exp(-step / 9)
    ripple = 0.01 * math.sin(1.7 * step)
    return round(end - 0.4 * rest + ripple * rest, 6), round(1.2 - end + 0.9 * rest - ripple, 6)


@contextmanager
def _fixed_dates(moment: str) -> Iterator[None]:
    names = ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE")
    os.environ.update(dict.fromkeys(names, moment))
    try:
        yield
    finally:
        for name in names:
            del os.environ[name]
