"""`branchlab diff A B` against a Python process that imports argparse, json, subprocess and tomllib.

python benchmarks/diff.py [EXPERIMENTS [ROUNDS]]

Both run by turns, so that a slow moment of the machine hits both; the medians are compared.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

from repository import make_repository

FLOOR = [sys.executable, "-c", "import argparse, json, subprocess, tomllib"]
BRANCHLAB = os.path.join(os.path.dirname(sys.executable), "branchlab")
BOUND = 1.3


def seconds(command: list[str], folder: str, environment: dict[str, str]) -> float:
    """Returns the wall time of a whole process."""
    started = time.perf_counter()
    subprocess.run(
        command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    return time.perf_counter() - started


def compiled(folder: str) -> dict[str, str]:
    """Returns an environment in which Python keeps compiled modules, as it does for an installed package."""
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPYCACHEPREFIX": folder}


def main() -> None:
    """Prints the medians and their ratio to the floor."""
    count, rounds = (int(text) for text in [*sys.argv[1:], "1000", "40"][:2])
    with tempfile.TemporaryDirectory() as base:
        folder = os.path.join(base, "repository")
        names = make_repository(folder, count)
        a, b = names[0], names[count // 2]
        answer = subprocess.run([BRANCHLAB, "diff", a, b, "--json"], cwd=folder, check=True, capture_output=True)
        assert {change["verdict"] for change in json.loads(answer.stdout)["metrics"]}
        commands = {
            "floor": FLOOR,
            "diff A B": [BRANCHLAB, "diff", a, b],
            "diff A": [BRANCHLAB, "diff", a],
            "diff A B --json": [BRANCHLAB, "diff", a, b, "--json"],
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        environment = compiled(os.path.join(base, "compiled"))
        for command in commands.values():
            seconds(command, folder, environment)
        for _ in range(rounds):
            for name, command in commands.items():
                times[name].append(seconds(command, folder, environment))
    floor = statistics.median(times["floor"])
    for name, taken in times.items():
        median = statistics.median(taken)
        print(f"{name:<16} {median * 1000:7.1f} ms  {median / floor:5.2f} x floor")
    ratio = statistics.median(times["diff A B"]) / floor
    print(f"bound {BOUND} x: {'held' if ratio <= BOUND else 'missed'}")


if __name__ == "__main__":
    main()
