"""A project whose experiments have curves, plots, slices and images to draw."""

from __future__ import annotations

import hashlib
import json
import math
from typing import TYPE_CHECKING, Any

from branchlab.record.format import dump_record
from branchlab.record.history import History, dump_history
from branchlab.record.model import DataFile
from branchlab.tracking.state import RunState, write_state
from sample_records import record
from scratch_repository import ScratchRepository

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SETTINGS = """\
[metrics.accuracy]
goal = "maximize"
strategy = "optimize"
[metrics.loss]
goal = "minimize"
"""
PLAIN, WIDE, SCALED = "exp/model/plain", "exp/model/wide", "exp/feature/scaled"
BASE = "main"
MATRIX = "actual,predicted,count\n" + "".join(f"{a},{b},{8 if a == b else 1}\n" for a in "abc" for b in "abc")
WIDE_MATRIX = MATRIX.replace(",8\n", ",9\n").replace(",1\n", ",0\n")
ROC = "fpr,tpr,threshold\n0,0,inf\n0.1,0.7,0.8\n0.4,0.9,0.4\n1,1,0.1\n"
PR = "recall,precision,threshold\n0,1,inf\n0.5,0.9,0.8\n1,0.6,0.1\n"
# A red and a blue pixel: PNG, 2 x 1.
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000020000000108020000007b40e8dd"
    "0000000d49444154789c63f8cf0004ff01070001ffe2239e590000000049454e44ae426082"
)


def make_drawn_project(folder: Path) -> ScratchRepository:
    """Makes three experiments and a baseline with a record; `folder` is made."""
    folder.mkdir(parents=True)
    repository = ScratchRepository(folder)
    repository.git("init", "--quiet")
    repository.write("branchlab.toml", SETTINGS)
    repository.write(".dvc/config", "")
    repository.write(".gitignore", "/.dvc/cache\n")
    repository.write("train.py", "print(1)\n")
    _write_record(
        repository, "0", {"accuracy": _rising(20, 0.6), "loss": _falling(20)}, {"confusion_matrix.csv": MATRIX}
    )
    repository.commit("start\n\nBranchlab-Run: 20261120T000000-000000")
    add_experiment(
        repository,
        PLAIN,
        "1",
        {"accuracy": _rising(20, 0.7), "loss": _falling(20), "lr": [0.1] * 20},
        {
            "confusion_matrix.csv": MATRIX,
            "roc.csv": ROC,
            "pr.csv": PR,
            "importance.csv": "feature,gain\nage,2\nsex,3\n",
        },
    )
    add_experiment(
        repository,
        WIDE,
        "2",
        {"accuracy": _rising(30, 0.8), "loss": [*_falling(29), math.nan], "f1": _rising(30, 0.5)},
        {"confusion_matrix.csv": WIDE_MATRIX, "roc.csv": ROC.replace("0.7", "0.8"), "sizes.csv": "n,time\n1,2\n2,5\n"},
        offset=0.1,
        images={"sample.png": PICTURE},
    )
    add_experiment(repository, SCALED, "3", {}, {"notes.csv": "when,what\nnow,[bold]that[/]\n"})
    return repository


def add_experiment(
    repository: ScratchRepository,
    name: str,
    number: str,
    curves: Mapping[str, list[float]],
    plots: Mapping[str, str] | None = None,
    *,
    offset: float = 0.0,
    images: Mapping[str, bytes] | None = None,
) -> None:
    """Makes a branch from main with a record, and comes back to main."""
    repository.git("switch", "--quiet", "--create", name, "main")
    repository.git("rm", "--quiet", "-r", "--ignore-unmatch", "metrics")
    _write_record(repository, number, curves, plots or {}, offset=offset, images=images or {})
    repository.commit(f"{name}\n\nBranchlab-Run: 20261120T000000-00000{number}")
    repository.git("switch", "--quiet", "main")


def _write_record(
    repository: ScratchRepository,
    number: str,
    curves: Mapping[str, list[float]],
    plots: Mapping[str, str],
    *,
    offset: float = 0.0,
    images: Mapping[str, bytes] | None = None,
) -> None:
    made = {name: _keep(repository, content) for name, content in (images or {}).items()}
    slices = {
        "region=eu": {"accuracy": 0.8 + offset, "f1": 0.7, "rows": 40},
        "region=us": {"accuracy": 0.6 + offset, "f1": 0.9, "rows": 60},
        "age=10": {"accuracy": 0.5},
        "age=9": {"accuracy": 0.7},
    }
    one = record(
        run={"id": f"20261120T000000-00000{number}", "started": f"2026-11-20T0{number}:00:00Z", "code": ""},
        slices=slices if curves else {},
        resources={"seconds": 41.2, "peak_memory": 412_000_000, "mean_cpu": 187.0},
        data=made,
    )
    repository.write("metrics.toml", dump_record(one))
    if curves:
        repository.write("metrics/history.csv", dump_history(_history(curves)))
    for path, content in plots.items():
        repository.write(f"metrics/plots/{path}", content)


def _history(curves: Mapping[str, list[float]]) -> History:
    count = max(map(len, curves.values()))
    columns: dict[str, list[float | None]] = {
        name: [*values, *[None] * (count - len(values))] for name, values in curves.items()
    }
    return History(list(range(count)), [float(step) * 2 for step in range(count)], columns)


def _keep(repository: ScratchRepository, content: bytes) -> DataFile:
    """Puts the bytes of an output where DVC keeps them."""
    md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
    repository.write(f".dvc/cache/files/md5/{md5[:2]}/{md5[2:]}", content)
    return DataFile(md5, len(content), output=True)


def _rising(count: int, end: float) -> list[float]:
    return [end * (1 - math.exp(-step / 5)) for step in range(1, count + 1)]


def _falling(count: int) -> list[float]:
    return [math.exp(-step / 8) for step in range(count)]


class LiveRun:
    """A run that goes on: a real run folder with a journal that grows."""

    def __init__(self, repository: ScratchRepository, name: str = "exp/model/live", end: str = "abcdef") -> None:
        self.id = f"20261122T000000-{end}"
        self.key = f"run:{self.id}"
        self.folder = repository.path / ".git" / "branchlab" / "runs" / self.id
        self.folder.mkdir(parents=True)
        state = RunState(self.id, name, command=("python", "train.py"), started="2026-11-22T00:00:00Z")
        write_state(str(self.folder), state)

    def write(self, **entry: Any) -> None:
        """Appends a line to the journal, as the tracker does."""
        with (self.folder / "journal.jsonl").open("a") as file:
            file.write(json.dumps(entry) + "\n")

    def log(self, step: int, **metrics: float) -> None:
        """Logs metrics of a step."""
        self.write(k="log", s=step, t=float(step), m=metrics)

    def plot(self, name: str, content: str) -> None:
        """Logs plot data."""
        path = self.folder / "plots" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)
        self.write(k="plot", path=f"plots/{name}", t=1.0)

    def sample(self, *rows: str) -> None:
        """Writes what the sampler saw."""
        header = "seconds,cpu_percent,memory_bytes,gpu_percent,gpu_memory_bytes,read_bytes,write_bytes"
        (self.folder / "system.csv").write_text("\n".join([header, *rows]) + "\n")
