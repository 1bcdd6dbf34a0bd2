"""`branchlab ls --json` against git alone: warm, cold, and after one new experiment.

python benchmarks/listing.py [EXPERIMENTS]

Each is a whole process; all run by turns, so that a slow moment of the machine hits all of them, and medians are
compared. Warm stands beside `git for-each-ref`, cold beside a pipeline that reads each commit and record and parses
nothing, and one new experiment beside warm.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile

from repository import add_experiment, make_repository
from timing import BRANCHLAB, Cost, Row, compiled, median, run_script, time_process

LISTING = [BRANCHLAB, "ls", "--json"]
REFS = ["git", "for-each-ref", "--format=%(objectname) %(refname)", "refs/heads"]
PIPELINE = [
    "sh",
    "-c",
    "git for-each-ref --format='%(objectname)\n%(objectname):metrics.toml' refs/heads | git cat-file --batch",
]
EMPTY = [sys.executable, "-c", ""]
WARM, COLD, NEW = 8, 2, 0.020  # bars: times for-each-ref, times the pipeline, seconds more than warm
ROUNDS = 21


def measure(size: int) -> list[Row]:
    """Compares the listings with their floors."""
    with tempfile.TemporaryDirectory() as base:
        folder = os.path.join(base, "repository")
        make_repository(folder, size)
        environment = compiled(base)
        answer = subprocess.run(LISTING, cwd=folder, env=environment, check=True, capture_output=True)
        assert len(json.loads(answer.stdout)) == size
        taken = _listings(folder, environment)
    where, refs, pipeline = f"{size:,} experiments", "for-each-ref", "for-each-ref | cat-file"
    promised = size >= 10_000  # with few, the start of Python is all there is
    return [
        Row(f"ls --json, warm, {where}", taken["warm"].wall, refs, taken["refs"].wall, WARM if promised else None),
        Row(f"ls --json, warm, {where}", taken["warm"].cpu, refs, taken["refs"].cpu, clock="CPU"),
        Row(
            f"ls --json, cold, {where}",
            taken["cold"].wall,
            pipeline,
            taken["pipeline"].wall,
            COLD if promised else None,
        ),
        Row(f"ls --json, cold, {where}", taken["cold"].cpu, pipeline, taken["pipeline"].cpu, clock="CPU"),
        Row(f"ls --json, one new, {where}", taken["new"].wall, "warm", taken["warm"].wall, NEW, "more"),
        Row(f"an empty Python, {where}", taken["python"].wall, refs, taken["refs"].wall),
    ]


def _listings(folder: str, environment: dict[str, str]) -> dict[str, Cost]:
    """Returns the median of each kind of listing and of its floor."""
    state = os.path.join(folder, ".git", "branchlab")
    costs: dict[str, list[Cost]] = {name: [] for name in ("python", "refs", "warm", "new", "pipeline", "cold")}

    def note(name: str, command: list[str]) -> None:
        costs[name].append(time_process(command, folder, environment))

    time_process(LISTING, folder, environment)
    for turn in range(ROUNDS):
        note("python", EMPTY)
        note("refs", REFS)
        note("warm", LISTING)
        name = add_experiment(folder, 1_000_000 + turn)
        note("new", LISTING)
        subprocess.run(["git", "update-ref", "-d", f"refs/heads/{name}"], cwd=folder, check=True)
        if turn % 3 == 0:
            note("pipeline", PIPELINE)
            shutil.rmtree(state)
            note("cold", LISTING)
    return {name: median(taken) for name, taken in costs.items()}


if __name__ == "__main__":
    run_script(measure, 10_000)
