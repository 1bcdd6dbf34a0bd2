"""Listing and logging beside DVC and MLflow, where they are installed; what is absent is left out.

python benchmarks/peers.py [EXPERIMENTS]

The same experiments are given to each as it keeps them: branches to branchlab, `refs/exps` to DVC, runs of a file store
to MLflow. MLflow may live in an environment of its own: BENCH_MLFLOW=/path/to/its/python.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING

from repository import make_repository
from timing import BRANCHLAB, Cost, Row, by_turns, compiled, run_script, time_process

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LISTING = (BRANCHLAB, "ls", "--json")
DVC = (sys.executable, "-m", "dvc")
MLFLOW = os.environ.get("BENCH_MLFLOW", sys.executable)
ROUNDS = 3
STEPS = 1_000
PIPELINE = "stages:\n  train:\n    cmd: python train.py\n    params:\n    - params.toml:\nmetrics:\n- metrics.toml\n"
FILL = """
import json, sys, mlflow
from mlflow.entities import Metric, Param
client = mlflow.MlflowClient()
experiment = mlflow.set_experiment("benchmark").experiment_id
for row in json.load(sys.stdin):
    run = client.create_run(experiment, run_name=row["name"]).info.run_id
    metrics = [Metric(key.replace("/", "_"), value, 0, 0) for key, value in row["metrics"].items()]
    params = [Param(key, str(value)) for key, value in row["params"].items()]
    client.log_batch(run, metrics=metrics, params=params)
    client.set_terminated(run)
"""
SEARCH = """
import mlflow
client = mlflow.MlflowClient()
experiment = client.get_experiment_by_name("benchmark").experiment_id
assert client.search_runs([experiment], max_results=50000)
"""
LOG = """
import time, mlflow
mlflow.set_experiment("steps")
with mlflow.start_run():
    started = time.perf_counter()
    for step in range({steps}):
        mlflow.log_metrics(dict(loss=0.1 + step, accuracy=0.2, val_loss=0.3, val_accuracy=0.4), step=step)
    print((time.perf_counter() - started) / {steps})
"""
OURS = """
import time, branchlab
with branchlab.start_run() as run:
    started = time.perf_counter()
    for step in range({steps}):
        run.log(loss=0.1 + step, accuracy=0.2, val_loss=0.3, val_accuracy=0.4)
    print((time.perf_counter() - started) / {steps})
"""


def measure(size: int) -> list[Row]:
    """Compares with those peers that are there; `size` is the number of experiments."""
    with tempfile.TemporaryDirectory() as base:
        folder = os.path.join(base, "repository")
        make_repository(folder, size)
        environment = compiled(base)
        rows = _beside_dvc(folder, size, environment)
        store = {"MLFLOW_TRACKING_URI": f"file://{base}/mlruns", "MLFLOW_ALLOW_FILE_STORE": "true"}
        return rows + _beside_mlflow(folder, size, {**environment, **store})


def _beside_dvc(folder: str, size: int, environment: Mapping[str, str]) -> list[Row]:
    """Lists the experiments with DVC: the first time, and again with its cache filled."""
    if not _runs(DVC[0], "import dvc", environment):
        return []
    _give_to_dvc(folder, environment)
    shown = subprocess.run([*DVC, "exp", "show", "--json"], cwd=folder, env=environment, check=True, stdout=-1)
    assert len(json.loads(shown.stdout)[1]["experiments"]) == size
    show = (*DVC, "exp", "show", "--json")

    def cold(command: tuple[str, ...], cache: str) -> Callable[[], Cost]:
        def work() -> Cost:
            shutil.rmtree(os.path.join(folder, cache), ignore_errors=True)
            return time_process(command, folder, environment)

        return work

    median = by_turns(
        {
            "dvc cold": cold(show, ".dvc/tmp/exps/cache"),
            "dvc": lambda: time_process(show, folder, environment),
            "cold": cold(LISTING, ".git/branchlab"),
            "warm": lambda: time_process(LISTING, folder, environment),
        },
        ROUNDS,
    )
    return [
        Row(
            f"ls --json, cold, {size:,} experiments", median["cold"].wall, "dvc exp show, cold", median["dvc cold"].wall
        ),
        Row(f"ls --json, warm, {size:,} experiments", median["warm"].wall, "dvc exp show, warm", median["dvc"].wall),
    ]


def _give_to_dvc(folder: str, environment: Mapping[str, str]) -> None:
    """Makes the experiments DVC's own: its refs hang below the commit that they start from."""
    subprocess.run([*DVC, "init", "-q"], cwd=folder, env=environment, check=True)
    with open(os.path.join(folder, "dvc.yaml"), "w", encoding="utf-8") as file:
        file.write(PIPELINE)
    baseline = _git(folder, "rev-parse", "main").strip()
    refs = [line.split() for line in _git(folder, "for-each-ref", "--format=%(objectname) %(refname)").splitlines()]
    names = [(oid, ref.rsplit("/", 1)[1]) for oid, ref in refs if "/exp/" in ref]
    below = f"refs/exps/{baseline[:2]}/{baseline[2:]}"
    lines = "".join(f"create {below}/{name} {oid}\n" for oid, name in names)
    subprocess.run(["git", "update-ref", "--stdin"], cwd=folder, input=lines.encode(), check=True)
    subprocess.run(["git", "pack-refs", "--all"], cwd=folder, check=True)


def _beside_mlflow(folder: str, size: int, environment: Mapping[str, str]) -> list[Row]:
    """Searches the same runs in MLflow's file store, and logs steps to it."""
    if not _runs(MLFLOW, "import mlflow", environment):
        return []
    listed = subprocess.run(LISTING, cwd=folder, env=environment, check=True, stdout=subprocess.PIPE)
    subprocess.run([MLFLOW, "-c", FILL], cwd=folder, env=environment, input=listed.stdout, check=True)
    median = by_turns(
        {
            "mlflow": lambda: time_process((MLFLOW, "-c", SEARCH), folder, environment),
            "warm": lambda: time_process(LISTING, folder, environment),
            "their log": lambda: _per_call(MLFLOW, LOG, folder, environment),
            "our log": lambda: _per_call(sys.executable, OURS, folder, environment),
        },
        ROUNDS,
    )
    return [
        Row(f"ls --json, warm, {size:,} experiments", median["warm"].wall, "MLflow search_runs", median["mlflow"].wall),
        Row("log of 4 metrics", median["our log"].wall, "MLflow log_metrics", median["their log"].wall),
    ]


def _per_call(python: str, code: str, folder: str, environment: Mapping[str, str]) -> Cost:
    done = subprocess.run(
        [python, "-c", code.format(steps=STEPS)],
        cwd=folder,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    return Cost(float(done.stdout.split()[0]), 0.0)


def _runs(python: str, code: str, environment: Mapping[str, str]) -> bool:
    done = subprocess.run([python, "-c", code], env=environment, check=False, capture_output=True)
    return done.returncode == 0


def _git(folder: str, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=folder, check=True, stdout=subprocess.PIPE, text=True).stdout


if __name__ == "__main__":
    run_script(measure, 100)
