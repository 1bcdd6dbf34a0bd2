"""`branchlab ls --json` against git alone: warm, cold, and after one new experiment.

python benchmarks/listing.py [EXPERIMENTS [ROUNDS]]

Each is a whole process; all run by turns, so that a slow moment of the machine hits all of them, and medians are
compared. Warm stands beside `git for-each-ref`, cold beside a pipeline that reads each commit and record and parses
nothing, and one new experiment beside warm.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from repository import add_experiment, make_repository

BRANCHLAB = [os.path.join(os.path.dirname(sys.executable), "branchlab"), "ls", "--json"]
REFS = ["git", "for-each-ref", "--format=%(objectname) %(refname)", "refs/heads"]
PIPELINE = [
    "sh",
    "-c",
    "git for-each-ref --format='%(objectname)\n%(objectname):metrics.toml' refs/heads | git cat-file --batch",
]
EMPTY = [sys.executable, "-c", ""]
WARM, COLD, NEW = 8, 2, 20  # bounds: times for-each-ref, times the pipeline, milliseconds


def milliseconds(command: list[str], folder: str, environment: dict[str, str]) -> float:
    """Returns the wall time of a whole process whose output nobody keeps."""
    started = time.perf_counter()
    subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
    return (time.perf_counter() - started) * 1000


def compiled(folder: str) -> dict[str, str]:
    """Returns an environment in which Python keeps compiled modules, as it does for an installed package."""
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPYCACHEPREFIX": folder}


def measure(folder: str, rounds: int, environment: dict[str, str]) -> dict[str, float]:
    """Returns the median of each kind of listing and of its floor."""
    state = os.path.join(folder, ".git", "branchlab")
    times: dict[str, list[float]] = {name: [] for name in ("python", "refs", "warm", "new", "pipeline", "cold")}

    def note(name: str, command: list[str]) -> None:
        times[name].append(milliseconds(command, folder, environment))

    milliseconds(BRANCHLAB, folder, environment)
    for turn in range(rounds):
        note("python", EMPTY)
        note("refs", REFS)
        note("warm", BRANCHLAB)
        name = add_experiment(folder, 1_000_000 + turn)
        note("new", BRANCHLAB)
        subprocess.run(["git", "update-ref", "-d", f"refs/heads/{name}"], cwd=folder, check=True)
        if turn % 3 == 0:
            note("pipeline", PIPELINE)
            shutil.rmtree(state)
            note("cold", BRANCHLAB)
    return {name: statistics.median(taken) for name, taken in times.items()}


def main() -> None:
    """Prints the medians, their ratios and whether the bounds are held."""
    count, rounds = (int(text) for text in (*sys.argv[1:], *("10000", "21")[len(sys.argv) - 1 :]))
    with tempfile.TemporaryDirectory() as base:
        folder = os.path.join(base, "repository")
        make_repository(folder, count)
        environment = compiled(os.path.join(base, "compiled"))
        answer = subprocess.run(BRANCHLAB, cwd=folder, env=environment, check=True, capture_output=True)
        assert len(json.loads(answer.stdout)) == count
        median = measure(folder, rounds, environment)
    print(f"{count} experiments, {os.cpu_count()} cores, empty Python {median['python']:.0f} ms")
    _show("warm", median["warm"], "for-each-ref", median["refs"], WARM)
    _show("cold", median["cold"], "for-each-ref | cat-file", median["pipeline"], COLD)
    more = median["new"] - median["warm"]
    print(f"one new   {median['new']:7.1f} ms  warm + {more:.1f} ms  bound {NEW} ms: {_verdict(more, NEW)}")


def _show(name: str, taken: float, floor: str, least: float, bound: float) -> None:
    ratio = taken / least
    print(
        f"{name:<9} {taken:7.1f} ms  {floor} {least:.1f} ms  {ratio:.2f} x  bound {bound} x: {_verdict(ratio, bound)}"
    )


def _verdict(value: float, bound: float) -> str:
    return "held" if value <= bound else "missed"


if __name__ == "__main__":
    main()
