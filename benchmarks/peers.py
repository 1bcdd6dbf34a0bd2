"""Listing beside DVC, MLflow and TensorBoard, at 100 and 1,000 experiments; what is absent is named.

python benchmarks/peers.py [EXPERIMENTS]

The same experiments are given to each as it keeps them: branches to branchlab, `refs/exps` to DVC, runs of its SQLite
store to MLflow, event files to TensorBoard. W&B has no listing without its server. See tracker_programs.py for the
Python that has them.
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
from timing import BRANCHLAB, Cost, Row, absent, by_turns, compiled, run_script, time_process
from tracker_programs import FILL_MLFLOW, FILL_TENSORBOARD, LIST_MLFLOW, LIST_TENSORBOARD, PEERS, has

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LISTING = (BRANCHLAB, "ls", "--json")
DVC = (sys.executable, "-m", "dvc")
SHOW = (*DVC, "exp", "show", "--json")
SIZES = (100, 1_000)
ROUNDS = 2
PIPELINE = "stages:\n  train:\n    cmd: python train.py\n    params:\n    - params.toml:\nmetrics:\n- metrics.toml\n"
STORE = {"MLFLOW_TRACKING_URI": "sqlite:///mlflow.db"}


def measure(size: int) -> list[Row]:
    """Compares with those peers that are there, at sizes up to that number of experiments."""
    return [row for count in SIZES if count <= size for row in _listings(count)]


def _listings(size: int) -> list[Row]:
    with tempfile.TemporaryDirectory() as base:
        folder = os.path.join(base, "repository")
        make_repository(folder, size)
        environment = compiled(base)
        listed = subprocess.run(LISTING, cwd=folder, env=environment, check=True, stdout=subprocess.PIPE).stdout
        peers: dict[str, Callable[[], Cost]] = {}
        missing = []
        if has(sys.executable, "dvc", environment):
            _give_to_dvc(folder, size, environment)
            peers["dvc exp show, cold"] = _cold(SHOW, folder, ".dvc/tmp/exps/cache", environment)
            peers["dvc exp show"] = lambda: time_process(SHOW, folder, environment)
        else:
            missing += ["dvc exp show, cold", "dvc exp show"]
        for name, package, fill, listing in (
            ("MLflow search_runs", "mlflow", FILL_MLFLOW, LIST_MLFLOW),
            ("TensorBoard, event files", "tensorboardX", FILL_TENSORBOARD, LIST_TENSORBOARD),
        ):
            if has(PEERS, package, environment):
                place = os.path.join(base, package)
                peers[name] = _filled(place, fill, listing.format(count=size), listed, {**environment, **STORE})
            else:
                missing.append(name)
        ours = {
            "cold": _cold(LISTING, folder, ".git/branchlab", environment),
            "warm": lambda: time_process(LISTING, folder, environment),
        }
        taken = by_turns({**ours, **peers}, ROUNDS)
    return _rows(size, taken, list(peers), missing)


def _rows(size: int, taken: Mapping[str, Cost], peers: list[str], missing: list[str]) -> list[Row]:
    rows = []
    for name in [*peers, *missing]:
        how = "cold" if name.endswith(", cold") else "warm"
        what = f"ls --json, {how}, {size:,} experiments"
        if name in missing:
            rows.append(absent(what, taken[how].wall, name))
        else:
            rows.append(Row(what, taken[how].wall, name, taken[name].wall))
            rows.append(Row(f"{name}, {size:,} experiments", taken[name].wall, "", 0.0, series=name, size=size))
    return rows


def _cold(command: tuple[str, ...], folder: str, cache: str, environment: Mapping[str, str]) -> Callable[[], Cost]:
    def work() -> Cost:
        shutil.rmtree(os.path.join(folder, cache), ignore_errors=True)
        return time_process(command, folder, environment)

    return work


def _filled(folder: str, fill: str, listing: str, listed: bytes, environment: Mapping[str, str]) -> Callable[[], Cost]:
    """Gives the experiments to a peer and returns what lists them."""
    os.mkdir(folder)
    subprocess.run([PEERS, "-c", fill], cwd=folder, env=environment, input=listed, check=True, capture_output=True)
    return lambda: time_process((PEERS, "-c", listing), folder, environment)


def _give_to_dvc(folder: str, size: int, environment: Mapping[str, str]) -> None:
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
    shown = subprocess.run(SHOW, cwd=folder, env=environment, check=True, stdout=-1)
    assert len(json.loads(shown.stdout)[1]["experiments"]) == size


def _git(folder: str, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=folder, check=True, stdout=subprocess.PIPE, text=True).stdout


if __name__ == "__main__":
    run_script(measure, 1_000)
