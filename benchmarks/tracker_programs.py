"""What each tracker is asked to do, as programs for its own Python: nothing here runs by itself.

BENCH_PEERS names a Python that has mlflow, wandb, tensorboard and tensorboardX; without it this one is asked. A program
gets its folder as the working directory, and `{steps}` as the number of log calls.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

PEERS = os.environ.get("BENCH_PEERS", sys.executable)


class Tracker(NamedTuple):
    """How one tracker is used.

    Attributes:
        name: as the table shows it.
        package: what has to be there.
        start: opens a run.
        log: logs four metrics of the step `i`.
        end: closes the run.
        python: the interpreter that has it.
        environment: variables besides those of this process.
    """

    name: str
    package: str
    start: str
    log: str
    end: str
    python: str = PEERS
    environment: Mapping[str, str] = {}


_FOUR = "loss=0.1 + i, accuracy=0.2, val_loss=0.3, val_accuracy=0.4"
_MLFLOW = (
    'import mlflow; mlflow.set_experiment("benchmark"); run = mlflow.start_run()',
    f"mlflow.log_metrics(dict({_FOUR}), step=i)",
    "mlflow.end_run()",
)
# A summary is one call for each metric; flushed once a step, as a run that must survive a kill would.
_SUMMARY = "".join(
    f'run.add_scalar("{name}", 0.1 + i, i); ' for name in ("loss", "accuracy", "val_loss", "val_accuracy")
)
_QUIET = {"WANDB_MODE": "offline", "WANDB_SILENT": "true", "WANDB_ERROR_REPORTING": "false"}
_FILES = {"MLFLOW_TRACKING_URI": "file:mlruns", "MLFLOW_ALLOW_FILE_STORE": "true"}
_SQLITE = {"MLFLOW_TRACKING_URI": "sqlite:///mlflow.db"}

OURS = Tracker(
    "branchlab", "branchlab", "import branchlab; run = branchlab.start_run()", f"run.log({_FOUR})", "run.finish()",
    sys.executable,
)  # fmt: skip
CSV = Tracker(
    "a CSV file", "csv", 'run = open("floor.csv", "a")',
    'run.write(f"{{i}},{{0.1 + i}},{{0.2}},{{0.3}},{{0.4}}\\n"); run.flush()', "run.close()", sys.executable,
)  # fmt: skip
TRACKERS = (
    OURS,
    CSV,
    Tracker("MLflow, file store", "mlflow", *_MLFLOW, environment=_FILES),
    Tracker("MLflow, SQLite", "mlflow", *_MLFLOW, environment=_SQLITE),
    Tracker(
        "W&B, offline", "wandb", 'import wandb; run = wandb.init(project="benchmark")', f"run.log(dict({_FOUR}))",
        "run.finish()", environment=_QUIET,
    ),
    Tracker(
        "TensorBoard", "tensorboardX", 'from tensorboardX import SummaryWriter; run = SummaryWriter("runs/one")',
        f"{_SUMMARY}", "run.close()",
    ),
)  # fmt: skip

# Seconds of one call, and of all of it from the start of the process to its last line, where the calls are left out.
CALLS = """
import sys, time
{start}
for i in range(10):
    {log}
began = time.perf_counter()
for i in range({steps}):
    {log}
taken = time.perf_counter() - began
{end}
print(); print("per call", taken / {steps})
"""
WHOLE = "{start}\nfor i in range(1):\n    {log}\n{end}\n"

FILL_MLFLOW = """
import json, sys, mlflow
from mlflow.entities import Metric, Param
client = mlflow.MlflowClient()
experiment = mlflow.set_experiment("listing").experiment_id
for row in json.load(sys.stdin):
    run = client.create_run(experiment, run_name=row["name"]).info.run_id
    metrics = [Metric(key.replace("/", "_"), value, 0, 0) for key, value in row["metrics"].items()]
    params = [Param(key, str(value)) for key, value in row["params"].items()]
    client.log_batch(run, metrics=metrics, params=params)
    client.set_terminated(run)
"""
LIST_MLFLOW = """
import mlflow
client = mlflow.MlflowClient()
experiment = client.get_experiment_by_name("listing").experiment_id
assert len(client.search_runs([experiment], max_results=50000)) == {count}
"""
FILL_TENSORBOARD = """
import json, sys
from tensorboardX import SummaryWriter
for row in json.load(sys.stdin):
    with SummaryWriter("events/" + row["name"]) as writer:
        for key, value in row["metrics"].items():
            writer.add_scalar(key, value, 0)
"""
LIST_TENSORBOARD = """
import os
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
table = []
for folder, _, files in os.walk("events"):
    if files:
        events = EventAccumulator(folder).Reload()
        table.append({{tag: events.Scalars(tag)[-1].value for tag in events.Tags()["scalars"]}})
assert len(table) == {count}
"""


def has(python: str, package: str, environment: Mapping[str, str]) -> bool:
    """Tells whether an interpreter can import a package."""
    done = subprocess.run([python, "-c", f"import {package}"], env=environment, check=False, capture_output=True)
    return done.returncode == 0
